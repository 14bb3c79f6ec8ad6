/** `$SYS/broker/…`: what is answered on subscribing, what is published, and what it costs when nobody listens. */
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';
import { SYS_INTERVAL_MS, Sys } from './sys.ts';

const OPEN: Principal = { kind: 'open' };
const client = (key: string, principal: Principal = OPEN) => ({ key, principal });
const KNOWN: BrokerNumbers = {
  clients: 3,
  publishesIn: 100,
  publishesOut: 200,
  bytesIn: 3000,
  bytesOut: 4000,
  dropped: 1,
  refused: 0,
  commitFailures: 0,
  commitMs: null,
};

function setUp(numbers: Partial<BrokerNumbers> = {}) {
  const clock = new FakeClock();
  const sent: { to: string; topic: string; text: string; retain: boolean }[] = [];
  const published: { topic: string; payload: string }[] = [];
  const now: BrokerNumbers = { ...KNOWN, ...numbers };
  const state = { now, counted: 0, answer: 'sent' as 'sent' | 'busy' };
  const sys = new Sys({
    clock,
    version: '1.2.3',
    numbers() {
      state.counted++;
      return state.now;
    },
    heapBytes: () => 5_000_000,
    publish: async (message) => void published.push(message),
    sendTo(to, topic, text, { retain }) {
      sent.push({ to, topic, text, retain });
      return state.answer;
    },
    onError: (error) => {
      throw error;
    },
  });
  return { clock, sys, sent, published, state };
}
const textOf = (sent: readonly { topic: string; text: string }[], topic: string) =>
  sent.find((one) => one.topic === `$SYS/broker/${topic}`)?.text;

describe('on subscribing', () => {
  it('everything the filter takes in is answered at once, as retained, to this client alone', () => {
    const { clock, sys, sent, published } = setUp();
    clock.advance(42_000);
    sys.subscribed(client('a'), '$SYS/broker/#', true);
    expect(sent.every(({ to, retain }) => to === 'a' && retain)).toBe(true);
    expect(textOf(sent, 'version')).toBe('ruche version 1.2.3');
    expect(textOf(sent, 'uptime')).toBe('42 seconds');
    expect(textOf(sent, 'clients/connected')).toBe('3');
    expect(textOf(sent, 'publish/messages/received')).toBe('100');
    expect(textOf(sent, 'bytes/sent')).toBe('4000');
    expect(textOf(sent, 'heap/current')).toBe('5000000');
    expect(textOf(sent, 'load/publish/received/1min')).toMatch(/^\d+\.\d\d$/);
    expect(published).toEqual([]);
  });

  it('only what the filter takes in is answered', () => {
    const { sys, sent } = setUp();
    sys.subscribed(client('a'), '$SYS/broker/uptime', true);
    sys.subscribed(client('b'), '$SYS/+/clients/connected', true);
    expect(sent.map(({ to, topic }) => [to, topic])).toEqual([
      ['a', '$SYS/broker/uptime'],
      ['b', '$SYS/broker/clients/connected'],
    ]);
  });

  it.each(['#', '+/broker/#', '$SYSTEM/#', 'house/$SYS/broker/#'])('"%s" is not about it', (filter) => {
    const { clock, sys, sent, published } = setUp();
    sys.subscribed(client('a'), filter, true);
    clock.advance(SYS_INTERVAL_MS);
    expect([...sent, ...published]).toEqual([]);
  });

  it('a number that nobody counts has no topic, rather than a 0', () => {
    const { sys, sent } = setUp();
    sys.subscribed(client('a'), '$SYS/#', true);
    for (const topic of ['retained messages/count', 'subscriptions/count', 'messages/received', 'clients/total']) {
      expect(textOf(sent, topic), topic).toBeUndefined();
    }
  });

  it('a number that is counted has its topic under the name Mosquitto gave it', () => {
    const { sys, sent } = setUp({
      sessionsAway: 4,
      sessionsExpired: 5,
      retainedMessages: 6,
      subscriptions: 7,
      packetsIn: 8,
      storedMessages: 9,
      storedBytes: 10,
      publishBytesIn: 11,
    });
    sys.subscribed(client('a'), '$SYS/#', true);
    expect(textOf(sent, 'clients/total')).toBe('7');
    expect(textOf(sent, 'clients/disconnected')).toBe('4');
    expect(textOf(sent, 'clients/expired')).toBe('5');
    expect(textOf(sent, 'retained messages/count')).toBe('6');
    expect(textOf(sent, 'subscriptions/count')).toBe('7');
    expect(textOf(sent, 'messages/received')).toBe('8');
    expect(textOf(sent, 'store/messages/count')).toBe('9');
    expect(textOf(sent, 'store/messages/bytes')).toBe('10');
    expect(textOf(sent, 'publish/bytes/received')).toBe('11');
  });

  it('nothing is sent to who may not read it', () => {
    const { sys, sent } = setUp();
    const device: Principal = { kind: 'device', deviceId: 'd', names: new Set(['d']), isProtected: true };
    sys.subscribed(client('a', device), '$SYS/#', true);
    expect(sent).toEqual([]);
  });

  it('a client that does not read is left alone after the first attempt', () => {
    const { sys, sent, state } = setUp();
    state.answer = 'busy';
    sys.subscribed(client('a'), '$SYS/#', true);
    expect(sent).toHaveLength(1);
  });

  it('many who subscribe at once are told the same count', () => {
    const { sys, state } = setUp();
    const counted = state.counted;
    for (let at = 0; at < 100; at++) sys.subscribed(client(`c${at}`), '$SYS/#', true);
    expect(state.counted - counted).toBe(1);
  });

  it.each([
    ['a shared subscription', '$share/group/$SYS/broker/uptime'],
    ['a kept session that comes back', '$SYS/broker/uptime'],
  ])('%s is sent nothing that is kept, but what comes', (_who, filter) => {
    const { clock, sys, sent, published } = setUp();
    sys.subscribed(client('a'), filter, false);
    expect(sent).toEqual([]);
    clock.advance(SYS_INTERVAL_MS);
    expect(published).not.toEqual([]);
  });
});

