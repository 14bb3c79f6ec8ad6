/** The bare client against a real broker: what it sends is what arrives. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRaw, openRaw } from './raw-mqtt.ts';

let broker: Aedes;
let server: Server;
let port = 0;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  broker.authenticate = (_client, username, _password, done) => done(null, username !== 'stranger');
  server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});

afterAll(() => {
  broker.close();
  server.close();
});

test('packet ids and payloads are the test’s own', async () => {
  const client = await connectRaw({ port, clientId: 'raw', username: 'me', password: 'secret' });
  expect(client.connack.returnCode).toBe(0);
  await client.subscribe('a/#', 1, 77);
  client.publish({ topic: 'a/b', payload: 'hello', qos: 1, messageId: 4242 });
  expect((await client.take('puback')).messageId).toBe(4242);
  const delivered = await client.take('publish');
  expect(delivered.topic).toBe('a/b');
  expect(delivered.payload.toString()).toBe('hello');
  await client.end();
  expect(client.isClosed).toBe(true);
});

test('a refused connection is an answer, and then closed', async () => {
  const client = await connectRaw({ port, username: 'stranger', password: 'x' });
  expect(client.connack.returnCode).toBe(5);
  await client.closed();
});

test('bytes no library would make can be sent, and waiting in vain says so', async () => {
  const client = await openRaw(port);
  client.sendBytes(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]));
  await expect(client.take('connack')).rejects.toThrow('closed the connection before a connack packet came');
});
