/** Presence while the clock of the machine is set back, in this run of the hub or since the last one. */
import { describe, expect, it } from 'vitest';
import { heartbeat, MINUTE, S, say, standing, withDevice } from './presence.fixture.ts';

describe('a clock that is set back', () => {
  const HOUR = 60 * MINUTE;

  it('does not keep a device online that is silent', async () => {
    const { test, enter } = await withDevice();
    enter(test, { keepaliveS: 60 });
    test.clock.advance(10 * S);
    test.clock.jump(-HOUR);
    test.clock.advance(2 * MINUTE);
    expect(standing(test)).toBe('late (silent)');
    test.clock.advance(2 * MINUTE);
    expect(standing(test)).toBe('offline (silent)');
    expect(test.devices.view('serre')?.sinceMs).toBeLessThanOrEqual(test.clock.nowMs());
  });

  it('does not make a visit of a connection in which nothing was said', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    await test.store.commit(say(test, heartbeat('online')));
    test.devices.disconnected(session, 'disconnect');
    expect(test.devices.standingOf('serre')).toMatchObject({ status: 'offline', isUnpredictable: true });
    test.clock.jump(-HOUR);
    test.clock.advance(2 * S);
    const mute = enter();
    test.clock.advance(S);
    test.devices.disconnected(mute, 'disconnect');
    expect(test.devices.standingOf('serre')).toMatchObject({ status: 'offline', isUnpredictable: false });
  });

  it('does not stop the hub from learning, marking and storing', async () => {
    const { test, enter } = await withDevice();
    const session = enter();
    test.clock.advance(10 * S);
    test.clock.jump(-HOUR);
    for (let beat = 0; beat < 10; beat++) {
      test.clock.advance(30 * S);
      test.devices.heard(session);
      await test.store.commit(say(test, heartbeat('online')));
    }
    test.clock.advance(5 * S);
    test.devices.heard(session);
    const device = test.devices.view('serre');
    expect(device).toMatchObject({ status: 'online', expectedIntervalMs: 30 * S, lastSeenMs: test.clock.nowMs() });
    expect(device?.pulse.endsWith('oo')).toBe(true);
    const heardMs = test.clock.nowMs();
    // What is written lazily is written one after the other.
    for (let turn = 0; turn < 8; turn++) {
      test.clock.advance(10 * S);
      await test.settled();
      await test.settled();
    }
    expect(await test.store.devices.get('serre')).toMatchObject({ lastSeenMs: heardMs });
  });

  it('does not make a device online that was not heard since the hub started', async () => {
    const { test, enter } = await withDevice();
    enter();
    test.clock.advance(30 * S);
    const again = await test.restart(MINUTE);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.jump(-HOUR);
    again.clock.advance(2 * S);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.advance(4 * MINUTE);
    expect(standing(again)).toBe('offline (hub-restarted)');
  });

  it('while the hub is down does not make a device online until the clock has come round', async () => {
    const { test, enter } = await withDevice();
    enter();
    test.clock.advance(30 * S);
    test.clock.jump(-HOUR);
    const again = await test.restart(0);
    expect(standing(again)).toBe('late (hub-restarted)');
    again.clock.advance(4 * MINUTE);
    expect(standing(again)).toBe('offline (hub-restarted)');
    expect(again.devices.view('serre')?.lastSeenMs).toBeLessThan(again.clock.nowMs());
  });
});
