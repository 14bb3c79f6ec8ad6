/** The history behind the lines of a tile: asked for when it is shown, and again when it has grown by a point or two. */
import { useEffect } from 'preact/hooks';
import type { HistorySeries } from '../../../../../hub/contract/history.ts';
import { call } from '../../../api.ts';
import { type Resource, useResource } from '../../../state/loading.ts';
import type { Line } from './widget-kinds.ts';

/** Boards ask no oftener than this, however short a tile looks back. */
const REFRESH_MIN_MS = 15_000;
/** Points by which a line may be behind. */
const POINTS_BEHIND_MAX = 2;

export interface Trail {
  readonly fromMs: number;
  readonly toMs: number;
  /** By line, in their order. */
  readonly series: readonly HistorySeries[];
}
const NOTHING: HistorySeries = { t: [], min: [], avg: [], max: [], last: [], count: [] };

export function useTrail(lines: readonly Line[], rangeS: number, points: number): Resource<Trail> {
  const trail = useResource(JSON.stringify([lines, rangeS, points]), async (signal) => {
    const answers = await Promise.all(
      lines.map(({ deviceId, metric }) => {
        // measured from the hub's own now: without `to`, and a day is what it answers without `from`
        const query = { metrics: encodeURIComponent(metric), from: Date.now() - rangeS * 1000, points };
        return call('GET /api/v1/devices/:id/history', { params: { id: deviceId }, query, signal });
      }),
    );
    const toMs = Math.max(...answers.map((answer) => answer.toMs));
    const series = answers.map(({ metrics }, at) => metrics[lines[at]?.metric ?? ''] ?? NOTHING);
    return { fromMs: toMs - rangeS * 1000, toMs, series };
  });
  useEffect(() => {
    const everyMs = Math.max(REFRESH_MIN_MS, (POINTS_BEHIND_MAX * rangeS * 1000) / points);
    const timer = setInterval(() => !document.hidden && void trail.reload(), everyMs);
    return () => clearInterval(timer);
  }, [trail]);
  return trail;
}
