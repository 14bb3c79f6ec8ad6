/** What Aedes gets to know, and that it forgets. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectRaw, openRaw } from '../../../tests/helpers/raw-mqtt.ts';
import { principalFor, principalNow } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { Core } from './core.ts';
import { listenTcp, type TcpListener } from './listen.ts';

let core: Core;
let listener: TcpListener;
let closeStore: () => Promise<void>;

beforeEach(async () => {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const memory = () => new MemoryLevel<string, string>();
  const { mqtt, store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock });
  core = new Core({
    ...{ clock, log, db: mqtt, receipts: store.receipts, principalOf: principalNow },
    admit: (attempt) => principalFor(attempt),
    accept: () => ({ kind: 'pass' }),
    settled: () => undefined,
    commit: (writes) => store.commit(writes),
  });
  await core.start();
  listener = await listenTcp(
    { handle: (stream, from) => core.door.handle(stream, from) },
    { host: '127.0.0.1', port: 0 },
  );
  closeStore = () => store.close();
});
afterEach(async () => {
  await listener.close();
  core.door.close();
  for (const session of core.sessions.all()) session.end('dropped');
  await core.settle();
  await core.engine.close();
  for (const part of [core.receipts, core.keepAlive, core.mailboxes, core.wills, core.expiry]) part.stop();
  await closeStore();
});

const connect = (clientId: string) => connectRaw({ port: listener.port, clientId, username: 'owner' });
const SUBSCRIBE = Buffer.from([0x82, 6, 0, 1, 0, 1, 0x61, 0]);

it('knows who subscribed, and nobody else', async () => {
  const silent = await connect('silent');
  const listening = await connect('listening');
  expect(core.engine.clients).toBe(0);
  await listening.subscribe('a');
  await listening.subscribe('b');
  expect(core.engine.clients).toBe(1);
  await silent.end();
  await listening.end();
  await until(() => core.engine.clients === 0);
  expect(core.sessions.size).toBe(0);
});

it('forgets a client that goes while Aedes is letting it in', async () => {
  for (const clientId of ['a', 'b', 'c']) {
    await connect(clientId);
    const session = core.sessions.byKey(`person:5:owner:${clientId}`);
    if (session === undefined) throw new Error('it is not there');
    core.engine.ask(session, SUBSCRIBE);
    session.end('dropped');
  }
  await until(() => core.sessions.all().length === 0);
  const client = await connect('after');
  await client.subscribe('a');
  await until(() => core.engine.clients === 1);
});

it('mixes nobody up when clients of one id throw each other out while they subscribe', async () => {
  const rounds = 20;
  for (let turn = 0; turn < rounds; turn++) (await connect('same')).sendBytes(SUBSCRIBE);
  const last = await connect('same');
  await last.subscribe('a');
  await until(() => core.engine.clients === 1);
  expect(core.sessions.size).toBe(1);
  const other = await openRaw(listener.port);
  other.sendBytes(Buffer.from([0xe0, 0]));
  await other.closed();
  last.publish({ topic: 'a', payload: 'still here' });
  expect((await last.take('publish')).payload.toString()).toBe('still here');
});
