/**
 * MQTT 5 over kill -9: what was acknowledged and has not expired reaches the kept session with the time it has left, in
 * order; what has expired meanwhile does not; and a session whose own time is over is gone.
 */
import type { IPublishPacket } from 'mqtt-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { type Connected, connectWire, settle, subscribe } from '../helpers/wire.ts';

const ROUNDS = repeats(5, 100);
const SEED = 20_261_120;
const PER_ROUND = { least: 30, most: 300 };
const SHORT_S = 1;
const LONG_S = 3600;
const TOPIC = 'expiry/value';
/** Every third message of each kind; 0: without expiry. */
const EXPIRIES = [LONG_S, SHORT_S, 0] as const;

const LASTING = { clientId: 'lasting', clean: false, properties: { sessionExpiryInterval: LONG_S } };
const FLEETING = { clientId: 'fleeting', clean: false, properties: { sessionExpiryInterval: SHORT_S } };

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
  const lasting = await connectWire(hub, LASTING);
  await subscribe(lasting, TOPIC);
  lasting.destroy();
});
afterAll(() => hub?.close());

const random = seededRandom(SEED);
const expiryOf = (number: number): number => EXPIRIES[number % EXPIRIES.length] ?? 0;

it(`keeps what has time left and nothing else over ${ROUNDS} rounds of kill -9`, { timeout: 600_000 }, async () => {
  let first = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const fleeting = await connectWire(hub, FLEETING);
    await subscribe(fleeting, TOPIC);
    // Away before the kill, or connected when it comes.
    if (round % 2 === 0) fleeting.destroy();
    const { acknowledged, end, sentMs } = await publishUntilKilled(first);
    fleeting.destroy();
    await hub.restart();
    const restartedMs = Date.now();
    await until(() => Date.now() > restartedMs + SHORT_S * 1000 + 200, { what: 'the short times to be over' });

    const packets = await takeAll();
    const numbers = packets.map(({ payload }) => Number(String(payload)));
    // What was sent and not acknowledged may be there or not; of the rest everything that lasts is.
    const lasting = (count: number) => range(first, count).filter((number) => expiryOf(number) !== SHORT_S);
    expect(numbers).toEqual(lasting(Math.max(acknowledged, (numbers.at(-1) ?? -1) + 1)));
    for (const { properties, payload } of packets) {
      const left = properties?.messageExpiryInterval;
      if (expiryOf(Number(String(payload))) === 0) expect(left).toBeUndefined();
      else expect(left).toBeLessThanOrEqual(LONG_S - Math.floor((restartedMs - sentMs) / 1000));
    }
    const back = await connectWire(hub, { ...FLEETING, clean: false });
    expect(back.connack.sessionPresent).toBe(false);
    back.destroy();
    first = end;
  }
});

/** Publishes a window from `first` on and kills the hub when some of it has been acknowledged. */
async function publishUntilKilled(first: number): Promise<{ acknowledged: number; end: number; sentMs: number }> {
  const end = first + PER_ROUND.most;
  const goal = first + PER_ROUND.least + Math.floor(random() * (PER_ROUND.most - PER_ROUND.least));
  const sender = await connectWire(hub, { clientId: 'sender' });
  const sentMs = Date.now();
  for (let number = first; number < end; number++) {
    const expiry = expiryOf(number);
    sender.send({
      ...{ cmd: 'publish', topic: TOPIC, payload: String(number), qos: 1, dup: false, retain: false },
      messageId: number - first + 1,
      ...(expiry === 0 ? {} : { properties: { messageExpiryInterval: expiry } }),
    });
  }
  let acknowledged = first;
  const countAcks = (): boolean => {
    acknowledged += sender.drain().filter(({ cmd }) => cmd === 'puback').length;
    return acknowledged >= goal;
  };
  await until(countAcks, { everyMs: 1, what: 'acknowledgements' });
  await hub.kill();
  countAcks();
  sender.destroy();
  return { acknowledged, end, sentMs };
}

/** Everything that waits for the lasting session, acknowledged. */
async function takeAll(): Promise<IPublishPacket[]> {
  const lasting = await connectWire(hub, LASTING);
  expect(lasting.connack.sessionPresent).toBe(true);
  const marker = await connectWire(hub);
  marker.publish({ topic: TOPIC, payload: 'end', qos: 1, messageId: 1 });
  const found: IPublishPacket[] = [];
  await until(() => takeInto(found, lasting), { timeoutMs: 10_000, everyMs: 2, what: 'the end of the queue' });
  await settle(lasting);
  lasting.destroy();
  marker.destroy();
  return found;
}

/** Whether the marker has come, which is behind everything else. */
function takeInto(found: IPublishPacket[], client: Connected): boolean {
  let isEnd = false;
  for (const packet of client.drain()) {
    if (packet.cmd !== 'publish') continue;
    if (packet.messageId !== undefined) client.send({ cmd: 'puback', messageId: packet.messageId });
    if (String(packet.payload) === 'end') isEnd = true;
    else found.push(packet);
  }
  return isEnd;
}

const range = (first: number, end: number): number[] => Array.from({ length: end - first }, (_none, at) => first + at);
