/** What $live/health says, second by second. */
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';
import { createHealth } from './health.ts';
import { GROWTH_POINT_MS } from './room.ts';
import { SLOW_BYTES } from './slow-clients.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KNOWN: BrokerNumbers = {
  clients: 3,
  publishesIn: 0,
  publishesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  dropped: 1,
  refused: 0,
  commitFailures: 0,
  commitMs: null,
};

function setUp() {
  const clock = new FakeClock();
  const state = {
    numbers: KNOWN,
    storeBytes: 1_000_000,
    disk: async () => ({ freeBytes: 24_000_000, totalBytes: 100_000_000 }),
    unsentBytes: 0,
  };
  const errors: unknown[] = [];
  const reader = {
    clientId: 'c',
    principal: { kind: 'open' as const },
    address: '10.0.0.1',
    get unsentBytes() {
      return state.unsentBytes;
    },
  };
  const health = createHealth({
    clock,
    numbers: () => state.numbers,
    readers: () => [reader],
    clientsMaximum: () => 7,
    memory: () => ({ residentBytes: 100, heapBytes: 50 }),
    eventLoop: () => ({ p50Ms: 0.5, p99Ms: 12 }),
    listeners: () => [{ kind: 'mqtt', host: '0.0.0.0', port: 1883, clients: 3 }],
    storeBytes: async () => state.storeBytes,
    disk: () => state.disk(),
    onError: (error) => errors.push(error),
  });
  /** So many messages arrive each second, and twice as many leave. */
  const run = (seconds: number, perS: number): void => {
    for (let at = 0; at < seconds; at++) {
      const { publishesIn, publishesOut } = state.numbers;
      state.numbers = { ...state.numbers, publishesIn: publishesIn + perS, publishesOut: publishesOut + 2 * perS };
      clock.advance(1000);
    }
  };
  return { clock, state, errors, health, run };
}

describe('a snapshot', () => {
  it('has what is known, and null for what is not', async () => {
    const { health, run } = setUp();
    await Promise.resolve();
    run(2, 5);
    expect(health.read('snapshot')).toMatchObject({
      snapshot: true,
      clients: 3,
      clientsMaximum: 7,
      messagesInPerS: 5,
      messagesOutPerS: 10,
      minutes: [],
      dropped: 1,
      retained: null,
      subscriptions: null,
      queued: null,
      slow: [],
      alerts: [],
      memory: { residentBytes: 100, heapBytes: 50 },
      eventLoop: { p50Ms: 0.5, p99Ms: 12 },
      listeners: [{ port: 1883 }],
      limits: [],
    });
  });

  it('has the last hour in sixty points, oldest first', () => {
    const { clock, health, run } = setUp();
    run(60, 1);
    run(64 * 60, 3);
    const { minutes = [] } = health.read('snapshot');
    expect(minutes).toHaveLength(60);
    expect(minutes.every(({ inPerS, outPerS }) => inPerS === 3 && outPerS === 6)).toBe(true);
    expect(minutes.at(-1)?.atMs).toBe(clock.nowMs() - MINUTE_MS);
    expect(minutes[0]?.atMs).toBe(clock.nowMs() - 60 * MINUTE_MS);
  });

  it('has queues as soon as the broker counts them', () => {
    const { state, health } = setUp();
    state.numbers = { ...KNOWN, queuedMessages: 4, queuedBytes: 400, retainedMessages: 9, inFlight: 2 };
    expect(health.read('snapshot')).toMatchObject({ queued: { messages: 4, bytes: 400 }, retained: 9, inFlight: 2 });
  });
});

describe('an update', () => {
  it('has the minutes only when one of them has just ended', () => {
    const { health, run } = setUp();
    run(59, 1);
    expect(health.read('update').minutes).toBeUndefined();
    run(1, 1);
    expect(health.read('update').minutes).toHaveLength(1);
    run(1, 1);
    expect(health.read('update').minutes).toBeUndefined();
  });

  it('survives a clock that is set back', () => {
    const { clock, health, run } = setUp();
    run(61, 2);
    clock.advance(-3 * MINUTE_MS);
    run(61, 2);
    const { messagesInPerS, minutes = [] } = health.read('snapshot');
    expect(messagesInPerS).toBe(2);
    expect(minutes.every(({ inPerS }) => inPerS >= 0)).toBe(true);
  });
});

