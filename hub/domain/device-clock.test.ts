import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceClock, dated, heldBackMs, newDeviceClock, withHeartbeat } from './device-clock.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;

function makeDating(clock: DeviceClock = newDeviceClock(undefined, NOW_MS)) {
  let known = clock;
  return (receivedMs: number, uptimeMs?: number, isLikeLast = false): number => {
    const said = dated(known, { uptimeMs, isLikeLast, receivedMs });
    known = said.clock;
    return said.atMs;
  };
}

describe('a value without a date', () => {
  it('never has the time of another one, nor one before its reception', () => {
    const steps = fc.array(fc.integer({ min: -900, max: 3 }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (waits) => {
        const date = makeDating();
        let receivedMs = NOW_MS;
        let lastMs = 0;
        for (const wait of waits) {
          receivedMs += wait;
          const atMs = date(receivedMs);
          expect(atMs).toBeGreaterThan(lastMs);
          expect(atMs).toBeGreaterThanOrEqual(receivedMs);
          lastMs = atMs;
        }
      }),
    );
  });

  it('has the time of its reception wherever that is free', () => {
    const date = makeDating();
    expect([0, 1, 1, 1, 5, 6].map((ms) => date(NOW_MS + ms) - NOW_MS)).toEqual([0, 1, 2, 3, 5, 6]);
  });

  it('is dated anew when the clock of the hub was set back', () => {
    const date = makeDating();
    date(NOW_MS);
    expect(date(NOW_MS - HOUR_MS)).toBe(NOW_MS - HOUR_MS);
    expect(date(NOW_MS - HOUR_MS)).toBe(NOW_MS - HOUR_MS + 1);
  });

  it('goes on after a start where the device had come to, unless that is no place it could have come to', () => {
    const first = (aheadMs: number): number => makeDating(newDeviceClock(NOW_MS + aheadMs, NOW_MS))(NOW_MS) - NOW_MS;
    expect([-1, 0, 13_000, 600_000, 600_001].map(first)).toEqual([0, 1, 13_001, 600_001, 0]);
  });

  it('is the same one when the same values come again with the same count of milliseconds', () => {
    const date = makeDating();
    expect([date(NOW_MS, 7), date(NOW_MS + 20_000, 7, true), date(NOW_MS + 20_001, 7, true)]).toEqual([
      ...[NOW_MS, NOW_MS],
      NOW_MS + 20_001,
    ]);
  });

  it('is another one when it has other values of the same count', () => {
    const date = makeDating();
    expect([date(NOW_MS, 7), date(NOW_MS, 7), date(NOW_MS, 7, true)]).toEqual([NOW_MS, NOW_MS + 1, NOW_MS + 1]);
  });
});

describe('the true time of a value that was held back', () => {
  const held = (uptimeMs: number, laterMs: number, anchorUptimeMs = 60_000): number | undefined => {
    const clock = withHeartbeat(newDeviceClock(undefined, NOW_MS), anchorUptimeMs, NOW_MS);
    const trueMs = heldBackMs(clock, uptimeMs, NOW_MS + laterMs);
    return trueMs === undefined ? undefined : trueMs - NOW_MS;
  };

  it('is told by a heartbeat for ten minutes', () => {
    expect([held(1000, 5), held(1000, 600_000), held(1000, 600_001)]).toEqual([-59_000, -59_000, undefined]);
    expect(heldBackMs(newDeviceClock(undefined, NOW_MS), 1000, NOW_MS)).toBeUndefined();
  });

  it('is that of its reception when it is newer than the heartbeat', () => {
    expect([held(60_000, 5), held(61_000, 1000)]).toEqual([undefined, undefined]);
  });

  it('is not weeks ago when the count of milliseconds began again', () => {
    expect([held(200, 700, 2 ** 32 - 500), held(2 ** 32 - 1500, 700, 2 ** 32 - 500)]).toEqual([undefined, -1000]);
    expect(held(2 ** 32 - 300, 700, 200)).toBe(-500);
  });

  it('is not days ago when the device was switched on again and has not said so yet', () => {
    expect(held(1000, 5, 5 * 86_400_000)).toBeUndefined();
  });
});
