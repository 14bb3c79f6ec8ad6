/** The hub's numbers as programs read them that know Mosquitto's: `$SYS/broker/…`, `/metrics`, and what browsers see. */
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { type IClientOptions, MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveHealth } from '../../hub/contract/live.ts';
import { LIVE_HEALTH } from '../../hub/contract/topics.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

let hub: Hub;
let owner: ApiClient;
let viewer: ApiClient;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  owner = await setUpOwner(hub);
  const who = { username: 'vera', password: 'a long password' };
  await owner.call('POST /api/v1/auth/register', { body: who });
  viewer = await logIn(hub, who);
});
afterAll(() => hub?.close());

/** What mosquitto_sub prints, line by line, until it has had enough. */
function mosquittoSub(args: readonly string[]): Promise<string[]> {
  const child = spawn('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(hub.ports.mqtt), ...args]);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(out.split('\n').filter((line) => line !== '')));
  });
}
const as = ({ user, accessToken }: ApiClient): string[] => ['-u', user.username, '-P', accessToken];

/** Connected, from an address of this machine's own. */
async function connect({ user, accessToken }: ApiClient, options: IClientOptions & { from?: string } = {}) {
  const { from = '127.0.0.1', ...rest } = options;
  const open = () => createConnection({ host: '127.0.0.1', port: hub.ports.mqtt ?? 0, localAddress: from });
  const settings = { username: user.username, password: accessToken, reconnectPeriod: 0, ...rest };
  const client = new MqttClient(open, settings);
  await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
  return client;
}

describe('$SYS/broker', () => {
  it('is there for mosquitto_sub the moment it subscribes, retained, under the names it knows', async () => {
    const lines = await mosquittoSub([
      ...as(owner),
      '-t',
      '$SYS/broker/#',
      '--retained-only',
      '-F',
      '%t = %p',
      '-W',
      '2',
    ]);
    const values = new Map(
      lines.map((line): [string, string] => [line.split(' = ')[0] ?? '', line.split(' = ')[1] ?? '']),
    );
    expect(values.get('$SYS/broker/version')).toMatch(/^ruche version \d/);
    expect(values.get('$SYS/broker/uptime')).toMatch(/^\d+ seconds$/);
    expect(Number(values.get('$SYS/broker/clients/connected'))).toBeGreaterThan(0);
    expect(Number(values.get('$SYS/broker/bytes/received'))).toBeGreaterThan(0);
    const counted = [
      'clients/maximum',
      'clients/total',
      'retained messages/count',
      'subscriptions/count',
      'heap/current',
    ];
    for (const name of [
      ...counted,
      'publish/messages/received',
      'publish/messages/dropped',
      'publish/bytes/sent',
      'messages/received',
      'messages/sent',
      'clients/expired',
      'messages/stored',
      'store/messages/count',
      'store/messages/bytes',
    ]) {
      expect(values.get(`$SYS/broker/${name}`), name).toMatch(/^\d+$/);
    }
  });

  it('comes again every ten seconds while somebody listens, not as retained', async () => {
    const args = [...as(viewer), '-t', '$SYS/broker/uptime', '-F', '%r %p', '-C', '2', '-W', '15'];
    const lines = await mosquittoSub(args);
    expect(lines).toEqual([expect.stringMatching(/^1 \d+ seconds$/), expect.stringMatching(/^0 \d+ seconds$/)]);
  });

  it('is not answered for MQTT 5 clients that ask for nothing retained', async () => {
    const about = ['-t', '$SYS/broker/#', '-W', '1', '-V', '5'];
    expect(await mosquittoSub([...as(owner), ...about])).not.toEqual([]);
    const client = await connect(owner, { protocolVersion: 5 });
    let heard = 0;
    client.on('message', () => heard++);
    await client.subscribeAsync('$SYS/broker/version', { qos: 0, rh: 2 });
    await client.subscribeAsync('$SYS/broker/uptime', { qos: 0, rh: 0 });
    await until(() => heard > 0);
    await client.endAsync();
    expect(heard).toBe(1);
  });

  it('is for accounts as far as a rule says so', async () => {
    const rules = ['topic read $SYS/broker/clients/#'];
    await owner.call('POST /api/v1/accounts', { body: { name: 'grafana', password: 'a long password', rules } });
    const about = ['-u', 'grafana', '-P', 'a long password', '-F', '%t', '-W', '1'];
    const allowed = await mosquittoSub([...about, '-t', '$SYS/broker/clients/#']);
    expect(allowed).toContain('$SYS/broker/clients/connected');
    const all = await mosquittoSub([...about, '-t', '$SYS/#']);
    expect(all.filter((topic) => !topic.startsWith('$SYS/broker/clients/'))).toEqual([]);
  });

  it('is not part of "#"', async () => {
    expect(await mosquittoSub([...as(owner), '-t', '#', '-W', '1'])).toEqual([]);
  });
});

