import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceClock, dated, newDeviceClock, withHeartbeat } from './device-clock.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;

function makeDating(clock: DeviceClock = newDeviceClock(undefined, NOW_MS)) {
  let known = clock;
  return (receivedMs: number, uptimeMs?: number): number => {
    const said = dated(known, uptimeMs, receivedMs);
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
    expect([-1, 0, 13_000, HOUR_MS, HOUR_MS + 1].map(first)).toEqual([0, 1, 13_001, HOUR_MS + 1, 0]);
  });

  it('is the same one when it comes again with the same count of milliseconds', () => {
    const date = makeDating();
    expect([date(NOW_MS, 7), date(NOW_MS + 20_000, 7), date(NOW_MS + 20_001, 7)]).toEqual([
      NOW_MS,
      NOW_MS,
      NOW_MS + 20_001,
    ]);
  });

  it('has its true time when it counts milliseconds and a heartbeat told since when', () => {
    const date = makeDating(withHeartbeat(newDeviceClock(undefined, NOW_MS), 60_000, NOW_MS));
    expect(date(NOW_MS + 5, 1000)).toBe(NOW_MS - 59_000);
    expect(date(NOW_MS + 600_001, 1000)).toBe(NOW_MS + 600_001);
  });
});
