/** What browsers that watch $live/… are sent, and when. */
import { describe, expect, it } from 'vitest';
import type { Device, WaitingDevice } from '../../contract/device.ts';
import type { LivePairing, LiveRound } from '../../contract/live.ts';
import type { Person } from '../../domain/principal.ts';
import { CountingClock } from './counting-clock.fixture.ts';
import { NO_EVENTS } from './events.fixture.ts';
import { HEALTH } from './health.fixture.ts';
import { createLive, FILTERS_MAX, WATCHERS_MAX } from './live.ts';

const person = (username: string, role: Person['role'] = 'viewer'): Person => {
  return { kind: 'person', userId: `id of ${username}`, username, role, sessionId: 's' };
};
const OWNER = person('olga', 'owner');

function device(id: string, changes: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    status: 'online',
    reason: 'connected',
    reasonText: 'Connected.',
    sinceMs: 1,
    lastSeenMs: 1,
    connected: true,
    clientId: `client of ${id}`,
    address: '192.168.1.7',
    owner: null,
    player: null,
    ...{ dialects: ['simon'], aliases: [], tags: [] },
    protected: false,
    tokenCreatedMs: null,
    expectedIntervalMs: null,
    createdMs: 1,
    demo: false,
    ...{ messages: 0, refused: 0, values: [] },
    pulse: 'n'.repeat(60),
    ...changes,
  };
}

const WAITING: WaitingDevice = {
  id: 'w1',
  clientId: 'ESP32-Simon-AABBCCDDEEFF',
  address: '192.168.1.9',
  connected: true,
  firstSeenMs: 1,
  lastSeenMs: 1,
  demo: false,
};

const pairing = (deviceId: string, state: LivePairing['state']): LivePairing => {
  return {
    deviceId,
    state,
    username: state === 'none' ? null : 'amy',
    previousUsername: null,
    requestedAtMs: null,
    publishedAtMs: null,
    answeredAtMs: null,
  };
};

const nothing = { snapshot: () => () => undefined, update: () => () => undefined, reset: () => undefined };

function setUp() {
  const clock = new CountingClock();
  const devices = new Map<string, Device>([['d1', device('d1')]]);
  const pairings = new Map<string, LivePairing>();
  const sent: { to: string; topic: string; message: Record<string, unknown>; text: string }[] = [];
  const full = new Set<string>();
  const rounds: LiveRound[] = [];
  const asked = { devices: 0, stats: 0 };
  const live = createLive({
    clock,
    ...{ log: { warn: () => undefined }, events: NO_EVENTS, health: () => HEALTH, commands: async () => [] },
    sendTo(to, topic, text) {
      if (full.has(to)) return 'busy';
      sent.push({ to, topic, text, message: JSON.parse(text) });
      return 'sent';
    },
    fleet: {
      devices() {
        asked.devices += 1;
        return [...devices.values()];
      },
      device: (id) => devices.get(id),
      waiting: () => [WAITING],
    },
    values: () => [{ metric: 'temp', value: 20, atMs: 1 }],
    rounds: () => rounds,
    pairing: (id) => pairings.get(id) ?? pairing(id, 'none'),
    pairings: () => [...pairings.values()],
    ...{ topics: { tree: nothing, topic: () => nothing }, forwarding: () => ({ destinations: [] }) },
    stats() {
      asked.stats += 1;
      const none = { clients: 0, messagesInPerS: 0, messagesOutPerS: 0, commitP95Ms: null, storeBytes: null };
      return { atMs: clock.nowMs(), uptimeS: 1, refusedLastHour: 0, ...none };
    },
  });
  const change = (id: string, changes: Partial<Device>): void => {
    devices.set(id, device(id, { ...devices.get(id), ...changes }));
    live.deviceChanged(id);
  };
  /** What was sent since the last call. */
  const take = () => sent.splice(0);
  return { clock, devices, pairings, rounds, live, full, asked, change, take };
}

