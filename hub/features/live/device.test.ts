import { describe, expect, it } from 'vitest';
import type { DeviceValue } from '../../contract/device.ts';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { NO_EVENTS } from './events.fixture.ts';
import { HEALTH } from './health.fixture.ts';
import { createLive } from './live.ts';

const AMY: Person = { kind: 'person', userId: 'a', username: 'amy', role: 'viewer', sessionId: 's' };
const nothing = { snapshot: () => () => undefined, update: () => () => undefined, reset: () => undefined };
const unasked = (): never => {
  throw new Error('asked');
};

function setUp() {
  const clock = new FakeClock();
  const sent: { to: string; topic: string; message: { snapshot: boolean; readings: DeviceValue[]; of: number } }[] = [];
  let read = 0;
  const live = createLive({
    clock,
    log: { warn: () => undefined },
    sendTo(to, topic, text) {
      sent.push({ to, topic, message: JSON.parse(text) });
      return 'sent';
    },
    events: NO_EVENTS,
    fleet: { devices: () => [], device: () => undefined, waiting: () => [] },
    values: (deviceId) => [{ metric: 'temp', value: `latest of ${deviceId}`, atMs: 1 }],
    rounds: () => [],
    pairing: unasked,
    pairings: () => [],
    stats: unasked,
    topics: { tree: nothing, topic: () => nothing },
    health: () => HEALTH,
    forwarding: () => ({ destinations: [] }),
    commands: async () => [],
  });
  const say = (deviceId: string, value: number) =>
    live.readingsStored(deviceId, () => {
      read += 1;
      return [{ metric: 'temp', value, atMs: value }];
    });
  return { clock, live, say, take: () => sent.splice(0), readings: () => read };
}

describe('$live/device/<id>', () => {
  it('begins with the latest values, and goes on with what that device says, ten times a second', () => {
    const { clock, live, say, take } = setUp();
    live.subscribed('c', AMY, '$live/device/serre');
    clock.advance(0);
    const first = { snapshot: true, readings: [{ metric: 'temp', value: 'latest of serre', atMs: 1 }], of: 1 };
    expect(take()).toEqual([{ to: 'c', topic: '$live/device/serre', message: first }]);
    say('serre', 1);
    say('lamp', 2);
    say('serre', 3);
    clock.advance(99);
    expect(take()).toEqual([]);
    clock.advance(1);
    expect(take().map(({ message }) => message)).toEqual([
      { snapshot: false, readings: [1, 3].map((value) => ({ metric: 'temp', value, atMs: value })), of: 2 },
    ]);
    clock.advance(5000);
    expect(take()).toEqual([]);
  });

  it('costs nothing while nobody looks, before and after', () => {
    const { clock, live, say, take, readings } = setUp();
    say('serre', 1);
    live.subscribed('c', AMY, '$live/device/serre');
    live.subscribed('d', AMY, '$live/device/serre');
    clock.advance(200);
    live.unsubscribed('c', '$live/device/serre');
    live.gone('d');
    take();
    say('serre', 2);
    clock.advance(1000);
    expect(take()).toEqual([]);
    expect(readings()).toBe(0);
    live.subscribed('c', AMY, '$live/device/serre');
    clock.advance(0);
    expect(take()).toMatchObject([{ message: { snapshot: true } }]);
  });
});
