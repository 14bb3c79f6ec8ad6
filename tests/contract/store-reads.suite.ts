/** What the store promises of how much it reads for one answer. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../hub/lib/rollup.ts';
import type { Store } from '../../hub/store/store.ts';
import { READING_MS_MAX, ROLLUP_WIDTHS } from '../../hub/store/telemetry-store.ts';

const DAY0 = Date.UTC(2026, 10, 20);
const ALL = { fromMs: 0, toMs: READING_MS_MAX + 1, limit: 1000 };
const ENOUGH = 1000;

export function describeReads(storeNow: () => Store): void {
  describe('rollups', () => {
    it('have no more rows read for them than the budget allows, stored or not', async () => {
      const { telemetry, commit } = storeNow();
      // Every ten minutes for two days.
      const times = Array.from({ length: 48 * 6 }, (_none, at) => DAY0 + at * 10 * MINUTE_MS);
      await commit(times.map((atMs) => telemetry.put('d1', atMs, [['temp', 1]])));
      for (const isTended of [false, true]) {
        while (isTended && (await telemetry.tend(DAY0 + 72 * HOUR_MS, { raw: 0, minute: 0, hour: 0, day: 0 })));
        const rows = isTended ? { minute: 288, hour: 48, day: 2 } : { minute: 288, hour: 288, day: 288 };
        for (const width of ROLLUP_WIDTHS) {
          const budget = { left: ENOUGH };
          await telemetry.rollups('d1', 'temp', width, { ...ALL, budget });
          const spent = ENOUGH - budget.left;
          expect(spent).toBeGreaterThanOrEqual(rows[width]);
          const less = { ...ALL, budget: { left: spent - 1 } };
          const refused = telemetry.rollups('d1', 'temp', width, less);
          await expect(refused).rejects.toMatchObject({ code: 'HISTORY_TOO_LARGE' });
        }
      }
    });
  });
}
