/** Programs other people wrote: Mosquitto's command line tools and mqtt.js, with a device token and with a JWT. */
import { spawn } from 'node:child_process';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

let hub: Hub;
let owner: ApiClient;
let token: string;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  token = (await owner.call('POST /api/v1/devices', { body: { id: 'bench-1' } })).token;
});
afterAll(() => hub?.close());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs one of Mosquitto's tools against the hub and waits for its end. */
function mosquitto(tool: 'mosquitto_pub' | 'mosquitto_sub', args: string[]): Promise<Ended> {
  const child = spawn(tool, ['-h', '127.0.0.1', '-p', String(hub.ports.mqtt), ...args]);
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    ended.err += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

const asOwner = (): string[] => ['-u', 'owner', '-P', owner.accessToken];
const asDevice = (): string[] => ['-u', 'bench-1', '-P', token];

describe('mosquitto_pub and mosquitto_sub', () => {
  it.each([0, 1, 2])('deliver at QoS %i from a device token to a JWT', async (qos) => {
    const level = ['-q', String(qos)];
    const topic = 'ruche/bench-1/telemetry';
    const payload = JSON.stringify({ v: { temperature: 20 + qos } });
    const heard = mosquitto('mosquitto_sub', [...asOwner(), ...level, '-t', topic, '-C', '1', '-W', '10', '-v']);
    // Subscribed, as the hub sees it, before anything is published: the subscriber gets the first message for sure.
    const published = await until(async () => {
      const sent = await mosquitto('mosquitto_pub', [...asDevice(), ...level, '-t', topic, '-m', payload]);
      expect(sent).toMatchObject({ code: 0, err: '' });
      return Promise.race([heard, new Promise<undefined>((resolve) => setTimeout(resolve, 200))]);
    });
    expect(published).toMatchObject({ code: 0, out: `${topic} ${payload}\n` });
  });

  it('store what they publish before they are told so', async () => {
    const payload = JSON.stringify({ v: { humidity: 61 } });
    const sent = await mosquitto('mosquitto_pub', [
      ...asDevice(),
      '-q',
      '1',
      '-t',
      'ruche/bench-1/telemetry',
      '-m',
      payload,
    ]);
    expect(sent.code).toBe(0);
    const { metrics } = await owner.call('GET /api/v1/devices/:id/latest', { params: { id: 'bench-1' } });
    expect(metrics).toMatchObject({ humidity: { value: 61 } });
  });

  it('keep a retained value for who comes later', async () => {
    const topic = 'house/door';
    await mosquitto('mosquitto_pub', [...asOwner(), '-q', '1', '-r', '-t', topic, '-m', 'open']);
    const heard = await mosquitto('mosquitto_sub', [...asOwner(), '-t', topic, '-C', '1', '-W', '5']);
    expect(heard.out).toBe('open\n');
  });

  it('are told in words when the password is wrong', async () => {
    const sent = await mosquitto('mosquitto_pub', ['-u', 'bench-1', '-P', 'wrong', '-t', 'x', '-m', 'y']);
    expect(sent.code).not.toBe(0);
    expect(sent.err).toMatch(/refused|not authori[sz]ed|bad user name/i);
  });
});

describe('mqtt.js', () => {
  const transports = [
    { transport: 'TCP', url: () => hub.mqttUrl },
    { transport: 'WebSocket', url: () => `${hub.url.replace('http', 'ws')}/mqtt` },
  ];
  const credentials = [
    { proof: 'a device token', options: (): IClientOptions => ({ username: 'bench-1', password: token }) },
    { proof: 'a JWT', options: (): IClientOptions => ({ username: 'owner', password: owner.accessToken }) },
  ];
  const cases = transports.flatMap((one) => credentials.map((other) => ({ ...one, ...other })));

  it.each(cases)(
    'connects, subscribes and publishes over $transport with $proof',
    async ({ url, options, transport }) => {
      const client = await open(url(), options());
      const topic = `ruche/bench-1/greeting/${transport}`;
      await client.subscribeAsync(topic, { qos: 1 });
      const heard = new Promise<string>((resolve) => client.on('message', (_, payload) => resolve(payload.toString())));
      await client.publishAsync(topic, 'hello', { qos: 1 });
      expect(await heard).toBe('hello');
      await client.endAsync();
    },
  );

  it.each(transports)('is refused over $transport with a wrong token', async ({ url }) => {
    const attempt = open(url(), { username: 'bench-1', password: 'wrong' });
    await expect(attempt).rejects.toThrow(/not authorized|bad user/i);
  });

  it('sees a browser session live over WebSocket', async () => {
    const client = await open(`${hub.url.replace('http', 'ws')}/mqtt`, {
      username: 'owner',
      password: owner.accessToken,
    });
    const messages: unknown[] = [];
    client.on('message', (_, payload) => messages.push(JSON.parse(payload.toString())));
    await client.subscribeAsync('$live/devices');
    await until(() => messages.length > 0);
    expect(messages[0]).toMatchObject({ snapshot: true });
    await client.endAsync();
  });
});

const open = (url: string, options: IClientOptions): Promise<MqttClient> =>
  connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5000, ...options });