describe('/metrics', () => {
  it('is open on this machine', async () => {
    const answer = await fetch(`${hub.url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain;/)]);
    const text = await answer.text();
    expect(text).toMatch(/^ruche_broker_clients \d+$/m);
    expect(text).toMatch(/^ruche_broker_publishes_total\{direction="in"\} \d+$/m);
    expect(text).toMatch(/^ruche_http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/setup",/m);
    expect(text).toMatch(/^ruche_store_commit_seconds_count [1-9]/m);
    expect(text).toMatch(/^ruche_event_loop_delay_seconds\{quantile="0.99"\}/m);
  });

  it('is for owners alone where a proxy stands before the hub', async () => {
    const ask = async (headers: Record<string, string>) => {
      return (await fetch(`${hub.url}/metrics`, { headers: { 'x-forwarded-for': '10.0.0.9', ...headers } })).status;
    };
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: `Bearer ${viewer.accessToken}` })).toBe(403);
    expect(await ask({ authorization: `Bearer ${owner.accessToken}` })).toBe(200);
  });
});

describe('$live/health', () => {
  /** Subscribes, and answers with what came so far. */
  async function watch(who: ApiClient): Promise<{ client: MqttClient; messages: LiveHealth[] }> {
    const client = await connect(who);
    const messages: LiveHealth[] = [];
    client.on('message', (_topic, payload) => messages.push(JSON.parse(payload.toString())));
    await client.subscribeAsync(LIVE_HEALTH);
    return { client, messages };
  }

  it('begins with a snapshot and names the listeners that are open', async () => {
    const { client, messages } = await watch(owner);
    const [first] = await until(() => (messages.length >= 2 ? messages : undefined));
    await client.endAsync();
    expect(first).toMatchObject({ snapshot: true, alerts: [], slow: [] });
    expect(first?.listeners).toEqual([
      { kind: 'mqtt', host: '127.0.0.1', port: hub.ports.mqtt, clients: 1 },
      { kind: 'web', host: '127.0.0.1', port: hub.ports.http, clients: 0 },
    ]);
    expect(first?.disk?.freeBytes).toBeGreaterThan(0);
    expect(first?.eventLoop?.p99Ms).toBeGreaterThanOrEqual(0);
    expect(messages[1]).toMatchObject({ snapshot: false });
    expect(messages[1]).not.toHaveProperty('minutes');
  });

  it('says nothing to a viewer', async () => {
    const watched = await watch(owner);
    const unseen = await watch(viewer);
    await until(() => watched.messages.length >= 3);
    await Promise.all([watched.client.endAsync(), unseen.client.endAsync()]);
    expect(unseen.messages).toEqual([]);
  });

  it('tells of two programs that fight over a client id, once, with both addresses', async () => {
    const { client, messages } = await watch(owner);
    const [first, second] = ['127.0.0.1', '127.0.0.2'];
    const fighters: MqttClient[] = [];
    for (const from of [first, second, first, second, first]) {
      fighters.push(await connect(owner, { clientId: 'pump', from }));
    }
    const alerts = await until(() => {
      const latest = messages.at(-1)?.alerts ?? [];
      return latest.length > 0 ? latest : undefined;
    });
    expect(alerts).toMatchObject([
      { kind: 'client-id-fight', clientId: 'pump', addresses: [first, second], takeOvers: 4 },
    ]);
    expect(hub.logs.filter(({ msg }) => msg === 'several programs use one client id')).toHaveLength(1);
    await Promise.all([...fighters, client].map((one) => one.endAsync(true)));
  });
});