describe('$live/devices', () => {
  it('begins with everything, and goes on with the changed fields of the changed devices', () => {
    const { clock, live, change, take } = setUp();
    live.subscribed('c', OWNER, '$live/devices');
    clock.advance(0);
    expect(take()).toMatchObject([
      {
        to: 'c',
        topic: '$live/devices',
        message: { snapshot: true, devices: [{ id: 'd1', name: 'd1' }], removed: [] },
      },
    ]);
    change('d1', { messages: 5 });
    clock.advance(250);
    expect(take().map((it) => it.message)).toEqual([
      { snapshot: false, devices: [{ id: 'd1', messages: 5 }], removed: [] },
    ]);
  });

  it('sends at most one message per 250 ms, with the last value of each field', () => {
    const { clock, live, change, take } = setUp();
    live.subscribed('c', OWNER, '$live/devices');
    clock.advance(1000);
    take();
    for (let at = 1; at <= 100; at += 1) {
      change('d1', { messages: at });
      clock.advance(10);
    }
    clock.advance(250);
    const messages = take().map((it) => it.message);
    expect(messages.length).toBeLessThanOrEqual(5);
    expect(messages.at(-1)).toMatchObject({ devices: [{ id: 'd1', messages: 100 }] });
  });

  it('says nothing when a change was taken back before it was sent', () => {
    const { clock, live, change, take } = setUp();
    live.subscribed('c', OWNER, '$live/devices');
    clock.advance(0);
    take();
    change('d1', { name: 'other' });
    change('d1', { name: 'd1' });
    clock.advance(250);
    expect(take()).toEqual([]);
  });

  it('tells which devices are gone and sends the whole waiting list when it changed', () => {
    const { clock, devices, live, take } = setUp();
    live.subscribed('c', OWNER, '$live/devices');
    clock.advance(250);
    take();
    devices.delete('d1');
    live.deviceRemoved('d1');
    live.waitingChanged();
    clock.advance(250);
    expect(take().map((it) => it.message)).toEqual([
      { snapshot: false, devices: [], removed: ['d1'], waiting: [WAITING] },
    ]);
  });

  it('shows network addresses only to those who manage the device', () => {
    const { clock, live, change, devices, take } = setUp();
    devices.set('d1', device('d1', { owner: 'amy' }));
    live.subscribed('o', OWNER, '$live/devices');
    live.subscribed('a', person('amy'), '$live/devices');
    live.subscribed('b', person('bob'), '$live/devices');
    clock.advance(250);
    const seen = (network: object) => expect.objectContaining({ devices: [expect.objectContaining(network)] });
    const all = { address: '192.168.1.7', clientId: 'client of d1' };
    expect(take().map((it) => [it.to, it.message])).toEqual([
      ['o', seen(all)],
      ['a', seen(all)],
      ['b', seen({ address: null, clientId: null })],
    ]);
    change('d1', { address: '192.168.1.8' });
    clock.advance(250);
    expect(take().map((it) => it.to)).toEqual(['o', 'a']);
    change('d1', { owner: 'bob' });
    clock.advance(250);
    expect(take().map((it) => [it.to, it.message])).toEqual([
      ['o', seen({ address: '192.168.1.8' })],
      ['a', seen({ address: null })],
      ['b', seen({ address: '192.168.1.8' })],
    ]);
  });

  it('hides the addresses of waiting devices from those who only watch', () => {
    const { clock, live, take } = setUp();
    live.subscribed('o', OWNER, '$live/devices');
    live.subscribed('b', person('bob'), '$live/devices');
    clock.advance(0);
    const addresses = take().map((it) => JSON.stringify(it.message.waiting).includes(WAITING.address));
    expect(addresses).toEqual([true, false]);
  });

  it('is encoded once for all who see the same', () => {
    const { clock, live, change, take } = setUp();
    for (let at = 0; at < 20; at += 1) live.subscribed(`c${at}`, person(`p${at}`), '$live/devices');
    clock.advance(250);
    take();
    change('d1', { messages: 9 });
    clock.advance(250);
    const texts = take().map((it) => it.text);
    expect(texts).toHaveLength(20);
    expect(new Set(texts).size).toBe(1);
  });

  it('sends a fresh snapshot later to a watcher whose socket was full, and does not hold up the others', () => {
    const { clock, live, change, full, take } = setUp();
    live.subscribed('slow', OWNER, '$live/devices');
    live.subscribed('fast', OWNER, '$live/devices');
    clock.advance(250);
    take();
    full.add('slow');
    for (const messages of [1, 2, 3]) {
      change('d1', { messages });
      clock.advance(250);
    }
    expect(take().map((it) => it.to)).toEqual(['fast', 'fast', 'fast']);
    full.clear();
    clock.advance(250);
    expect(take()).toMatchObject([{ to: 'slow', message: { snapshot: true, devices: [{ messages: 3 }] } }]);
    change('d1', { messages: 4 });
    clock.advance(250);
    expect(take().map((it) => it.message.snapshot)).toEqual([false, false]);
  });
});

describe('while nobody watches', () => {
  it('nothing is computed and no timer runs, whatever happens', () => {
    const { clock, live, change, asked, take } = setUp();
    change('d1', { messages: 1 });
    live.waitingChanged();
    live.roundsChanged();
    live.pairingChanged(pairing('d1', 'requested'));
    clock.advance(5000);
    expect({ ...asked, running: clock.running, sent: take().length }).toEqual({
      devices: 0,
      stats: 0,
      running: 0,
      sent: 0,
    });
  });

  it('everything ends with the last watcher, whichever way it leaves', () => {
    const { clock, live, asked, take } = setUp();
    live.subscribed('a', OWNER, '$live/#');
    live.subscribed('b', OWNER, '$live/stats');
    clock.advance(3000);
    live.gone('a');
    live.unsubscribed('b', '$live/stats');
    take();
    const { stats } = asked;
    clock.advance(5000);
    expect({ running: clock.running, stats: asked.stats - stats, sent: take().length }).toEqual({
      running: 0,
      stats: 0,
      sent: 0,
    });
  });
});