describe('every ten seconds', () => {
  it('what changed is published while somebody is subscribed', () => {
    const { clock, sys, published, state } = setUp();
    const watcher = client('a');
    sys.subscribed(watcher, '$SYS/#', true);
    clock.advance(SYS_INTERVAL_MS);
    published.length = 0;
    state.now = { ...KNOWN, clients: 8 };
    clock.advance(SYS_INTERVAL_MS);
    const topics = published.map(({ topic }) => topic);
    expect(published).toContainEqual({ topic: '$SYS/broker/clients/connected', payload: '8' });
    expect(published).toContainEqual({ topic: '$SYS/broker/uptime', payload: '20 seconds' });
    expect(topics).not.toContain('$SYS/broker/bytes/received');
    expect(topics).not.toContain('$SYS/broker/version');
  });

  it.each([
    ['unsubscribed', (sys: Sys, watcher: ReturnType<typeof client>) => sys.unsubscribed(watcher, '$SYS/#')],
    ['left', (sys: Sys, watcher: ReturnType<typeof client>) => sys.disconnected(watcher)],
  ])('nothing is published when the last one %s', (_how, leave) => {
    const { clock, sys, published } = setUp();
    const watcher = client('a');
    sys.subscribed(watcher, '$SYS/#', true);
    sys.subscribed(watcher, '$SYS/#', true);
    leave(sys, watcher);
    clock.advance(10 * SYS_INTERVAL_MS);
    expect(published).toEqual([]);
  });

  it('a client that came back under the same id is not forgotten when its old connection ends', () => {
    const { clock, sys, published } = setUp();
    const old = client('a');
    sys.subscribed(old, '$SYS/#', true);
    sys.subscribed(client('a'), '$SYS/#', true);
    sys.disconnected(old);
    clock.advance(SYS_INTERVAL_MS);
    expect(published).not.toEqual([]);
  });

  it('the loads are kept up although nobody listens', () => {
    const { clock, sys, sent, state } = setUp();
    for (let at = 1; at <= 60; at++) {
      state.now = { ...KNOWN, publishesIn: 100 + at * 100 };
      clock.advance(SYS_INTERVAL_MS);
    }
    sys.subscribed(client('a'), '$SYS/broker/load/publish/received/1min', true);
    expect(Number(sent[0]?.text)).toBeCloseTo(600, 0);
  });

  it('the most clients at one time are remembered', () => {
    const { sys, sent } = setUp();
    const clients = [client('a'), client('b'), client('c')];
    for (const _one of clients) sys.connected();
    for (const one of clients) sys.disconnected(one);
    sys.subscribed(client('d'), '$SYS/broker/clients/maximum', true);
    expect(sent[0]?.text).toBe('3');
  });
});
