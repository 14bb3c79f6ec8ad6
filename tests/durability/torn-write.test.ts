/**
 * `RUCHE_DURABILITY=sync` and the power goes: the newest log of the store ends somewhere behind what was synced. A copy
 * of the data of a running hub is cut there; it opens, and has everything that was acknowledged before that point.
 */

import { readdirSync, statSync } from 'node:fs';
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { type Connected, connectWire, MQTT_3, settle, subscribe } from '../helpers/wire.ts';
import { WindowPublisher } from './window-publisher.ts';

const CUTS = repeats(20, 100);
const SEED = 20_261_120;
const MESSAGES = 2_000;
const WINDOW = 50;
const TOPIC = 'torn/value';
const STORE = 'store';
const KEPT = { clientId: 'away', clean: false };
/** Large enough that a cut seldom falls between two records. */
const PADDING = 'x'.repeat(100);

/** When the newest log was this long, so many messages had been acknowledged. */
interface Promised {
  readonly log: string;
  readonly bytes: number;
  readonly acknowledged: number;
}

let root: string;
let hub: Hub;
let copy: string;
const promised: Promised[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ruche-torn-'));
  copy = join(root, 'copy');
  hub = await startHub({ dataDir: join(root, 'running'), env: { RUCHE_ANONYMOUS: 'open', RUCHE_DURABILITY: 'sync' } });
  const away = await connectWire(hub, KEPT, MQTT_3);
  await subscribe(away, TOPIC);
  away.destroy();
  await publishAndCopy();
});
afterAll(async () => {
  await hub?.close();
  await rm(root, { recursive: true, force: true });
});

const random = seededRandom(SEED);

it.each(Array.from({ length: CUTS }, (_none, at) => at))('keeps what it promised at cut %i', async () => {
  const log = newestLog(join(copy, STORE));
  const whole = statSync(join(copy, STORE, log)).size;
  const first = promised.find((promise) => promise.log === log)?.bytes ?? 0;
  const bytes = first + Math.floor(random() * (whole - first));
  const least = Math.max(
    0,
    ...promised.flatMap((promise) => (isWithin(promise, { log, bytes }) ? [promise.acknowledged] : [])),
  );
  const dataDir = join(root, 'cut');
  await cp(copy, dataDir, { recursive: true });
  await truncate(join(dataDir, STORE, log), bytes);
  const cut = await startHub({ dataDir, env: { RUCHE_ANONYMOUS: 'open', RUCHE_DURABILITY: 'sync' } });
  try {
    const queued = await readBack(cut);
    expect(queued.length).toBeGreaterThanOrEqual(least);
    // What is stored is a beginning of what was sent, and the retained value belongs to its end.
    expect(queued).toEqual(queued.map((_number, at) => at));
    expect(cut.logs.filter(({ level }) => level >= 50)).toEqual([]);
  } finally {
    await cut.close();
    await rm(dataDir, { recursive: true });
  }
});

/** Publishes, noting what is promised at which length of the log, and copies while the process stands still. */
async function publishAndCopy(): Promise<void> {
  const credentials = { clientId: 'sender', username: undefined, password: undefined };
  const payloadOf = (index: number): string => `${index} ${PADDING}`;
  const publisher = new WindowPublisher({ credentials, topic: TOPIC, window: WINDOW, payloadOf, retain: true });
  await publisher.connect(hub.ports.mqtt ?? 0);
  publisher.publishUpTo(MESSAGES);
  const half = Math.floor(MESSAGES / 2);
  await until(
    () => {
      const { acknowledged } = publisher;
      const log = newestLog(join(hub.dataDir, STORE));
      promised.push({ log, bytes: statSync(join(hub.dataDir, STORE, log)).size, acknowledged });
      return acknowledged >= half;
    },
    { timeoutMs: 60_000, everyMs: 1, what: 'half of the messages to be acknowledged' },
  );
  kill(hub.pid, 'SIGSTOP');
  await cp(hub.dataDir, copy, { recursive: true });
  kill(hub.pid, 'SIGCONT');
  publisher.cut();
}

/** What waits for the kept session; the last of it must be the retained value. */
async function readBack(cut: Hub): Promise<number[]> {
  const reader = await connectWire(cut);
  await subscribe(reader, TOPIC);
  await settle(reader);
  const [retained] = takeNumbers(reader);
  const away = await connectWire(cut, KEPT, MQTT_3);
  expect(away.connack.sessionPresent).toBe(true);
  const queued: number[] = [];
  const isComplete = (): boolean => {
    queued.push(...takeNumbers(away));
    return queued.at(-1) === retained;
  };
  await until(isComplete, { timeoutMs: 10_000, everyMs: 2, what: 'the queue to end with the retained value' });
  await settle(away);
  return [...queued, ...takeNumbers(away)];
}

/** Takes and acknowledges what has come. */
function takeNumbers(client: Connected): number[] {
  return client.drain().flatMap((packet) => {
    if (packet.cmd !== 'publish') return [];
    if (packet.messageId !== undefined) client.send({ cmd: 'puback', messageId: packet.messageId });
    return [Number.parseInt(String(packet.payload), 10)];
  });
}

const isWithin = (promise: Promised, cut: { log: string; bytes: number }): boolean =>
  Number.parseInt(promise.log, 10) < Number.parseInt(cut.log, 10) ||
  (promise.log === cut.log && promise.bytes <= cut.bytes);

/** LevelDB numbers its files. */
function newestLog(dir: string): string {
  const [newest] = readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .sort((one, other) => Number.parseInt(other, 10) - Number.parseInt(one, 10));
  if (newest === undefined) throw new Error(`${dir} has no log`);
  return newest;
}
