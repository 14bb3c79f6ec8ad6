/** A bare MQTT client of either version over either transport, for tests that hold the protocol to its clauses. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import type { IConnackPacket, IConnectPacket, IPublishPacket, ISubackPacket, ISubscription, Packet } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';
import { makeRaw, type RawMqtt } from './raw-mqtt.ts';

export type Version = 4 | 5;
export interface Way {
  readonly version: Version;
  readonly transport: 'tcp' | 'ws';
  /** Over TCP: the address it comes from; on Linux all of 127.0.0.0/8 is loopback. */
  readonly from?: string;
}

export const MQTT_3: Way = { version: 4, transport: 'tcp' };
export const MQTT_5: Way = { version: 5, transport: 'tcp' };
/** For what both versions and both transports must do alike. */
export const EVERY_WAY: readonly (Way & { name: string })[] = [
  { name: 'MQTT 3.1.1 over TCP', ...MQTT_3 },
  { name: 'MQTT 5 over TCP', ...MQTT_5 },
  { name: 'MQTT 3.1.1 over WebSocket', version: 4, transport: 'ws' },
  { name: 'MQTT 5 over WebSocket', version: 5, transport: 'ws' },
];
/** For what the transport cannot matter to. */
export const BOTH_VERSIONS = EVERY_WAY.filter(({ transport }) => transport === 'tcp');

export type Connect = Partial<Omit<IConnectPacket, 'cmd' | 'protocolVersion' | 'protocolId'>>;
export type Wire = RawMqtt & { readonly version: Version };
export type Connected = Wire & { readonly connack: IConnackPacket };

interface Target {
  readonly ports: { readonly mqtt: number | null; readonly http: number };
}

/** A connection that has not said CONNECT yet. */
export async function openWire(hub: Target, way: Way = MQTT_5): Promise<Wire> {
  const stream =
    way.transport === 'tcp' ? await openTcp(hub.ports.mqtt ?? 0, way.from) : await openWebSocket(hub.ports.http);
  // Not a copy: `isClosed` is asked of the original.
  return Object.assign(makeRaw(stream, way.version), { version: way.version });
}

async function openTcp(port: number, from = '127.0.0.1'): Promise<Duplex> {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function openWebSocket(port: number): Promise<Duplex> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt');
  const stream = createWebSocketStream(socket);
  await once(socket, 'open');
  return stream;
}

export function connectOf(version: Version, more: Connect = {}): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId: '',
    clean: true,
    keepalive: 0,
    ...more,
  };
}

/** CONNECT and its answer; a refusal is an answer too: look at `connack`. */
export async function connectWire(hub: Target, more: Connect = {}, way: Way = MQTT_5): Promise<Connected> {
  const client = await openWire(hub, way);
  client.send(connectOf(way.version, more));
  const connack = await client.take('connack');
  return Object.assign(client, { connack });
}

let lastName = 0;
/** A client id, topic or group nobody else in this run has. */
export const unique = (what = 'c'): string => `${what}-${process.pid}-${++lastName}`;

let lastMessageId = 0;
export function nextMessageId(): number {
  lastMessageId = (lastMessageId % 60_000) + 1;
  return lastMessageId;
}

type SubscribeProperties = Extract<Packet, { cmd: 'subscribe' }>['properties'];

export async function subscribe(
  client: Wire,
  subscriptions: string | ISubscription | readonly ISubscription[],
  properties?: SubscribeProperties,
): Promise<ISubackPacket> {
  const list = typeof subscriptions === 'string' ? [{ topic: subscriptions, qos: 2 as const }] : [subscriptions].flat();
  const messageId = nextMessageId();
  client.send({ cmd: 'subscribe', messageId, subscriptions: list, ...(properties && { properties }) });
  return client.take('suback', (packet) => packet.messageId === messageId);
}

export type Publish = Partial<Omit<IPublishPacket, 'cmd'>> & { topic: string };

