/** Presence as the feature keeps it: what the broker and ingest notice, time passing, what is stored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PULSE_BUCKET_MS } from '../../contract/limits.ts';
import { heartbeat, MINUTE, S, say, standing, withDevice } from './presence.fixture.ts';

describe('presence', () => {
  it('goes from never to online by connecting, and says since when and from where', async () => {
    const { test, enter } = await withDevice();
    expect(standing(test)).toBe('never (never)');
    test.clock.advance(MINUTE);
    enter();
    expect(test.devices.view('serre')).toMatchObject({
      status: 'online',
      reason: 'connected',
      sinceMs: test.clock.nowMs(),
      lastSeenMs: test.clock.nowMs(),
      address: '10.0.0.9',
      clientId: 'client of serre',
    });
  });

  it('stays online as long as pings come, and is late when they stop', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    for (let ping = 0; ping < 10; ping++) {
      test.clock.advance(60 * S);
      test.devices.heard(session);
      expect(standing(test)).toBe('online (connected)');
    }
    test.clock.advance(92 * S);
    expect(standing(test)).toBe('late (silent)');
    expect(test.devices.view('serre')?.sinceMs).toBe(test.clock.nowMs() - 2 * S);
    test.devices.heard(session);
    expect(standing(test)).toBe('online (connected)');
    expect(test.devices.view('serre')?.sinceMs).toBe(test.clock.nowMs());
  });

  it('is offline when the connection breaks, with the reason', async () => {
    const { test, enter } = await withDevice();
    test.devices.disconnected(enter(), 'lost');
    expect(standing(test)).toBe('offline (connection-lost)');
    test.devices.disconnected(enter(), 'will');
    expect(standing(test)).toBe('offline (last-will)');
    test.devices.disconnected(enter(), 'disconnect');
    expect(standing(test)).toBe('offline (disconnected)');
  });

  it('does not take a last will for a sign of life', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    const seenMs = test.clock.nowMs();
    test.clock.advance(89 * S);
    say(test, heartbeat('offline'));
    test.devices.disconnected(session, 'lost');
    expect(test.devices.view('serre')).toMatchObject({ status: 'offline', lastSeenMs: seenMs });
    say(test, heartbeat('offline'));
    expect(standing(test)).toBe('offline (last-will)');
  });

  it('does not flicker when a client takes over its own connection, in either order', async () => {
    const { test, enter } = await withDevice();
    const first = enter();
    test.clock.advance(5 * S);
    test.changes.length = 0;
    test.devices.disconnected(first, 'taken-over');
    expect(standing(test)).toBe('online (connected)');
    const second = enter();
    test.clock.advance(5 * S);
    enter();
    test.devices.disconnected(second, 'taken-over');
    test.clock.advance(5 * S);
    expect(standing(test)).toBe('online (connected)');
    expect(test.devices.view('serre')?.connected).toBe(true);
  });

  it('is gone after a takeover by nobody', async () => {
    const { test, enter } = await withDevice();
    test.devices.disconnected(enter(), 'taken-over');
    test.clock.advance(2 * S);
    expect(standing(test)).toBe('offline (disconnected)');
  });

  it('lasts until the last of several connections ends', async () => {
    const { test, enter } = await withDevice();
    const device = await test.devices.rotateToken('serre');
    const one = test.connect('one', { username: 'serre', password: device.token });
    const two = test.connect('two', { username: 'serre', password: device.token });
    expect(() => enter()).toThrow('TOKEN_WRONG');
    test.devices.disconnected(two, 'lost');
    expect(test.devices.view('serre')).toMatchObject({ status: 'online', connected: true, clientId: 'one' });
    test.devices.disconnected(one, 'lost');
    expect(standing(test)).toBe('offline (connection-lost)');
  });

  it('is told apart from another device with the same client id', async () => {
    const { test, enter } = await withDevice();
    const { token } = await test.devices.create({ id: 'cave' }, 'u');
    const session = enter();
    const twin = test.connect(session.clientId, { username: 'cave', password: token });
    for (let ping = 0; ping < 4; ping++) {
      test.clock.advance(60 * S);
      test.devices.heard(session);
    }
    expect(standing(test)).toBe('online (connected)');
    expect(standing(test, 'cave')).toBe('offline (silent)');
    test.devices.disconnected(twin, 'lost');
    expect(test.devices.view('serre')?.connected).toBe(true);
  });

  it('follows a declared sleep, however the connection ended', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    say(test, heartbeat('online', 600));
    test.devices.disconnected(session, 'will');
    expect(standing(test)).toBe('asleep (sleeping)');
    expect(test.devices.view('serre')?.expectedIntervalMs).toBe(600 * S);
    test.clock.advance(901 * S);
    expect(standing(test)).toBe('late (silent)');
    enter();
    expect(standing(test)).toBe('online (connected)');
  });

  it('follows the learned rhythm after a goodbye', async () => {
    const { test, enter } = await withDevice();
    for (let wake = 0; wake < 5; wake++) {
      const session = enter();
      say(test, heartbeat('online'));
      test.devices.disconnected(session, 'disconnect');
      test.clock.advance(10 * MINUTE);
    }
    expect(standing(test)).toBe('online (rhythm)');
    test.clock.advance(6 * MINUTE);
    expect(standing(test)).toBe('late (silent)');
    test.clock.advance(20 * MINUTE);
    expect(standing(test)).toBe('offline (disconnected)');
  });

  it('follows the interval a person sets, at once', async () => {
    const { test, enter } = await withDevice();
    test.devices.disconnected(enter(), 'disconnect');
    expect(standing(test)).toBe('offline (disconnected)');
    await test.devices.patch('serre', { expectedIntervalMs: 60 * MINUTE });
    expect(standing(test)).toBe('online (rhythm)');
    await test.devices.patch('serre', { expectedIntervalMs: null });
    expect(standing(test)).toBe('offline (disconnected)');
  });

  it('heals when a connection is heard that it did not know', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    test.devices.disconnected(session, 'lost');
    test.devices.heard(session);
    expect(standing(test)).toBe('online (connected)');
  });
});

describe('what people are told', () => {
  it('is every change at once, and mere signs of life once a second', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    test.clock.advance(S);
    test.changes.length = 0;
    for (let packet = 0; packet < 1000; packet++) test.devices.heard(session);
    expect(test.changes).toEqual([]);
    test.clock.advance(S);
    expect(test.changes).toEqual(['serre']);
    test.clock.advance(10 * S);
    expect(test.changes).toEqual(['serre']);
    test.devices.disconnected(session, 'lost');
    expect(test.changes.length).toBeGreaterThan(1);
  });

  it('counts messages and refusals', async () => {
    const { test, enter } = await withDevice();
    enter();
    say(test, heartbeat('online'));
    test.devices.refused('serre');
    test.devices.refused('nobody');
    expect(test.devices.view('serre')).toMatchObject({ messages: 1, refused: 1, dialects: ['ruche'] });
  });
});

describe('the pulse', () => {
  it('shows a connected device that only pings as heard, and one that is gone as missed', async () => {
    const { test, enter } = await withDevice();
    test.clock.advance(PULSE_BUCKET_MS);
    const session = enter(test, { keepaliveS: 0 });
    test.clock.advance(5 * PULSE_BUCKET_MS);
    test.devices.disconnected(session, 'lost');
    test.clock.advance(3 * PULSE_BUCKET_MS);
    expect(test.devices.view('serre')?.pulse).toBe(`${'n'.repeat(51)}oooooobbb`);
  });

  it('survives a restart, with the time the hub was down as not known', async () => {
    const { test, enter } = await withDevice();
    enter(test, { keepaliveS: 0 });
    test.clock.advance(4 * PULSE_BUCKET_MS);
    const again = await test.restart(10 * PULSE_BUCKET_MS);
    enter(again);
    expect(again.devices.view('serre')?.pulse.slice(-16)).toBe(`nooooo${'n'.repeat(9)}o`);
  });
});

describe('after a restart', () => {
  it('is late while everybody reconnects, then offline', async () => {
    const { test, enter } = await withDevice();
    enter();
    test.clock.advance(30 * S);
    const again = await test.restart(60 * MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.advance(4 * MINUTE);
    expect(standing(again)).toBe('offline (hub-restarted)');
    enter(again);
    expect(standing(again)).toBe('online (connected)');
  });

  it('still knows who sleeps', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    await test.store.commit(say(test, heartbeat('online', 3600)));
    test.devices.disconnected(session, 'disconnect');
    const { token } = await test.devices.create({ id: 'cave' }, 'u');
    test.clock.advance(19 * MINUTE);
    // By whom the hub knows that it ran all the time.
    test.connect('cave', { username: 'cave', password: token });
    const again = await test.restart(MINUTE);
    expect(standing(again)).toBe('asleep (sleeping)');
    expect(again.devices.view('serre')).toMatchObject({ expectedIntervalMs: 3600 * S, sinceMs: expect.any(Number) });
    expect(again.devices.view('serre')?.pulse).toMatch(/^n+oz{9,10}$/);
    again.clock.advance(91 * MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
  });

  it('forgets a sleep that the device no longer declares', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    await test.store.commit(say(test, heartbeat('online', 3600)));
    await test.store.commit(say(test, heartbeat('online')));
    test.devices.disconnected(session, 'disconnect');
    const again = await test.restart(19 * MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
  });

  it('waits for a device as long as its learned rhythm says, and never calls it online by that', async () => {
    const { test, enter } = await withDevice();
    for (let wake = 0; wake < 5; wake++) {
      const session = enter();
      await test.store.commit(say(test, heartbeat('online')));
      test.devices.disconnected(session, 'disconnect');
      test.clock.advance(10 * MINUTE);
    }
    const again = await test.restart(MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.advance(12 * MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.advance(20 * MINUTE);
    expect(standing(again)).toBe('offline (hub-restarted)');
    say(again, heartbeat('online'));
    expect(again.devices.view('serre')?.expectedIntervalMs).toBe(10 * MINUTE);
  });

  it('does not take what a device says when it wakes up for its rhythm', async () => {
    const { test } = await withDevice();
    const wakeUp = async (by: typeof test) => {
      for (let told = 0; told < 5; told++) {
        await by.store.commit(say(by, heartbeat('online')));
        by.clock.advance(12 * S);
      }
      by.clock.advance(9 * MINUTE);
    };
    for (let wake = 0; wake < 5; wake++) await wakeUp(test);
    expect(test.devices.view('serre')?.expectedIntervalMs).toBeGreaterThan(9 * MINUTE);
    const again = await test.restart(MINUTE);
    await wakeUp(again);
    expect(again.devices.view('serre')?.expectedIntervalMs).toBeGreaterThan(9 * MINUTE);
    expect(standing(again)).toBe('online (rhythm)');
  });

  it('draws nothing missed of a device that was never heard', async () => {
    const { test, enter } = await withDevice('cave');
    await test.devices.create({ id: 'serre' }, 'u');
    const session = enter();
    test.clock.advance(20 * MINUTE);
    test.devices.heard(session);
    const again = await test.restart(MINUTE);
    expect(again.devices.view('serre')?.pulse).toBe('n'.repeat(60));
    again.clock.advance(4 * MINUTE);
    say(again, heartbeat('online'));
    expect(again.devices.view('serre')?.pulse).toBe(`${'n'.repeat(59)}o`);
    const { pulse } = (await again.restart(MINUTE)).devices.view('serre') ?? {};
    expect(pulse).not.toContain('b');
  });

  it('knows when the device was last seen, and where', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    test.clock.advance(17 * S);
    test.devices.heard(session);
    const seenMs = test.clock.nowMs();
    const again = await test.restart(MINUTE);
    expect(again.devices.view('serre')).toMatchObject({ lastSeenMs: seenMs, address: '10.0.0.9', connected: false });
  });
});

describe('what is stored', () => {
  it('is the last time seen, at most once a minute, without being asked', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    const storedSeen = async () => {
      await test.settled();
      return (await test.store.devices.get('serre'))?.lastSeenMs;
    };
    const firstMs = test.clock.nowMs();
    test.clock.advance(S);
    expect(await storedSeen()).toBe(firstMs);
    for (let second = 0; second < 50; second++) {
      test.clock.advance(S);
      test.devices.heard(session);
    }
    expect(await storedSeen()).toBe(firstMs);
    test.clock.advance(11 * S);
    expect(await storedSeen()).toBe(firstMs + 51 * S);
  });

  it('is the heartbeat together with its message', async () => {
    const { test, enter } = await withDevice();
    enter();
    test.clock.advance(5 * S);
    await test.store.commit(say(test, heartbeat('online')));
    expect(await test.store.devices.get('serre')).toMatchObject({
      lastSeenMs: test.clock.nowMs(),
      dialects: ['ruche'],
    });
  });

  it('is nothing of a device that was deleted, whatever it still says', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    await test.devices.remove('serre');
    test.devices.heard(session);
    test.devices.disconnected(session, 'dropped');
    test.clock.advance(5 * MINUTE);
    await test.devices.close();
    expect(await test.store.devices.get('serre')).toBeUndefined();
    expect(await test.store.pulses.heard('serre', 0, test.clock.nowMs())).toEqual([]);
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 20 * MINUTE }) }),
    fc.record({ kind: fc.constantFrom('connect' as const, 'ping' as const, 'message' as const, 'will' as const) }),
    fc.record({
      kind: fc.constant('leave' as const),
      departure: fc.constantFrom('disconnect', 'lost', 'will', 'taken-over', 'dropped'),
    }),
  );

  it('a device comes online only by being heard, and what is shown is never from the future', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { test, enter } = await withDevice();
        let session: ReturnType<typeof enter> | undefined;
        let before = test.devices.view('serre');
        for (const one of steps) {
          if (one.kind === 'advance') test.clock.advance(one.ms);
          if (one.kind === 'connect') session = enter();
          if (one.kind === 'ping' && session !== undefined) test.devices.heard(session);
          if (one.kind === 'message') say(test, heartbeat('online'));
          if (one.kind === 'will') say(test, heartbeat('offline'));
          if (one.kind === 'leave' && session !== undefined) test.devices.disconnected(session, one.departure);
          if (one.kind === 'leave') session = undefined;
          const after = test.devices.view('serre');
          const isHeard = one.kind === 'connect' || one.kind === 'ping' || one.kind === 'message';
          if (!isHeard && before?.status !== 'online') expect(after?.status).not.toBe('online');
          expect(after?.connected).toBe(session !== undefined);
          expect(after?.lastSeenMs ?? 0).toBeGreaterThanOrEqual(before?.lastSeenMs ?? 0);
          expect(after?.sinceMs).toBeLessThanOrEqual(test.clock.nowMs());
          expect(after?.pulse).toMatch(/^[owbzn]{60}$/);
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });
});

it('a store that cannot be written to does not keep the hub from stopping', async () => {
  const { test, enter } = await withDevice();
  enter();
  await test.store.close();
  await expect(test.devices.close()).resolves.toBeUndefined();
});
