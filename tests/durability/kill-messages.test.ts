/**
 * The broker's own promises, with the hub killed by -9 again and again: what was acknowledged reaches every kept
 * session, connected or not, in order; at QoS 2 exactly once; and retained values are the newest acknowledged.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { repeats } from '../helpers/long.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { ExactPublisher, KeptSubscriber } from './exact-ends.ts';
import { WindowPublisher } from './window-publisher.ts';

const ROUNDS = repeats(10, 100);
const SEED = 20_261_120;
const WINDOW = 200;
const KILL_AFTER = { least: 50, most: 900 };
/** Rounds after which the one that is mostly away comes back: its queue is bounded. */
const AWAY_ROUNDS = 5;
const PER_ROUND = { one: 600, retained: 300, two: 200 };
const AT_QOS_1 = 'kill/one';
const AT_QOS_2 = 'kill/two';
const RETAINED = 'kill/retained';

let hub: Hub;
const random = seededRandom(SEED);
const one = publisherOf('one', AT_QOS_1);
const retained = publisherOf('retained', RETAINED);
const two = new ExactPublisher({ clientId: 'two', topic: AT_QOS_2, window: 50 });
const online = new KeptSubscriber('online', 'kill/+');
const offline = new KeptSubscriber('offline', 'kill/#');

function publisherOf(clientId: string, topic: string): WindowPublisher {
  const credentials = { clientId, username: undefined, password: undefined };
  const isRetained = topic === RETAINED;
  return new WindowPublisher({ credentials, topic, window: WINDOW, payloadOf: String, retain: isRetained });
}

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
  await offline.connect(port());
  await online.connect(port());
  await until(() => offline.isSubscribed && online.isSubscribed);
  online.cut();
  offline.cut();
});
afterAll(() => hub?.close());

const port = (): number => hub.ports.mqtt ?? 0;

it(`keeps every promise over ${ROUNDS} rounds of kill -9`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const goal = done() + KILL_AFTER.least + Math.floor(random() * (KILL_AFTER.most - KILL_AFTER.least));
    await connectAll();
    one.publishUpTo(one.sent + PER_ROUND.one);
    retained.publishUpTo(retained.sent + PER_ROUND.retained);
    two.publishUpTo(two.sent + PER_ROUND.two);
    await until(() => done() >= goal, { timeoutMs: 30_000, everyMs: 1, what: `round ${round}` });
    if (round % AWAY_ROUNDS === AWAY_ROUNDS - 1) await catchUp();
    await hub.kill();
    for (const end of [one, retained, two, online, offline]) end.cut();
    await hub.restart();
    await checkRetained();
  }
  for (const publisher of [one, retained, two]) publisher.publishUpTo(publisher.sent);
  await connectAll();
  await until(() => one.acknowledged === one.sent && two.completed === two.sent, { timeoutMs: 60_000 });
  await offline.connect(port());
  for (const subscriber of [online, offline]) {
    expect(subscriber.isPresent).toBe(true);
    const seen = () => ({ one: seenOf(subscriber), two: subscriber.of(AT_QOS_2).length });
    const sent = { one: one.sent, two: two.sent };
    await until(() => seen().one >= sent.one && seen().two >= sent.two, { timeoutMs: 20_000 }).catch(() => {
      expect(seen()).toEqual(sent);
    });
    expect(subscriber.of(AT_QOS_2)).toEqual(Array.from({ length: two.sent }, (_, at) => at));
    // Repetitions are allowed at QoS 1; leaving them out, nothing is missing and nothing has moved.
    expect(firsts(subscriber.of(AT_QOS_1))).toEqual(Array.from({ length: one.sent }, (_, at) => at));
  }
});

/** Somewhere behind what had been acknowledged when it came, it is cut off. */
async function catchUp(): Promise<void> {
  const goal = one.acknowledged;
  await offline.connect(port());
  await until(() => seenOf(offline) >= goal, { timeoutMs: 30_000, everyMs: 1, what: 'the absent one to catch up' });
}

const done = (): number => one.acknowledged + retained.acknowledged + two.completed;
const seenOf = (subscriber: KeptSubscriber): number => new Set(subscriber.of(AT_QOS_1)).size;
const firsts = (payloads: readonly number[]): number[] => [...new Set(payloads)];

async function connectAll(): Promise<void> {
  await online.connect(port());
  await Promise.all([one, retained, two].map((publisher) => publisher.connect(port())));
}

/** The newest value anybody was promised, or a newer one. */
async function checkRetained(): Promise<void> {
  if (retained.acknowledged === 0) return;
  const reader = await connectRaw({ port: port(), clientId: 'reader' });
  await reader.subscribe(RETAINED, 1);
  const value = Number((await reader.take('publish')).payload.toString());
  expect(value).toBeGreaterThanOrEqual(retained.acknowledged - 1);
  expect(value).toBeLessThan(retained.sent);
  reader.destroy();
}
