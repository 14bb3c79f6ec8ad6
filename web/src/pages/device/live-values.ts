/** The last value of everything the device measures, live, and the run of each in the last hours for a spark line. */
import { useRef } from 'preact/hooks';
import type { Latest } from '../../../../hub/contract/device.ts';
import type { LiveDevice } from '../../../../hub/contract/live.ts';
import { liveDevice } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { useLive } from '../../live/subscribe.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { hubNowMs } from '../../state/stats.ts';

export type LatestValues = Latest['metrics'];

/** Behind each number: so many means of so long. */
const TRAIL_MAX = 60;
const TRAIL_MS = 2 * 3_600_000;

export function useLatest(id: string): Resource<Latest> {
  const latest = useResource(id, (signal) => call('GET /api/v1/devices/:id/latest', { params: { id }, signal }));
  useLive<LiveDevice>(liveDevice(id), ({ snapshot, readings }) => {
    const known = latest.state.peek();
    const metrics: LatestValues = snapshot || known.kind !== 'ready' ? {} : { ...known.value.metrics };
    // before the first answer only a snapshot is the whole of it
    if (!snapshot && known.kind !== 'ready') return;
    for (const { metric, value, atMs } of readings) {
      const before = metrics[metric];
      if (before === undefined || before.atMs <= atMs) metrics[metric] = { value, atMs };
    }
    latest.set({ metrics });
  });
  return latest;
}

/** Oldest first: what the hub has of the last hours, and the numbers that pass by since. */
export function useTrails(id: string, metrics: LatestValues): ReadonlyMap<string, readonly number[]> {
  const past = useResource(id, async (signal) => {
    const query = { from: Math.max(0, Math.floor(hubNowMs() - TRAIL_MS)), points: TRAIL_MAX };
    const history = await call('GET /api/v1/devices/:id/history', { params: { id }, query, signal });
    const lines = Object.entries(history.metrics).map(([name, { avg }]): [string, number[]] => [
      name,
      avg.filter((value) => value !== null),
    ]);
    return new Map(lines);
  });
  const since = useRef(new Map<string, { atMs: number; values: number[] }>());
  for (const [name, { value, atMs }] of Object.entries(metrics)) {
    const trail = since.current.get(name);
    if (typeof value !== 'number' || trail?.atMs === atMs) continue;
    // the first one is the end of the past already
    const values = trail === undefined ? [] : [...trail.values, value].slice(-TRAIL_MAX);
    since.current.set(name, { atMs, values });
  }
  const state = past.state.value;
  const before = state.kind === 'ready' ? state.value : new Map<string, number[]>();
  return new Map(
    Object.keys(metrics).map((name) => {
      const values = [...(before.get(name) ?? []), ...(since.current.get(name)?.values ?? [])];
      return [name, values.slice(-TRAIL_MAX)];
    }),
  );
}
