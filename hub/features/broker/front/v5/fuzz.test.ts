/** Seeded nonsense in MQTT 5: broken packets, properties and options; nothing leaves the broker but refusals. */
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../../../tests/helpers/start-broker.ts';
import { until } from '../../../../../tests/helpers/until.ts';
import { connectOf, connectWire, openWire, publish, receive, subscribe } from '../../../../../tests/helpers/wire.ts';
import { seededRandom } from '../../../../lib/random.ts';

const ROUNDS = 200;
const PACKETS_PER_ROUND = 15;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const TOPICS = [
  'a',
  'a/b',
  '__proto__',
  'constructor',
  '$share/g/a',
  '$share/g/+/b',
  '#',
  '+',
  'ruche/alpha/kept',
  'a#',
];

function makeFuzz(seed: number) {
  const random = seededRandom(seed);
  const below = (max: number): number => Math.floor(random() * max);
  const pick = <T>(items: readonly T[], otherwise: T): T => items[below(items.length)] ?? otherwise;
  const maybe = <T extends object>(more: () => T): T | object => (random() < 0.3 ? more() : {});
  const qos = (): 0 | 1 | 2 => pick([0, 1, 2] as const, 0);
  const topic = (): string => pick(TOPICS, 'a');
  const publishProperties = () => ({
    ...maybe(() => ({ topicAlias: below(70) })),
    ...maybe(() => ({ messageExpiryInterval: below(3) })),
    ...maybe(() => ({ payloadFormatIndicator: random() < 0.5 })),
    ...maybe(() => ({ responseTopic: topic() })),
    ...maybe(() => ({ correlationData: Buffer.alloc(below(9), below(256)) })),
    ...maybe(() => ({ userProperties: { __proto__x: 'a', [topic()]: ['1', '2'] } })),
  });
  const packet = (): Packet => {
    const messageId = below(6) + 1;
    switch (below(9)) {
      case 0:
      case 1:
      case 2:
        return {
          cmd: 'publish',
          topic: random() < 0.2 ? '' : topic(),
          payload: Buffer.alloc(below(100), below(256)),
          qos: qos(),
          messageId,
          dup: random() < 0.2,
          retain: random() < 0.3,
          properties: publishProperties(),
        };
      case 3:
      case 4:
        return {
          cmd: 'subscribe',
          messageId,
          subscriptions: [topic(), topic()].map((filter) => ({
            topic: filter,
            qos: qos(),
            nl: random() < 0.3,
            rap: random() < 0.5,
            rh: below(3),
          })),
          ...maybe(() => ({ properties: { subscriptionIdentifier: below(300) + 1 } })),
        };
      case 5:
        return { cmd: 'unsubscribe', messageId, unsubscriptions: [topic(), topic()] };
      case 6:
        return { cmd: 'pingreq' };
      case 7:
        if (random() > 0.1) return { cmd: 'pingreq' };
        return {
          cmd: 'disconnect',
          reasonCode: pick([0, 4, 0x80], 0),
          properties: { sessionExpiryInterval: below(3) },
        };
      default:
        return {
          cmd: pick(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const, 'puback'),
          messageId,
          reasonCode: pick([0, 0, 0x80, 0x92], 0),
        };
    }
  };
  const encode = (): Buffer => {
    try {
      const bytes = generate(packet(), { protocolVersion: 5 });
      return bytes.length > 0 ? bytes : Buffer.from([0xc0, 0]);
    } catch {
      return Buffer.from([below(256), 2, 0, below(256)]);
    }
  };
  const mutate = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    switch (below(14)) {
      case 0:
        copy[below(copy.length)] = below(256);
        return copy;
      case 1:
      case 2:
        copy[Math.min(copy.length - 1, 2 + below(copy.length))] = below(256);
        return copy;
      default:
        return copy;
    }
  };
  return { random, below, pick, packet: () => mutate(encode()), mutate };
}

it.each([11, 12, 13])('survives seed %i', { timeout: 60_000 }, async (seed) => {
  const fuzz = makeFuzz(seed);
  const target = { ports: { mqtt: hub.port, http: 0 } };
  for (let round = 0; round < ROUNDS; round++) {
    const client = await openWire(target);
    const connect = generate(
      connectOf(5, {
        clientId: `fuzz-${fuzz.below(8)}`,
        username: fuzz.pick(['owner', 'alpha', 'open'], 'open'),
        password: Buffer.from('x'),
        clean: fuzz.random() < 0.5,
        properties: {
          sessionExpiryInterval: fuzz.below(100),
          receiveMaximum: fuzz.below(5) + 1,
          topicAliasMaximum: fuzz.below(3),
          maximumPacketSize: fuzz.below(200) + 10,
        },
        will: {
          topic: 'ruche/alpha/status',
          payload: 'gone',
          properties: { willDelayInterval: fuzz.below(5), contentType: 'a' },
        },
      }),
      { protocolVersion: 5 },
    );
    client.sendBytes(fuzz.random() < 0.1 ? fuzz.mutate(connect) : connect);
    for (let turn = 0; turn < PACKETS_PER_ROUND; turn++) client.sendBytes(fuzz.packet());
    client.send({ cmd: 'pingreq' });
    const isOver = () => client.isClosed || client.inbox.some(({ cmd }) => cmd === 'pingresp');
    await until(isOver, { everyMs: 1, timeoutMs: 20 }).catch(() => undefined);
    client.destroy();
    hub.clock.advance(1000);
  }
  await until(() => hub.broker.stats().clients === 0);
  const healthy = await connectWire(target, { username: 'owner', password: Buffer.from('x'), clientId: 'healthy' });
  await subscribe(healthy, 'still/here');
  await publish(healthy, { topic: 'still/here', payload: 'yes', qos: 2 });
  expect(String((await receive(healthy)).payload)).toBe('yes');
  expect(hub.errors).toEqual([]);
});
