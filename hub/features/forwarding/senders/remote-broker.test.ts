/** The way to another broker, with Aedes as that broker. */
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { generate, type IConnackPacket, type IPublishPacket, parser as makeParser } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../tests/helpers/until.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { OutboxRow } from '../../../store/forwarding-store.ts';
import { RemoteBroker, type RemoteBrokerSettings } from './remote-broker.ts';

let aedes: Aedes;
let server: Server;
let sender: RemoteBroker;

beforeEach(async () => {
  aedes = await Aedes.createBroker();
  server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sender = await connectTo(server);
});
afterEach(async () => {
  sender.stop();
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise((resolve) => server.close(resolve));
});

async function connectTo(to: Server, parts: Partial<RemoteBrokerSettings> = {}): Promise<RemoteBroker> {
  const address = to.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const settings = { url: `mqtt://127.0.0.1:${port}`, clientId: 'ruche-test', username: null, password: null };
  const made = new RemoteBroker(
    { ...settings, filters: [], localPrefix: '', remotePrefix: '', hop: { hub: 'h', destination: 'd' }, ...parts },
    { clock: systemClock, random: () => 0, receive: async () => {}, onReady: () => {}, onError: () => {} },
  );
  made.start();
  await until(() => made.isConnected, { what: 'the sender to be connected' });
  return made;
}

/** Speaks MQTT 5 and answers every message in the same way. */
async function startAnswering(
  reasonCode: number,
  properties: IConnackPacket['properties'] = {},
  heard: IPublishPacket[] = [],
): Promise<Server> {
  const answering = createServer((socket) => {
    const packets = makeParser({ protocolVersion: 5 });
    const say = (packet: Parameters<typeof generate>[0]): void =>
      void socket.write(generate(packet, { protocolVersion: 5 }));
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connect') say({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties });
      if (packet.cmd !== 'publish') return;
      heard.push(packet);
      const { messageId = 0, qos } = packet;
      const answer = { messageId, reasonCode, properties: { reasonString: 'Not that.' } };
      say(qos === 2 ? { cmd: 'pubrec', ...answer } : { cmd: 'puback', ...answer });
    });
    socket.on('data', (bytes) => packets.parse(bytes));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
  return answering;
}

const entry = (seq: number): OutboxRow => ({
  ...{ destinationId: 'd', seq, id: String(seq), atMs: 0, kind: 'message', body: 'MQ==', topic: 't' },
  ...{ qos: 1, retain: false, properties: '' },
});

describe('the way to another broker', () => {
  it('remembers nothing of what has arrived', async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', warned);
    for (let seq = 0; seq <= EventEmitter.defaultMaxListeners * 2; seq++) {
      expect(await sender.send(entry(seq))).toEqual({ kind: 'sent' });
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('has everything sent again that was not acknowledged when it ended', async () => {
    aedes.authorizePublish = () => {};
    const sent = sender.send(entry(1));
    await new Promise((resolve) => setImmediate(resolve));
    sender.stop();
    expect(await sent).toMatchObject({ kind: 'retry' });
  });

  it('gives up at once what has no name there', async () => {
    sender.stop();
    sender = await connectTo(server, { localPrefix: 't' });
    expect(await sender.send(entry(1))).toMatchObject({ kind: 'dead', error: { reason: 'topic-refused' } });
  });
});

describe('a broker that refuses a message', () => {
  it.each([
    [0x83, 1, 'dead', 'body-refused'],
    [0x87, 1, 'dead', 'topic-refused'],
    [0x87, 2, 'dead', 'topic-refused'],
    [0x90, 1, 'dead', 'topic-refused'],
    [0x99, 2, 'dead', 'body-refused'],
    [0x80, 1, 'retry', 'other'],
    [0x91, 1, 'retry', 'other'],
    [0x97, 2, 'retry', 'other'],
  ] as const)('with reason code %i at QoS %i: %s, %s', async (code, qos, kind, reason) => {
    const refusing = await startAnswering(code);
    const here = await connectTo(refusing);
    const sent = await here.send({ ...entry(1), qos });
    here.stop();
    await new Promise((resolve) => refusing.close(resolve));
    expect(sent).toMatchObject({ kind, error: { reason } });
    if (sent.kind !== 'dead') return;
    const message = `It refuses the message on t (reason code 0x${code.toString(16)}).`;
    expect(sent.error).toMatchObject({ message, body: 'Not that.' });
  });
});

describe('a broker that does not take everything', () => {
  it('gets what it takes, and never what it would end the connection for', async () => {
    const heard: IPublishPacket[] = [];
    const takes = { maximumQoS: 1, retainAvailable: false, maximumPacketSize: 200 };
    const small = await startAnswering(0, takes, heard);
    const here = await connectTo(small);
    const outcomes = [
      await here.send({ ...entry(1), qos: 2, retain: true }),
      await here.send({ ...entry(2), body: Buffer.alloc(200).toString('base64') }),
      await here.send(entry(3)),
    ];
    here.stop();
    await new Promise((resolve) => small.close(resolve));
    expect(outcomes).toMatchObject([
      { kind: 'sent' },
      { kind: 'dead', error: { reason: 'body-refused' } },
      { kind: 'sent' },
    ]);
    expect(heard).toMatchObject([
      { qos: 1, retain: false },
      { qos: 1, retain: false },
    ]);
  });
});
