/** The virtual Simon against a real broker: what seed 0's firmware would do. */
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { seededRandom } from '../../lib/random.ts';
import { socketPair } from '../../lib/socket-pair.ts';
import { type SimonEvent, VirtualSimon, type VirtualSimonOptions, virtualMac } from './virtual-simon.ts';

const ID = virtualMac(1, 1);
const OTHER_ID = virtualMac(1, 2);

let broker: Aedes;
let clock: FakeClock;
let published: { topic: string; body: Record<string, unknown>; qos: number }[];
let clients: Client[];
let filters: string[];
let events: SimonEvent[];
let simon: VirtualSimon | undefined;

beforeEach(async () => {
  broker = await Aedes.createBroker();
  clock = new FakeClock();
  [published, clients, filters, events] = [[], [], [], []];
  broker.on('client', (client) => void clients.push(client));
  broker.on('subscribe', (subscriptions) => void filters.push(...subscriptions.map((it) => it.topic)));
  broker.on('publish', (packet, client) => {
    if (client !== null)
      published.push({ topic: packet.topic, body: JSON.parse(String(packet.payload)), qos: packet.qos });
  });
});
afterEach(async () => {
  await simon?.stop();
  await new Promise<void>((resolve) => broker.close(resolve));
});

function start(more: Partial<VirtualSimonOptions> = {}): VirtualSimon {
  simon = new VirtualSimon({
    deviceId: ID,
    connect() {
      const [near, far] = socketPair();
      broker.handle(far);
      return near;
    },
    clock,
    random: seededRandom(1),
    retryMs: 10,
    onEvent: (event) => void events.push(event),
    ...more,
  });
  return simon;
}

const until = (check: () => void) => vi.waitFor(check, { interval: 5 });
const subscribed = (times = 1) => until(() => expect(filters).toEqual(Array(times).fill('simon/pair')));
const seen = (kind: SimonEvent['kind']) => until(() => expect(events.map((event) => event.kind)).toContain(kind));
const of = (topic: string) => published.filter((message) => message.topic === topic);

function say(payload: string): void {
  const packet: PublishPacket = { cmd: 'publish', topic: 'simon/pair', payload, qos: 0, retain: false, dup: false };
  broker.publish(packet, () => undefined);
}
const pair = (username: string, deviceId = ID): void => say(JSON.stringify({ device_id: deviceId, username }));

/** Games go on in steps of one second, with time for the messages of each. */
async function playUntil(isDone: () => boolean): Promise<void> {
  for (let second = 0; second < 2000 && !isDone(); second += 1) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => expect(isDone()).toBe(true));
}

describe('a virtual Simon', () => {
  it('has a locally administered address of its own, and connects like the firmware', async () => {
    expect([ID, OTHER_ID]).toEqual(['025100010001', '025100010002']);
    start();
    await subscribed();
    const [client] = clients;
    expect(client?.id).toBe(`ESP32-Simon-${ID}`);
    expect(client).toMatchObject({ clean: true, version: 4 });
  });

  it('answers the pairing that names it, and no other', async () => {
    start();
    await subscribed();
    for (const odd of ['{"device_id": ', '[]', 'null', '"x"']) say(odd);
    pair('bob', OTHER_ID);
    pair('amy');
    await seen('paired');
    expect(of('simon/pair/ack')).toEqual([
      { topic: 'simon/pair/ack', body: { device_id: ID, username: 'amy', status: 'paired' }, qos: 0 },
    ]);
    expect(simon?.username).toBe('amy');
  });

  it('says nothing until somebody pairs it, then plays rounds and publishes its score', async () => {
    start();
    await subscribed();
    clock.advance(600_000);
    pair('amy');
    await seen('paired');
    expect(published.map((message) => message.topic)).not.toContain('simon/scores');
    await playUntil(() => of('simon/scores').length > 0);
    const rounds = of(`ruche/${ID}/score`).map((message) => message.body.round);
    const [first] = of('simon/scores');
    expect(rounds).toEqual(rounds.map((_, at) => at + 1));
    expect(first?.body).toEqual({ device_id: ID, username: 'amy', score: rounds.length - 1 });
  });

  it('stops playing when it is unpaired', async () => {
    start({ speed: 10 });
    await subscribed();
    pair('amy');
    await seen('paired');
    pair('');
    await seen('unpaired');
    await playUntil(() => of('simon/scores').length > 0);
    clock.advance(600_000);
    expect(of('simon/scores')).toHaveLength(1);
  });

  it('publishes scores at QoS 1 when told to, and notes that they were acknowledged', async () => {
    start({ qos: 1, speed: 10 });
    await subscribed();
    pair('amy');
    await seen('paired');
    await playUntil(() => events.some((event) => event.kind === 'acknowledged'));
    await until(() => expect(of('simon/scores')[0]?.qos).toBe(1));
  });

  it('comes back after a lost connection, subscribes again and goes on playing with its name in memory', async () => {
    start({ speed: 10 });
    await subscribed();
    pair('amy');
    await seen('paired');
    clients[0]?.conn.destroy();
    await seen('lost');
    await subscribed(2);
    expect(clients).toHaveLength(2);
    await playUntil(() => of('simon/scores').length > 0);
    expect(of('simon/scores')[0]?.body.username).toBe('amy');
  });

  it('tries again and again where it is refused, says why, and can be stopped meanwhile', async () => {
    broker.authenticate = (_client, _username, _password, done) => {
      done(Object.assign(new Error('no'), { returnCode: 5 }), false);
    };
    start();
    await until(() => expect(events.filter((event) => event.kind === 'refused').length).toBeGreaterThan(2));
    expect(events[0]).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/not authorized/i) });
    await simon?.stop();
    events.length = 0;
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual([]);
  });

  it('takes leave when stopped, and plays no more', async () => {
    start({ speed: 10 });
    await subscribed();
    pair('amy');
    await seen('paired');
    await simon?.stop();
    const count = published.length;
    clock.advance(600_000);
    expect(published).toHaveLength(count);
    await until(() => expect(broker.connectedClients).toBe(0));
  });

  it('can be stopped while nobody answers at the other end', async () => {
    start({ connect: () => socketPair()[0] });
    await simon?.stop();
    expect(events).toEqual([]);
  });
});
