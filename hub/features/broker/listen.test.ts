import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { connectAsync, type MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectPacket } from '../../../tests/helpers/raw-mqtt.ts';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import type { Http } from '../route.ts';
import { attachWebSocket, listenTcp } from './listen.ts';

let hub: TestBroker;
let http: Http;
let port: number;
beforeEach(async () => {
  hub = await startBroker();
  http = fastify().withTypeProvider<TypeBoxTypeProvider>();
  http.get('/', () => 'the app');
  attachWebSocket(http, hub.broker, { path: '/mqtt' });
  await http.listen({ port: 0, host: '127.0.0.1' });
  port = addressOf(http).port;
});
afterEach(async () => {
  await hub.close();
  await http.close();
});

const addressOf = (server: Http): AddressInfo => {
  const address = server.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the web server does not listen');
  return address;
};
const connect = (url: string, clientId: string): Promise<MqttClient> =>
  connectAsync(url, { username: 'owner', password: 'x', clientId, protocolVersion: 4, reconnectPeriod: 0 });

/** How an upgrade ended: the subprotocol it got, or the status of the refusal. */
async function upgrade(path: string, protocols: string[]): Promise<{ socket: WebSocket; answer: string | number }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols);
  socket.on('error', () => undefined);
  const answer = await new Promise<string | number>((resolve) => {
    socket.on('open', () => resolve(socket.protocol));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('close', () => resolve('closed'));
  });
  return { socket, answer };
}

describe('mqtt.js', () => {
  it.each([
    ['TCP', () => `mqtt://127.0.0.1:${hub.port}`],
    ['WebSocket', () => `ws://127.0.0.1:${port}/mqtt`],
    ['WebSocket on the root', () => `ws://127.0.0.1:${port}/`],
  ])('talks over %s, at every QoS, small and large', async (_what, url) => {
    const client = await connect(url(), 'js');
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload.length}`));
    await client.subscribeAsync('a/#', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await client.publishAsync(`a/${qos}`, 'x'.repeat(300_000), { qos });
    await until(() => heard.length === 3);
    expect(heard.sort()).toEqual(['a/0 300000', 'a/1 300000', 'a/2 300000']);
    await client.endAsync();
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'js', departure: 'disconnect' }]);
  });

  it('is one broker on both', async () => {
    const overTcp = await connect(`mqtt://127.0.0.1:${hub.port}`, 'tcp');
    const overWeb = await connect(`ws://127.0.0.1:${port}/mqtt`, 'web');
    const heard: string[] = [];
    overWeb.on('message', (_topic, payload) => heard.push(payload.toString()));
    await overWeb.subscribeAsync('a');
    await overTcp.publishAsync('a', 'hello', { qos: 1 });
    await until(() => heard.length === 1);
    expect([...hub.broker.sessions()].map(({ transport, address }) => [transport, address])).toEqual([
      ['tcp', '127.0.0.1'],
      ['ws', '127.0.0.1'],
    ]);
    await Promise.all([overTcp.endAsync(), overWeb.endAsync()]);
  });
});

describe('a WebSocket upgrade', () => {
  it.each([
    ['/mqtt', ['mqtt'], 'mqtt'],
    ['/mqtt?x=1', ['mqttv3.1'], 'mqttv3.1'],
    ['/mqtt', ['mqttv3.1', 'mqtt'], 'mqtt'],
    ['/', ['mqtt'], 'mqtt'],
    ['/mqtt', [], 400],
    ['/mqtt', ['chat'], 400],
    ['/elsewhere', ['mqtt'], 404],
    ['/', [], 404],
  ])('of %s asking for %j is answered %s', async (path, protocols, expected) => {
    const { socket, answer } = await upgrade(path, protocols);
    expect(answer).toBe(expected);
    socket.terminate();
  });

  it('is left to others where it is not for MQTT', async () => {
    http.server.on('upgrade', (request, socket) => {
      if (request.url === '/other') socket.end('HTTP/1.1 418 Not Mine\r\nConnection: close\r\n\r\n');
    });
    expect((await upgrade('/other', [])).answer).toBe(418);
  });

  it('leaves the web app where it is', async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app');
  });
});

describe('a WebSocket', () => {
  it('with text frames is closed', async () => {
    const { socket } = await upgrade('/mqtt', ['mqtt']);
    socket.send('hello');
    await once(socket, 'close');
    expect(hub.connected).toEqual([]);
  });

  it('may cut packets anywhere', async () => {
    const { socket } = await upgrade('/mqtt', ['mqtt']);
    const answers: Buffer[] = [];
    socket.on('message', (data: Buffer) => answers.push(data));
    for (const byte of generate(connectPacket({ clientId: 'bytes', username: 'owner' })))
      socket.send(Buffer.from([byte]));
    await until(() => answers.length > 0);
    expect([...Buffer.concat(answers)]).toEqual([0x20, 2, 0, 0]);
    // Several packets in one message.
    socket.send(Buffer.from([0xc0, 0, 0xc0, 0]));
    await until(() => Buffer.concat(answers).length === 8);
    socket.terminate();
  });

  it('cannot make the hub collect a large message before CONNECT', async () => {
    const { socket } = await upgrade('/mqtt', ['mqtt']);
    socket.send(Buffer.alloc(500_000, 1));
    await once(socket, 'close');
    expect(hub.connected).toEqual([]);
  });

  it('cannot send a message larger than allowed', async () => {
    const { socket } = await upgrade('/mqtt', ['mqtt']);
    socket.send(generate(connectPacket({ clientId: 'big', username: 'owner' })));
    await until(() => hub.connected.length === 1);
    socket.send(Buffer.alloc(2_000_000));
    await once(socket, 'close');
    await until(() => hub.departures.length === 1);
  });
});

describe('a busy port', () => {
  it('is named', async () => {
    const attempt = listenTcp(hub.broker, { host: '127.0.0.1', port: hub.port });
    await expect(attempt).rejects.toThrow(`MQTT port ${hub.port} on 127.0.0.1 is in use`);
    await expect(attempt).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
