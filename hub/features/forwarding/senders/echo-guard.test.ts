import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../lib/fake-clock.ts';
import { EchoGuard } from './echo-guard.ts';

const on = Buffer.from('on');

describe('messages of a bridge over MQTT 3.1.1', () => {
  it('are recognised once each when they come back', () => {
    const guard = new EchoGuard(new FakeClock());
    guard.sent('lamp', on);
    guard.sent('lamp', on);
    expect(guard.isEcho('lamp', Buffer.from('off'))).toBe(false);
    expect([guard.isEcho('lamp', on), guard.isEcho('lamp', on), guard.isEcho('lamp', on)]).toEqual([true, true, false]);
  });

  it('are not waited for at a broker that does not send them back', () => {
    const clock = new FakeClock();
    const guard = new EchoGuard(clock);
    for (let at = 0; at < 3; at++) {
      guard.sent('lamp', on);
      clock.advance(5_000);
    }
    guard.sent('lamp', on);
    expect(guard.isEcho('lamp', on)).toBe(false);
  });

  it('are forgotten after a while, also where they do come back', () => {
    const clock = new FakeClock();
    const guard = new EchoGuard(clock);
    guard.sent('lamp', on);
    expect(guard.isEcho('lamp', on)).toBe(true);
    guard.sent('lamp', on);
    clock.advance(5_000);
    expect(guard.isEcho('lamp', on)).toBe(false);
  });
});
