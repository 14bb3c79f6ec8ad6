/** What a device measured in a range of time, kept up by what it says now; after a lost link the missing part is asked for. */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { HistorySeries } from '../../../hub/contract/history.ts';
import type { LiveDevice } from '../../../hub/contract/live.ts';
import { liveDevice } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { onLive } from '../live/subscribe.ts';
import { type Columns, caughtUp, grown, NO_COLUMNS, type Reading, trimmed } from '../parts/history-chart/columns.ts';
import { type Stretch, stretchOf, type TimeRange } from '../parts/history-chart/time-range.ts';
import type { Loading } from './loading.ts';
import { hubNowMs } from './stats.ts';

/** Points asked for: about as many as a chart has pixels to tell apart. */
const POINTS = 600;
/** Readings that wait for the first answer. */
const WAITING_MAX = 1000;
/** A time whose right edge moves is moved in steps of this share of it, or when something is said. */
const MOVE_SHARE = 1 / POINTS;
const MOVE_MIN_MS = 1000;

export interface HistoryState {
  readonly loading: ReadonlySignal<Loading>;
  readonly columns: ReadonlySignal<ReadonlyMap<string, Columns>>;
  /** What the chart shows: its end moves on with the present where the range does. */
  readonly stretch: ReadonlySignal<Stretch>;
  reload(): Promise<void>;
  start(): () => void;
}

type ColumnsOf = ReadonlyMap<string, Columns>;

export function makeHistory(deviceId: string, metrics: readonly string[], range: TimeRange): HistoryState {
  const loading = signal<Loading>({ kind: 'loading' });
  const columns = signal<ColumnsOf>(new Map());
  const stretch = signal<Stretch>(stretchOf(range, hubNowMs()));
  const { fromMs, toMs } = stretch.peek();
  const stepMs = (toMs - fromMs) / POINTS;
  let waiting: [string, Reading][] = [];
  let running = new AbortController();

  function moveOn(): void {
    if (range.kind === 'moving') stretch.value = stretchOf(range, hubNowMs());
  }

  function append(readings: readonly [string, Reading][]): void {
    const next = new Map(columns.peek());
    for (const metric of metrics) {
      const mine = readings.filter(([name]) => name === metric).map(([, reading]) => reading);
      if (mine.length > 0) next.set(metric, grown(next.get(metric) ?? NO_COLUMNS, mine, stepMs));
    }
    show(next);
  }

  function show(next: ColumnsOf): void {
    batch(() => {
      moveOn();
      const { fromMs: edgeMs } = stretch.peek();
      columns.value = new Map([...next].map(([metric, line]) => [metric, trimmed(line, edgeMs)]));
    });
  }

  async function ask(from: number | undefined): Promise<ColumnsOf> {
    running.abort();
    running = new AbortController();
    const { signal: given } = running;
    const asked = stretchOf(range, hubNowMs());
    // of what is still to come there may already be something, when the clocks differ
    const to = range.kind === 'fixed' ? { to: Math.ceil(asked.toMs) } : {};
    const query = { metrics: metrics.map(encodeURIComponent).join(), points: POINTS, ...to };
    const since = Math.max(0, Math.floor(from ?? asked.fromMs));
    const params = { id: deviceId };
    const { metrics: answer } = await call('GET /api/v1/devices/:id/history', {
      params,
      query: { ...query, from: since },
      signal: given,
    });
    return new Map(Object.entries(answer).map(([metric, series]) => [metric, columnsIn(series)]));
  }

  /** All of it; what came meanwhile goes on top. */
  async function reload(): Promise<void> {
    if (metrics.length === 0) {
      loading.value = { kind: 'ready' };
      return;
    }
    if (loading.peek().kind === 'failed') loading.value = { kind: 'loading' };
    await safely(async () => {
      const answer = await ask(undefined);
      batch(() => {
        loading.value = { kind: 'ready' };
        show(answer);
        append(waiting);
        waiting = [];
      });
    });
  }

  /** What was said while nobody heard it. */
  async function catchUp(): Promise<void> {
    const newestMs = Math.max(0, ...[...columns.peek().values()].map(({ t }) => t.at(-1) ?? 0));
    await safely(async () => {
      const answer = await ask(newestMs === 0 ? undefined : newestMs);
      const next = new Map(columns.peek());
      for (const [metric, later] of answer) next.set(metric, caughtUp(next.get(metric) ?? NO_COLUMNS, later, stepMs));
      show(next);
    });
  }

  async function safely(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (!(error instanceof ApiProblem)) throw error;
      // what is shown stays, and the next snapshot asks again
      if (loading.peek().kind !== 'ready') loading.value = { kind: 'failed', problem: error };
    }
  }

  function take(message: LiveDevice): void {
    if (message.snapshot) {
      const { kind } = loading.peek();
      if (kind === 'ready') void catchUp();
      else if (kind === 'failed') void reload();
      return;
    }
    const readings = message.readings.flatMap(({ metric, value, atMs }): [string, Reading][] => {
      const number = typeof value === 'boolean' ? Number(value) : value;
      return typeof number === 'number' && metrics.includes(metric) ? [[metric, { atMs, value: number }]] : [];
    });
    if (readings.length === 0) return;
    if (loading.peek().kind === 'ready') append(readings);
    else waiting = [...waiting, ...readings].slice(-WAITING_MAX);
  }

  function start(): () => void {
    void reload();
    if (range.kind === 'fixed') return () => running.abort();
    const stop = onLive<LiveDevice>(liveDevice(deviceId), take);
    const timer = setInterval(() => !document.hidden && moveOn(), Math.max(MOVE_MIN_MS, (toMs - fromMs) * MOVE_SHARE));
    return () => {
      stop();
      clearInterval(timer);
      running.abort();
    };
  }

  return { loading, columns, stretch, reload, start };
}

/** Follows a device for as long as the component is shown. */
export function useHistory(deviceId: string, metrics: readonly string[], range: TimeRange): HistoryState {
  const key = JSON.stringify([deviceId, metrics, range]);
  const state = useMemo(() => makeHistory(deviceId, metrics, range), [key]);
  useEffect(() => state.start(), [state]);
  return state;
}

const columnsIn = ({ t, min, avg, max, count }: HistorySeries): Columns => ({ t, min, avg, max, count });
