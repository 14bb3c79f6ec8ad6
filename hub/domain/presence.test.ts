import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../contract/device.ts';
import { type PresenceFacts, presenceOf } from './presence.ts';

const STARTED = Date.UTC(2026, 10, 20, 8);
const SEEN = STARTED + 3_600_000;
const S = 1000;
const MINUTE = 60 * S;

const facts = (parts: Partial<PresenceFacts> = {}): PresenceFacts => ({
  createdMs: STARTED - 86_400_000,
  lastSeenMs: SEEN,
  connection: undefined,
  departure: undefined,
  setIntervalMs: null,
  sleepMs: 0,
  learnedIntervalMs: undefined,
  hub: { startedMs: STARTED, heardUntilMs: undefined },
  ...parts,
});
const at = (parts: Partial<PresenceFacts>, silenceMs: number) => {
  const { status, reason } = presenceOf(facts(parts), SEEN + silenceMs);
  return `${status} (${reason})`;
};
const left = (kind: 'disconnect' | 'lost' | 'will' | 'dropped') => ({ departure: { kind, atMs: SEEN + 10 * S } });

describe('a device that was never heard', () => {
  it('is "never", since it was created', () => {
    const presence = presenceOf(facts({ lastSeenMs: null }), SEEN);
    expect(presence).toMatchObject({ status: 'never', reason: 'never', fromMs: STARTED - 86_400_000 });
  });
});

describe('a connected device', () => {
  const connection = { sinceMs: SEEN - MINUTE, keepaliveS: 60 };

  it('is online within 1.5 keep-alives, then late, then offline after 3', () => {
    expect(at({ connection }, 0)).toBe('online (connected)');
    expect(at({ connection }, 90 * S)).toBe('online (connected)');
    expect(at({ connection }, 90 * S + 1)).toBe('late (silent)');
    expect(at({ connection }, 180 * S)).toBe('late (silent)');
    expect(at({ connection }, 180 * S + 1)).toBe('offline (silent)');
  });

  it('is online as long as it is connected when it promised no keep-alive', () => {
    expect(at({ connection: { ...connection, keepaliveS: 0 } }, 86_400 * S)).toBe('online (connected)');
  });

  it('is judged by its keep-alive, not by how seldom it speaks', () => {
    expect(at({ connection, learnedIntervalMs: 5 * S }, 80 * S)).toBe('online (connected)');
    expect(at({ connection, sleepMs: 600 * S }, 80 * S)).toBe('online (connected)');
  });

  it('says since when', () => {
    expect(presenceOf(facts({ connection }), SEEN).fromMs).toBe(SEEN - MINUTE);
    expect(presenceOf(facts({ connection }), SEEN + 100 * S).fromMs).toBe(SEEN + 90 * S);
    expect(presenceOf(facts({ connection }), SEEN + 500 * S).fromMs).toBe(SEEN + 180 * S);
  });
});

describe('a device that is gone', () => {
  it('is offline at once after its last will or a broken connection', () => {
    expect(at({ ...left('will'), learnedIntervalMs: 10 * MINUTE }, 11 * S)).toBe('offline (last-will)');
    expect(at({ ...left('lost'), learnedIntervalMs: 10 * MINUTE }, 11 * S)).toBe('offline (connection-lost)');
    expect(at(left('dropped'), 11 * S)).toBe('offline (connection-lost)');
    expect(presenceOf(facts(left('will')), SEEN + MINUTE).fromMs).toBe(SEEN + 10 * S);
  });

  it('is offline after a goodbye when nobody knows how often to expect it', () => {
    expect(at(left('disconnect'), 11 * S)).toBe('offline (disconnected)');
  });

  it('follows its rhythm after a goodbye when there is one', () => {
    const parts = { ...left('disconnect'), learnedIntervalMs: 10 * MINUTE };
    expect(at(parts, 15 * MINUTE)).toBe('online (rhythm)');
    expect(at(parts, 16 * MINUTE)).toBe('late (silent)');
    expect(at(parts, 31 * MINUTE)).toBe('offline (disconnected)');
  });

  it('follows the interval a person set, even after a broken connection, but not after its will', () => {
    expect(at({ ...left('lost'), setIntervalMs: 60 * MINUTE }, 80 * MINUTE)).toBe('online (rhythm)');
    expect(at({ ...left('lost'), setIntervalMs: 60 * MINUTE }, 181 * MINUTE)).toBe('offline (connection-lost)');
    expect(at({ ...left('will'), setIntervalMs: 60 * MINUTE }, MINUTE)).toBe('offline (last-will)');
  });

  it('prefers the set interval to the learned one', () => {
    const parts = { ...left('disconnect'), setIntervalMs: MINUTE, learnedIntervalMs: 60 * MINUTE };
    expect(at(parts, 100 * S)).toBe('late (silent)');
  });
});

describe('a sleeping device', () => {
  it('is asleep however it went, late when it does not wake, offline later', () => {
    for (const kind of ['disconnect', 'lost', 'will'] as const) {
      const parts = { ...left(kind), sleepMs: 600 * S };
      expect(at(parts, 599 * S)).toBe('asleep (sleeping)');
      expect(at(parts, 901 * S)).toBe('late (silent)');
      expect(at(parts, 1801 * S)).toBe('offline (silent)');
    }
  });
});

