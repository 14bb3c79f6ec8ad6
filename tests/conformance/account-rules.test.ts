/** The rules of accounts mean what they mean to Mosquitto: the same lines, clients and topics, asked of a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayPublish, mayRead } from '../../hub/domain/acl.ts';
import { parseRules, rulesetFor } from '../../hub/domain/acl-rules.ts';
import type { Principal } from '../../hub/domain/principal.ts';
import { seededRandom } from '../../hub/lib/random.ts';
import { until } from '../helpers/until.ts';

const SEED = 20_261_120;
const ACCOUNTS = 40;
/** Debian installs it where only root looks for programs. */
const MOSQUITTO_PATHS = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const NOT_AUTHORIZED = 0x87;

const random = seededRandom(SEED);
const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[Math.floor(random() * items.length)] ?? items[0];

const TOPICS = [
  'a',
  'a/b',
  'a/b/c',
  'b',
  'b/a',
  '/a',
  'a/',
  'a b/c',
  '$x/a',
  '$x/a/b',
  'c-0/a',
  'c-1/u-1',
  'u-2/b/c',
  'xc-3y',
];

interface Someone {
  readonly username: string;
  readonly clientId: string;
  readonly lines: readonly string[];
}

function someone(at: number): Someone {
  const line = (): string => {
    const level = () => pick(['a', 'b', '+', 'c', 'u-1']);
    const filter = pick([level(), `${level()}/${level()}`, `${level()}/#`, '#', '$x/#', '+/a', '/a', 'a/', '$x/+']);
    return `topic ${pick(['read ', 'write ', 'readwrite ', 'deny ', ''])}${filter}`;
  };
  const spaced = random() < 0.2 ? ['topic   readwrite  a b/c  '] : [];
  return {
    username: `u-${at}`,
    clientId: `c-${at}`,
    lines: [...Array.from({ length: Math.floor(random() * 5) }, line), ...spaced],
  };
}

/** In Mosquitto's file patterns are everybody's; here each account has them. */
const PATTERNS = [
  'pattern readwrite %c/#',
  'pattern read +/%u',
  'pattern write x%cy',
  'pattern deny %c/b/#',
  'pattern write u-2/b/c',
];

const everybody = Array.from({ length: ACCOUNTS }, (_, at) => someone(at));
const reader = { username: 'writer', lines: ['topic #', 'topic $x/#'] };

let folder: string;
let broker: ChildProcess;
let url: string;
const clients: MqttClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ruche-acl-'));
  const port = await freePort();
  const blocks = [...everybody, reader].map(({ username, lines }) => [`user ${username}`, ...lines, ''].join('\n'));
  await writeFile(join(folder, 'acl'), `${PATTERNS.join('\n')}\n\n${blocks.join('\n')}\n`, { mode: 0o644 });
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `acl_file ${join(folder, 'acl')}`,
    'user root',
  ];
  await writeFile(join(folder, 'conf'), `${settings.join('\n')}\n`);
  broker = spawn('mosquitto', ['-c', join(folder, 'conf')], { env: { PATH: MOSQUITTO_PATHS }, stdio: 'ignore' });
  url = `mqtt://127.0.0.1:${port}`;
  await until(() => connect('writer', 'first').catch(() => undefined), { what: 'Mosquitto to answer' });
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  if (broker?.exitCode === null) {
    broker.kill('SIGTERM');
    await once(broker, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

async function connect(username: string, clientId: string): Promise<MqttClient> {
  const client = await connectAsync(url, { username, clientId, protocolVersion: 5, reconnectPeriod: 0 }, false);
  clients.push(client);
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

function principalOf({ username, clientId, lines }: Someone): Principal {
  const rules = rulesetFor(parseRules([...lines, ...PATTERNS]), { clientId, username });
  return { kind: 'account', name: username, rules };
}

it('lets publish exactly what Mosquitto lets publish', async () => {
  for (const one of everybody) {
    const client = await connect(one.username, one.clientId);
    for (const topic of TOPICS) {
      const isAllowed = await client.publishAsync(topic, 'x', { qos: 1 }).then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: NOT_AUTHORIZED });
          return false;
        },
      );
      expect(mayPublish(principalOf(one), topic).allowed, `${one.lines.join(' | ')}: ${topic}`).toBe(isAllowed);
    }
    await client.endAsync();
  }
});

it('lets read exactly what Mosquitto lets read', async () => {
  const writer = await connect('writer', 'second');
  const heard = new Map<string, Set<string>>();
  for (const { username, clientId } of everybody) {
    const client = await connect(username, clientId);
    const topics = new Set<string>();
    heard.set(username, topics);
    client.on('message', (topic) => void topics.add(topic));
    await client.subscribeAsync(['#', '$x/#'], { qos: 0 });
  }
  for (const topic of TOPICS) await writer.publishAsync(topic, 'x', { qos: 1 });
  const nothing = Buffer.alloc(0);
  const wanted = everybody.map((one) => TOPICS.filter((topic) => mayRead(principalOf(one), topic, nothing)));
  const found = () => everybody.map(({ username }) => TOPICS.filter((topic) => heard.get(username)?.has(topic)));
  const count = (lists: string[][]): number => lists.flat().length;
  await until(() => count(found()) >= count(wanted), { what: 'what may be read to arrive' }).catch(() => undefined);
  expect(found()).toEqual(wanted);
});
