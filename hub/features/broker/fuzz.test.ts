/** Seeded nonsense: thousands of broken packets, and nothing leaves the broker but refusals. */
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectPacket, openRaw } from '../../../tests/helpers/raw-mqtt.ts';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { seededRandom } from '../../lib/random.ts';

const ROUNDS = 200;
const PACKETS_PER_ROUND = 12;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const NAMES: readonly [string, ...string[]] = [
  'a',
  'a/b',
  '__proto__',
  'constructor/prototype',
  '#',
  '+/+',
  '/',
  '',
  'a//b',
  '$SYS/x',
  '$share/g/a',
  'ruche/alpha/kept',
  'simon/pair',
  'a\0b',
  '\ud800',
  'x/'.repeat(120),
  'é'.repeat(300),
];
const GOOD_NAMES: readonly [string, ...string[]] = [
  'a',
  'a/b',
  '__proto__',
  'constructor/prototype',
  'ruche/alpha/kept',
];
/** An empty user name stands for none. */
const CLIENTS: readonly [string, ...string[]] = ['owner', 'alpha', 'open', ''];

function makeFuzz(seed: number) {
  const random = seededRandom(seed);
  const below = (max: number): number => Math.floor(random() * max);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0];
  const qos = (): 0 | 1 | 2 => pick([0, 1, 2] as const);
  /** After one of these the connection is over. */
  const deadly: readonly [() => Packet, ...(() => Packet)[]] = [
    () => ({ cmd: 'disconnect' }),
    () => connectPacket({ clientId: 'twice' }),
    () => ({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
    () => ({ cmd: 'suback', messageId: 1, granted: [0] }),
  ];
  const packet = (): Packet => {
    const topic = random() < 0.8 ? pick(GOOD_NAMES) : pick(NAMES);
    const messageId = below(5) + 1;
    const publish = (): Packet => ({
      cmd: 'publish',
      topic: topic === '' ? 'a' : topic,
      payload: Buffer.alloc(below(200), below(256)),
      qos: qos(),
      messageId,
      dup: random() < 0.5,
      retain: random() < 0.3,
    });
    if (random() < 0.5) return publish();
    if (random() < 0.1) return pick<() => Packet>(deadly)();
    return pick<() => Packet>([
      () => ({
        cmd: 'subscribe',
        messageId,
        subscriptions: [
          { topic, qos: qos() },
          { topic: pick(NAMES), qos: qos() },
        ],
      }),
      () => ({ cmd: 'unsubscribe', messageId, unsubscriptions: [topic] }),
      () => ({ cmd: pick(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const), messageId }),
      () => ({ cmd: 'pingreq' }),
    ])();
  };
  /** Most are left as they are, so that the next one is met too; of the others most keep their framing. */
  const mutate = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    const at = Math.min(copy.length - 1, 2 + below(copy.length));
    switch (below(20)) {
      case 0:
        copy[below(copy.length)] = below(256);
        return copy;
      case 1:
        return copy.subarray(0, below(copy.length + 1));
      case 2:
        return reframed(Buffer.concat([copy, Buffer.alloc(below(9), below(256))]));
      case 3:
        return reframed(copy.subarray(0, Math.max(2, copy.length - below(9))));
      case 4:
      case 5:
      case 6:
        copy[at] = below(256);
        return copy;
      default:
        return copy;
    }
  };
  const encode = (): Buffer => {
    try {
      return generate(packet());
    } catch {
      return Buffer.from([below(256), 2, 0, below(256)]); // not to be encoded: raw bytes instead
    }
  };
  return { random, below, pick, packet: () => mutate(encode()), connect: mutate };
}

it.each([1, 2, 3])('survives seed %i', { timeout: 60_000 }, async (seed) => {
  const fuzz = makeFuzz(seed);

  for (let round = 0; round < ROUNDS; round++) {
    const client = await openRaw(hub.port);
    const username = fuzz.pick(CLIENTS);
    const clientId = `fuzz-${fuzz.below(8)}`;
    const login = username === '' ? {} : { username };
    const will = {
      topic: fuzz.pick(['ruche/alpha/kept', 'ruche/alpha/status', 'ruche/alpha/__proto__']),
      payload: 'gone',
    };
    const connect = generate(connectPacket({ clientId, clean: fuzz.random() < 0.5, will, ...login }));
    client.sendBytes(fuzz.random() < 0.1 ? fuzz.connect(connect) : connect);
    for (let turn = 0; turn < PACKETS_PER_ROUND; turn++) client.sendBytes(fuzz.packet());
    client.send({ cmd: 'pingreq' });
    const isOver = () => client.isClosed || client.inbox.some(({ cmd }) => cmd === 'pingresp');
    // A packet that announces more than comes leaves the hub waiting, and the client too.
    await until(isOver, { everyMs: 1, timeoutMs: 20 }).catch(() => undefined);
    client.destroy();
  }
  await until(() => hub.broker.stats().clients === 0);
  hub.clock.advance(10_000);
  const healthy = await hub.connect('owner', { clientId: 'healthy' });
  await healthy.subscribe('still/here', 1, 9);
  healthy.publish({ topic: 'still/here', payload: 'yes', qos: 1, messageId: 1 });
  expect((await healthy.take('publish', ({ topic }) => topic === 'still/here')).payload.toString()).toBe('yes');
  expect(hub.errors).toEqual([]);
});

/** With a length that is true again; only for packets shorter than 128 bytes. */
function reframed(packet: Buffer): Buffer {
  if (packet.length > 1 && packet.length < 130) packet[1] = packet.length - 2;
  return packet;
}
