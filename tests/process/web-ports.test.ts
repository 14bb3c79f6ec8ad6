/** Where the web server answers: extra ports are the same server, and MQTT over WebSocket has two addresses. */
import { once } from 'node:events';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { freePort } from './run-ruche.ts';

let hub: Hub;
let owner: ApiClient;
/** Two ports more. */
let extra: number[];

beforeAll(async () => {
  extra = [await freePort(), await freePort()];
  hub = await startHub({ env: { RUCHE_EXTRA_HTTP_PORTS: extra.join(',') } });
  owner = await setUpOwner(hub);
});
afterAll(() => hub?.close());

/** What answers a WebSocket upgrade: 101 and the protocol, or an HTTP status. */
async function upgrade(url: string, protocols: string[]): Promise<{ status: number; protocol: string }> {
  const socket = new WebSocket(url, protocols);
  const opened = once(socket, 'open').then(() => ({ status: 101, protocol: socket.protocol }));
  const refused = once(socket, 'unexpected-response').then(([, answer]) => ({
    status: Number(answer.statusCode),
    protocol: '',
  }));
  socket.on('error', () => undefined);
  const answer = await Promise.race([opened, refused]);
  refused.catch(() => undefined);
  opened.catch(() => undefined);
  socket.terminate();
  return answer;
}

describe('an extra port', () => {
  it.each([0, 1])('serves the web app and the API (%i)', async (which) => {
    const url = `http://127.0.0.1:${extra[which]}`;
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const headers = { authorization: `Bearer ${owner.accessToken}` };
    expect((await fetch(`${url}/api/v1/devices`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/api/v1/devices`)).status).toBe(401);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
  });

  it('carries MQTT over WebSocket', async () => {
    const client = await connectAsync(`ws://127.0.0.1:${extra[1]}/mqtt`, {
      protocolVersion: 4,
      username: 'owner',
      password: owner.accessToken,
      reconnectPeriod: 0,
    });
    await client.subscribeAsync('hall/lamp', { qos: 1 });
    const heard = new Promise<string>((resolve) => client.on('message', (_, payload) => resolve(payload.toString())));
    await client.publishAsync('hall/lamp', 'on', { qos: 1 });
    expect(await heard).toBe('on');
    await client.endAsync();
  });

  it('is enough: the first one may be off', async () => {
    const port = await freePort();
    const other = await startHub({ env: { RUCHE_HTTP_PORT: 'off', RUCHE_EXTRA_HTTP_PORTS: String(port) } });
    onTestFinished(() => other.close());
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
    expect(await upgrade(`ws://127.0.0.1:${port}/mqtt`, ['mqtt'])).toEqual({ status: 101, protocol: 'mqtt' });
    expect(await other.stop()).toBe(0);
  });
});

describe('a WebSocket', () => {
  const opened: [path: string, protocols: string[], chosen: string][] = [
    ['/mqtt', ['mqtt'], 'mqtt'],
    ['/mqtt', ['mqttv3.1'], 'mqttv3.1'],
    ['/mqtt', ['mqttv3.1', 'mqtt'], 'mqtt'],
    ['/mqtt?x=1', ['mqtt'], 'mqtt'],
    ['/', ['mqtt'], 'mqtt'],
    ['/', ['chat', 'mqtt'], 'mqtt'],
  ];
  it.each(opened)('is opened on %s when it offers %j', async (path, protocols, protocol) => {
    expect(await upgrade(hub.url.replace('http', 'ws') + path, protocols)).toEqual({ status: 101, protocol });
  });

  const refused: [path: string, protocols: string[], status: number][] = [
    ['/mqtt', [], 400],
    ['/mqtt', ['chat'], 400],
    ['/', [], 404],
    ['/', ['chat'], 404],
    ['/elsewhere', ['mqtt'], 404],
  ];
  it.each(refused)('is refused on %s when it offers %j', async (path, protocols, status) => {
    expect(await upgrade(hub.url.replace('http', 'ws') + path, protocols)).toEqual({ status, protocol: '' });
  });

  it('that sends text instead of bytes is closed', async () => {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/mqtt`, 'mqtt');
    await once(socket, 'open');
    socket.send('CONNECT');
    const [code] = await once(socket, 'close');
    expect([1003, 1006]).toContain(code);
  });
});