describe('a device that never had a connection', () => {
  it('is expected every five minutes until its rhythm is known', () => {
    expect(at({}, 7 * MINUTE)).toBe('online (rhythm)');
    expect(at({}, 8 * MINUTE)).toBe('late (silent)');
    expect(at({}, 16 * MINUTE)).toBe('offline (silent)');
  });
});

describe('after the hub has started again', () => {
  /** Seen `beforeStopMs` before the hub was last alive, which was two hours before it started. */
  const restarted = (beforeStopMs: number, parts: Partial<PresenceFacts> = {}) => {
    const heardUntilMs = STARTED - 120 * MINUTE;
    const lastSeenMs = heardUntilMs - beforeStopMs;
    return (sinceStartMs: number) => {
      const { status, reason } = presenceOf(
        facts({ lastSeenMs, hub: { startedMs: STARTED, heardUntilMs }, ...parts }),
        STARTED + sinceStartMs,
      );
      return `${status} (${reason})`;
    };
  };

  it('is late for three minutes while everybody reconnects, then offline', () => {
    const device = restarted(0);
    expect(device(0)).toBe('late (hub-restarted)');
    expect(device(180 * S)).toBe('late (hub-restarted)');
    expect(device(180 * S + 1)).toBe('offline (hub-restarted)');
  });

  it('is offline at once when it had long been silent before the hub stopped', () => {
    expect(restarted(10 * MINUTE)(0)).toBe('offline (silent)');
  });

  it('waits for three of its intervals when they are known', () => {
    const device = restarted(0, { setIntervalMs: 60 * MINUTE });
    expect(device(179 * MINUTE)).toBe('late (hub-restarted)');
    expect(device(181 * MINUTE)).toBe('offline (hub-restarted)');
  });

  it('is online by its rhythm when it is not due yet', () => {
    const device = restarted(0, { setIntervalMs: 24 * 60 * MINUTE });
    expect(device(MINUTE)).toBe('online (rhythm)');
  });
});

describe('whatever happened', () => {
  const SILENCE_RANK: Record<DeviceStatus, number> = { online: 0, asleep: 0, late: 1, offline: 2, never: 3 };
  const duration = fc.integer({ min: 0, max: 30 * 86_400_000 });
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const arbitraryFacts: fc.Arbitrary<PresenceFacts> = fc.record({
    createdMs: fc.constant(STARTED - 40 * 86_400_000),
    lastSeenMs: duration.map((ms) => STARTED - 10 * 86_400_000 + ms),
    connection: maybe(fc.record({ sinceMs: fc.constant(STARTED), keepaliveS: fc.integer({ min: 0, max: 65_535 }) })),
    departure: maybe(
      fc.record({
        kind: fc.constantFrom('disconnect', 'lost', 'will', 'taken-over', 'dropped'),
        atMs: duration.map((ms) => STARTED + ms),
      }),
    ),
    setIntervalMs: fc.option(fc.integer({ min: 1000, max: 31_536_000_000 }), { nil: null }),
    sleepMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 31_536_000_000 })),
    learnedIntervalMs: maybe(fc.integer({ min: 1000, max: 86_400_000 })),
    hub: fc.record({
      startedMs: fc.constant(STARTED),
      heardUntilMs: maybe(duration.map((ms) => STARTED - ms)),
    }),
  });

  it('silence alone never makes it better', () => {
    fc.assert(
      fc.property(arbitraryFacts, duration, duration, (some, first, more) => {
        const startMs = Math.max(STARTED, some.lastSeenMs ?? 0);
        const before = presenceOf(some, startMs + first);
        const after = presenceOf(some, startMs + first + more);
        expect(SILENCE_RANK[after.status]).toBeGreaterThanOrEqual(SILENCE_RANK[before.status]);
        if (after.status === 'online') expect(before.status).toBe('online');
      }),
    );
  });

  it('nothing but being heard makes a device other than "never"', () => {
    fc.assert(
      fc.property(arbitraryFacts, duration, (some, later) => {
        expect(presenceOf({ ...some, lastSeenMs: null }, STARTED + later).status).toBe('never');
      }),
    );
  });

  it('holds until the time it names, and not longer', () => {
    fc.assert(
      fc.property(arbitraryFacts, duration, fc.double({ min: 0, max: 1, noNaN: true }), (some, later, part) => {
        const nowMs = Math.max(STARTED, some.lastSeenMs ?? 0) + later;
        const now = presenceOf(some, nowMs);
        expect(now.untilMs).toBeGreaterThan(nowMs);
        if (now.untilMs === Number.POSITIVE_INFINITY) return;
        const between = presenceOf(some, Math.floor(nowMs + (now.untilMs - 1 - nowMs) * part));
        expect([between.status, between.reason]).toEqual([now.status, now.reason]);
        const next = presenceOf(some, now.untilMs);
        expect([next.status, next.reason]).not.toEqual([now.status, now.reason]);
      }),
    );
  });

  it('did not begin in the future', () => {
    fc.assert(
      fc.property(arbitraryFacts, duration, (some, later) => {
        const endMs = Math.max(STARTED, some.lastSeenMs ?? 0, some.departure?.atMs ?? 0) + later;
        expect(presenceOf(some, endMs).fromMs).toBeLessThanOrEqual(endMs);
      }),
    );
  });
});