/** Sends and waits for the end of the handshake; answers the reason code of its last packet. */
export async function publish(client: Wire, more: Publish): Promise<number> {
  const messageId = nextMessageId();
  const packet = { cmd: 'publish', payload: '', qos: 0, retain: false, dup: false, messageId, ...more } as const;
  client.send(packet);
  const isOurs = (answer: { messageId?: number }): boolean => answer.messageId === packet.messageId;
  if (packet.qos === 0) return 0;
  if (packet.qos === 1) return reasonOf(await client.take('puback', isOurs));
  const received = await client.take('pubrec', isOurs);
  if (reasonOf(received) >= 0x80) return reasonOf(received);
  client.send({ cmd: 'pubrel', messageId: packet.messageId });
  await client.take('pubcomp', isOurs);
  return reasonOf(received);
}

export const reasonOf = (packet: { reasonCode?: number }): number => packet.reasonCode ?? 0;

/** Takes the next PUBLISH and answers it as its QoS wants. */
export async function receive(client: Wire, matches?: (packet: IPublishPacket) => boolean): Promise<IPublishPacket> {
  const packet = await client.take('publish', matches);
  const { messageId, qos } = packet;
  if (qos === 1 && messageId !== undefined) client.send({ cmd: 'puback', messageId });
  if (qos === 2 && messageId !== undefined) {
    client.send({ cmd: 'pubrec', messageId });
    await client.take('pubrel', (release) => release.messageId === messageId);
    client.send({ cmd: 'pubcomp', messageId });
  }
  return packet;
}

/** What has come is everything that was sent before: a ping went there and back. */
export async function settle(client: Wire): Promise<void> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
}

/** Publishes of the inbox, as text, taken out. */
export async function heard(client: Wire): Promise<string[]> {
  await settle(client);
  return client.drain().flatMap((packet) => (packet.cmd === 'publish' ? [String(packet.payload)] : []));
}

/** The hub must answer with a DISCONNECT of this reason, then close; of 3.1.1 it only closes. */
export async function expectEnd(client: Wire, reasonCode: number): Promise<string | undefined> {
  if (client.version === 4) {
    await client.closed();
    return undefined;
  }
  const disconnect = await client.take('disconnect');
  if (disconnect.reasonCode !== reasonCode) {
    throw new Error(`DISCONNECT came with 0x${disconnect.reasonCode?.toString(16)}, not 0x${reasonCode.toString(16)}`);
  }
  await client.closed();
  return disconnect.properties?.reasonString;
}

/** CONNECT as bytes of the test's own making must be answered with this CONNACK (v5: reason, 3.1.1: return code). */
export async function expectRefused(
  hub: Target,
  bytes: Buffer,
  expected: { way?: Way; code: number },
): Promise<string | undefined> {
  const client = await openWire(hub, expected.way ?? MQTT_5);
  client.sendBytes(bytes);
  const connack = await client.take('connack');
  const code = client.version === 5 ? connack.reasonCode : connack.returnCode;
  if (code !== expected.code) throw new Error(`CONNACK came with ${code}, not ${expected.code}`);
  await client.closed();
  return connack.properties?.reasonString;
}

/** The hub still serves somebody else. */
export async function expectHealthy(hub: Target, way: Way = MQTT_5): Promise<void> {
  const client = await connectWire(hub, {}, way);
  const topic = unique('healthy');
  await subscribe(client, topic);
  await publish(client, { topic, payload: 'yes', qos: 1 });
  await receive(client, (packet) => packet.topic === topic);
  await client.end();
}

// Bytes of broken packets.

export function lengthOf(bytes: number): number[] {
  const digits: number[] = [];
  for (let rest = bytes; ; rest >>>= 7) {
    digits.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return digits;
  }
}

export const packetOf = (firstByte: number, body: readonly number[]): Buffer =>
  Buffer.from([firstByte, ...lengthOf(body.length), ...body]);

export const text = (value: string | Uint8Array): number[] => {
  const bytes = Buffer.from(value);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
};

export const block = (properties: readonly number[]): number[] => [...lengthOf(properties.length), ...properties];

export interface ConnectBytes {
  name?: string;
  level?: number;
  flags?: number;
  /** Left out for 3.1.1. */
  properties?: number[];
  payload?: number[];
}

export function connectBytes(more: ConnectBytes = {}): Buffer {
  const { name = 'MQTT', level = 5, flags = 0x02, payload = text(unique()) } = more;
  const properties = level === 5 ? block(more.properties ?? []) : [];
  return packetOf(0x10, [...text(name), level, flags, 0, 60, ...properties, ...payload]);
}