describe('$live/stats', () => {
  it('comes once a second, whoever watches', () => {
    const { clock, live, asked, take } = setUp();
    live.subscribed('a', OWNER, '$live/stats');
    live.subscribed('b', OWNER, '$live/stats');
    clock.advance(0);
    expect(take().map((it) => it.to)).toEqual(['a', 'b']);
    expect(asked.stats).toBe(1);
    clock.advance(3000);
    expect(take()).toHaveLength(6);
    expect(asked.stats).toBe(4);
  });
});

describe('$live/scores', () => {
  const score = (id: string) => ({ id, deviceId: 'd1', username: 'amy', score: 7, atMs: 1, demo: false });

  it('carries new scores, removed ones and the games being played', () => {
    const { clock, live, rounds, take } = setUp();
    live.subscribed('c', person('bob'), '$live/scores');
    clock.advance(250);
    expect(take().map((it) => it.message)).toEqual([{ snapshot: true, added: [], removed: [], rounds: [] }]);
    rounds.push({ deviceId: 'd1', username: 'amy', round: 3, atMs: 1 });
    live.roundsChanged();
    live.scoreAdded(score('s1'));
    live.scoreRemoved('s0');
    clock.advance(250);
    expect(take().map((it) => it.message)).toEqual([
      { snapshot: false, added: [score('s1')], removed: ['s0'], rounds: [rounds[0]] },
    ]);
  });

  it('turns a flood into one message that says to ask again', () => {
    const { clock, live, take } = setUp();
    live.subscribed('c', OWNER, '$live/scores');
    clock.advance(250);
    take();
    for (let at = 0; at < 1000; at += 1) live.scoreAdded(score(`s${at}`));
    clock.advance(1000);
    expect(take().map((it) => it.message)).toEqual([{ snapshot: true, added: [], removed: [], rounds: [] }]);
  });
});

describe('$live/pairing/<device>', () => {
  it('begins with the present state and follows only that device', () => {
    const { clock, live, pairings, take } = setUp();
    live.subscribed('c', person('bob'), '$live/pairing/d1');
    clock.advance(0);
    expect(take()).toMatchObject([{ topic: '$live/pairing/d1', message: { state: 'none' } }]);
    for (const id of ['d1', 'd2']) {
      const asked = pairing(id, 'requested');
      pairings.set(id, asked);
      live.pairingChanged(asked);
    }
    clock.advance(50);
    expect(take().map((it) => [it.topic, it.message.state])).toEqual([['$live/pairing/d1', 'requested']]);
  });

  it('reaches who watches with a wildcard, for devices that come later too', () => {
    const { clock, live, pairings, take } = setUp();
    pairings.set('d1', pairing('d1', 'paired'));
    live.subscribed('c', OWNER, '$live/pairing/+');
    clock.advance(0);
    const later = pairing('d2', 'requested');
    pairings.set('d2', later);
    live.pairingChanged(later);
    clock.advance(50);
    expect(take().map((it) => [it.topic, it.message.state])).toEqual([
      ['$live/pairing/d1', 'paired'],
      ['$live/pairing/d2', 'requested'],
    ]);
  });
});

describe('the lists that people keep', () => {
  it('are told of by name, each once in a quarter of a second, to everybody; first that all may have changed', () => {
    const { clock, live, take } = setUp();
    live.subscribed('c', person('vera'), '$live/lists');
    live.listChanged('widgets');
    clock.advance(0);
    expect(take().map(({ message }) => message)).toEqual([{ snapshot: true, changed: [] }]);
    for (const list of ['widgets', 'alert-rules', 'widgets'] as const) live.listChanged(list);
    clock.advance(250);
    expect(take().map(({ message }) => message)).toEqual([{ snapshot: false, changed: ['widgets', 'alert-rules'] }]);
    clock.advance(1000);
    expect(take()).toEqual([]);
  });
});

describe('watchers', () => {
  it('of one topic through two filters stay until both are given up', () => {
    const { clock, live, change, take } = setUp();
    live.subscribed('c', OWNER, '$live/devices');
    live.subscribed('c', OWNER, '$live/+');
    live.unsubscribed('c', '$live/+');
    clock.advance(250);
    take();
    change('d1', { messages: 1 });
    clock.advance(1000);
    expect(take().map((it) => it.topic)).toEqual(['$live/devices']);
  });

  it('are bounded in number, and in filters each', () => {
    const { clock, live, take } = setUp();
    for (let at = 0; at < WATCHERS_MAX + 5; at += 1) live.subscribed(`c${at}`, OWNER, '$live/scores');
    clock.advance(0);
    expect(take()).toHaveLength(WATCHERS_MAX);
    for (let at = 0; at < FILTERS_MAX + 5; at += 1) live.subscribed('c0', OWNER, `$live/pairing/p${at}`);
    clock.advance(50);
    expect(take()).toHaveLength(FILTERS_MAX - 1);
  });

  it('of other topics, or of everything, are none of live', () => {
    const { clock, live, take } = setUp();
    for (const filter of ['#', 'simon/scores', '+/devices']) live.subscribed('c', OWNER, filter);
    clock.advance(5000);
    expect(take()).toEqual([]);
  });
});
