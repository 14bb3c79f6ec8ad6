/** Charts over series that are made up as they are read: what a request costs, however much there is. */
import { describe, expect, it } from 'vitest';
import { bucketEnd, DAY_MS, HOUR_MS, MINUTE_MS, type Rollup, rollupOf } from '../../lib/rollup.ts';
import { SERIES_PER_DEVICE_MAX, spend } from '../../store/telemetry-store.ts';
import { Charts, type ChartsDeps, READS_AN_ANSWER_MAX, ROWS_AN_ANSWER_MAX } from './charts.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const WIDTHS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };
const NAMES = Array.from({ length: SERIES_PER_DEVICE_MAX }, (_none, at) => `m${at}`);

/** A reading every `everyMs` for ever, of which the rollups of the last hour are not stored. */
function setUp(everyMs: number) {
  const read = { rows: 0, atOnce: 0, most: 0 };
  const telemetry: ChartsDeps['telemetry'] = {
    metrics: () => NAMES,
    async readings(_deviceId, _metric, { fromMs, toMs, limit }) {
      read.most = Math.max(read.most, ++read.atOnce);
      const first = bucketEnd(fromMs, everyMs);
      const count = Math.max(0, Math.min(limit, Math.ceil((toMs - first) / everyMs)));
      read.rows += count;
      await Promise.resolve();
      read.atOnce -= 1;
      return Array.from({ length: count }, (_none, at) => ({ atMs: first + at * everyMs, value: at }));
    },
    async rollups(_deviceId, _metric, width, { fromMs, toMs, limit, budget }) {
      const widthMs = WIDTHS[width];
      const first = bucketEnd(fromMs, widthMs);
      const count = Math.max(0, Math.min(limit, Math.ceil((toMs - first) / widthMs)));
      const made = Math.max(0, Math.floor((toMs - Math.max(first, NOON - HOUR_MS)) / everyMs));
      read.rows += count + made;
      spend(budget, count + made);
      return Array.from(
        { length: count },
        (_none, at): Rollup => rollupOf({ atMs: first + at * widthMs, value: at }, widthMs),
      );
    },
  };
  const charts = new Charts({ telemetry, floors: () => ({ raw: 0, minute: 0, hour: 0, day: 0 }) });
  const chart = async (metrics: number, lengthMs: number, points = 600) => {
    read.rows = 0;
    const range = { fromMs: NOON - lengthMs, toMs: NOON, points };
    return charts.of('serre', NAMES.slice(0, metrics), range);
  };
  return { read, charts, chart };
}

describe('what one request reads', () => {
  it.each([
    ['an hour', HOUR_MS],
    ['five hours', 5 * HOUR_MS],
    ['a week', 7 * DAY_MS],
    ['a year', 365 * DAY_MS],
    ['five years', 5 * 365 * DAY_MS],
  ])('is bounded for many metrics over %s, and every one is drawn', async (_name, lengthMs) => {
    const { read, chart } = setUp(10_000);
    for (const metrics of [20, 100, SERIES_PER_DEVICE_MAX]) {
      const drawn = await chart(metrics, lengthMs);
      expect([...drawn.values()].every(({ t }) => t.length > 1)).toBe(true);
      expect(read.rows).toBeLessThanOrEqual(READS_AN_ANSWER_MAX);
      // Beside its share each is tried with as many readings as it has points, and days are as coarse as it gets.
      const days = metrics * Math.ceil(lengthMs / DAY_MS);
      const lastHour = metrics * (HOUR_MS / 10_000);
      expect(read.rows).toBeLessThanOrEqual(2 * ROWS_AN_ANSWER_MAX + days + lastHour);
    }
  });

  it('leaves few metrics as fine as ever', async () => {
    const { read, chart } = setUp(1_000);
    const [line] = (await chart(8, HOUR_MS)).values();
    expect(read.rows).toBe(8 * 3600);
    expect(line?.t).toHaveLength(600);
  });

  it('is refused where nothing coarser is there to be read', async () => {
    const { read, chart } = setUp(100);
    await expect(chart(SERIES_PER_DEVICE_MAX, HOUR_MS)).rejects.toMatchObject({ code: 'HISTORY_TOO_LARGE' });
    expect(read.rows).toBeLessThan(READS_AN_ANSWER_MAX + HOUR_MS / 100 + HOUR_MS / MINUTE_MS);
    expect((await chart(1, HOUR_MS)).size).toBe(1);
  });

  it('takes turns with what others ask for, and is refused when too many wait', async () => {
    const { read, chart } = setUp(60_000);
    const asked = Array.from({ length: 203 }, () => chart(1, HOUR_MS));
    const outcomes = await Promise.allSettled(asked);
    expect(read.most).toBe(2);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await expect(asked.at(-1)).rejects.toMatchObject({ code: 'STORE_BUSY' });
  });
});