describe('alerts', () => {
  it('are fights about a client id and clients that stay slow', () => {
    const { state, health, run } = setUp();
    const [a, b] = ['10.0.0.1', '10.0.0.2'].map((address) => {
      return { clientId: 'pump', principal: { kind: 'open' as const }, address, unsentBytes: 0 };
    });
    if (a === undefined || b === undefined) throw new Error('two clients');
    for (const [out, newcomer] of [
      [a, b],
      [b, a],
      [a, b],
    ] as const) {
      health.takenOver(out);
      health.connected(newcomer);
    }
    state.unsentBytes = SLOW_BYTES;
    run(32, 0);
    const { slow, alerts } = health.read('update');
    expect(slow).toMatchObject([{ clientId: 'c', waitingBytes: SLOW_BYTES }]);
    expect(alerts).toMatchObject([
      { kind: 'client-id-fight', clientId: 'pump', addresses: ['10.0.0.1', '10.0.0.2'] },
      { kind: 'slow-client', clientId: 'c' },
    ]);
    expect(health.slowClients()).toBe(1);
  });
});

describe('limits', () => {
  it('are counted for an hour, other refusals are not', () => {
    const { clock, health } = setUp();
    health.refused({ code: 'CONNECTIONS_FULL', atMs: clock.nowMs() });
    health.refused({ code: 'TOKEN_WRONG', atMs: clock.nowMs() });
    clock.advance(30 * MINUTE_MS);
    health.refused({ code: 'FRAME_TOO_LARGE', atMs: clock.nowMs() });
    health.refused({ code: 'CONNECTIONS_FULL', atMs: clock.nowMs() - 1 });
    expect(health.read('update').limits).toMatchObject([
      { code: 'FRAME_TOO_LARGE', count: 1 },
      { code: 'CONNECTIONS_FULL', count: 2 },
    ]);
    clock.advance(31 * MINUTE_MS);
    expect(health.read('update').limits).toMatchObject([{ count: 1 }, { code: 'CONNECTIONS_FULL', count: 1 }]);
    clock.advance(60 * MINUTE_MS);
    expect(health.read('update').limits).toEqual([]);
  });
});

describe('room', () => {
  /** Lets the look that a timer began come to its end. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('says when the disk will be full, once growth is known', async () => {
    const { clock, state, health } = setUp();
    await settle();
    expect(health.read('snapshot')).toMatchObject({
      store: { bytes: 1_000_000, growthPerDay: null },
      disk: { freeBytes: 24_000_000, totalBytes: 100_000_000, fullAtMs: null },
    });
    for (let at = 0; at < 12; at++) {
      state.storeBytes += 1_000_000 / 6;
      clock.advance(GROWTH_POINT_MS - 10_000);
      await settle();
      clock.advance(10_000);
      await settle();
    }
    const { store, disk } = health.read('update');
    expect(store.growthPerDay).toBeCloseTo(24_000_000, -6);
    expect(disk?.fullAtMs).toBeGreaterThan(clock.nowMs() + 0.9 * DAY_MS);
    expect(disk?.fullAtMs).toBeLessThan(clock.nowMs() + 1.1 * DAY_MS);
  });

  it('is not known while the disk does not answer, and is asked no second time meanwhile', async () => {
    const { clock, state, errors, health } = setUp();
    await settle();
    let asked = 0;
    let fail = (_error: Error): void => {};
    state.disk = () => {
      asked++;
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    };
    clock.advance(60_000);
    expect(asked).toBe(1);
    fail(new Error('no such disk'));
    await settle();
    expect(health.read('update')).toMatchObject({ store: { bytes: null }, disk: null });
    expect(health.diskFreeBytes()).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});
