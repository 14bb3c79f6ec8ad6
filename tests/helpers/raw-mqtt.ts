/** MQTT 3.1.1 (or 5) on a bare stream: packet ids, DUP flags and broken bytes are the test's own choice. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type IPublishPacket,
  type Packet,
  parser,
} from 'mqtt-packet';
import { until } from './until.ts';

const WAIT_MS = 5000;

type Command = Packet['cmd'];
export type PacketOf<C extends Command> = Extract<Packet, { cmd: C }>;

export interface RawConnect {
  port: number;
  host?: string;
  clientId?: string;
  username?: string;
  password?: string;
  clean?: boolean;
  keepalive?: number;
  /** 4 is MQTT 3.1.1, the default. */
  protocolVersion?: 4 | 5;
  properties?: IConnectPacket['properties'];
  will?: { topic: string; payload: string; qos?: 0 | 1 | 2; retain?: boolean };
  /** Acknowledge what the broker sends, as a library would; else the test does. */
  acks?: boolean;
}

export interface RawPublish {
  topic: string;
  payload: string | Buffer;
  qos?: 0 | 1 | 2;
  /** Required by the protocol above QoS 0; the test chooses it. */
  messageId?: number;
  dup?: boolean;
  retain?: boolean;
  /** Of MQTT 5. */
  properties?: IPublishPacket['properties'];
}

export interface RawMqtt {
  readonly socket: Duplex;
  /** Everything the broker sent and nobody took yet, oldest first. */
  readonly inbox: readonly Packet[];
  readonly isClosed: boolean;
  send(packet: Packet): void;
  /** Bytes as they are, for frames no library would make. */
  sendBytes(bytes: Uint8Array): void;
  publish(message: RawPublish): void;
  subscribe(filter: string, qos?: 0 | 1 | 2, messageId?: number): Promise<PacketOf<'suback'>>;
  /** Takes the first packet of this kind out of the inbox, waiting for it if need be. */
  take<C extends Command>(cmd: C, matches?: (packet: PacketOf<C>) => boolean): Promise<PacketOf<C>>;
  /** Takes everything out of the inbox at once. */
  drain(): Packet[];
  /** Resolves when the broker has closed the connection. */
  closed(): Promise<void>;
  /** DISCONNECT, then the end of the stream. */
  end(): Promise<void>;
  /** The cable is pulled: no DISCONNECT. */
  destroy(): void;
}

interface OverTcp {
  readonly socket: Socket;
}

/** A connection that has not said CONNECT yet. */
export async function openRaw(
  port: number,
  { host = '127.0.0.1', acks = false, protocolVersion = 4 }: Pick<RawConnect, 'host' | 'acks' | 'protocolVersion'> = {},
): Promise<RawMqtt & OverTcp> {
  const socket = connectTcp({ port, host, noDelay: true });
  await once(socket, 'connect');
  return Object.assign(makeRaw(socket, protocolVersion, acks), { socket });
}

/** The same over any stream, in the language of the protocol version. */
export function makeRaw(socket: Duplex, protocolVersion: 4 | 5, acks = false): RawMqtt {
  const inbox: Packet[] = [];
  const parse = parser({ protocolVersion });
  parse.on('packet', (packet) => {
    inbox.push(packet);
    const answer = acks ? answerTo(packet) : undefined;
    if (answer !== undefined && !socket.destroyed) socket.write(generate(answer));
  });
  parse.on('error', (error) => socket.destroy(error));
  socket.on('data', (chunk) => parse.parse(chunk));
  let isClosed = false;
  // A reset is one of the ways a broker closes; tests look at `closed`.
  socket
    .on('error', () => undefined)
    .on('end', () => socket.destroy())
    .on('close', () => {
      isClosed = true;
    });

  const send = (packet: Packet): void => {
    socket.write(generate(packet, { protocolVersion }));
  };
  const take = async <C extends Command>(cmd: C, matches: (packet: PacketOf<C>) => boolean = () => true) => {
    const isWanted = (packet: Packet): packet is PacketOf<C> => isOf(packet, cmd) && matches(packet);
    const found = await until(() => inbox.find(isWanted) ?? (isClosed ? 'closed' : undefined), {
      timeoutMs: WAIT_MS,
      everyMs: 2,
      what: `a ${cmd} packet`,
    });
    if (found === 'closed') throw new Error(`the broker closed the connection before a ${cmd} packet came`);
    inbox.splice(inbox.indexOf(found), 1);
    return found;
  };
  return {
    socket,
    inbox,
    get isClosed() {
      return isClosed;
    },
    send,
    sendBytes: (bytes) => void socket.write(bytes),
    publish: ({ qos = 0, dup = false, retain = false, properties, ...rest }) =>
      send({ cmd: 'publish', qos, dup, retain, ...rest, ...(properties === undefined ? {} : { properties }) }),
    subscribe(filter, qos = 0, messageId = 1) {
      send({ cmd: 'subscribe', messageId, subscriptions: [{ topic: filter, qos }] });
      return take('suback', (packet) => packet.messageId === messageId);
    },
    take,
    drain: () => inbox.splice(0),
    closed: () =>
      until(() => isClosed, { timeoutMs: WAIT_MS, what: 'the broker to close the connection' }).then(() => undefined),
    async end() {
      if (isClosed) return;
      socket.end(generate({ cmd: 'disconnect' }, { protocolVersion }));
      await until(() => isClosed, { timeoutMs: WAIT_MS, what: 'the connection to end' });
    },
    destroy: () => void socket.destroy(),
  };
}

/** CONNECT and its answer; a refusal is an answer too: look at `connack.returnCode`. */
export async function connectRaw(options: RawConnect): Promise<RawMqtt & OverTcp & { connack: IConnackPacket }> {
  const client = await openRaw(options.port, options);
  client.send(connectPacket(options));
  const connack = await client.take('connack');
  return Object.assign(client, { connack });
}

export function connectPacket(options: Omit<RawConnect, 'port'>): IConnectPacket {
  const {
    clientId = '',
    username,
    password,
    clean = true,
    keepalive = 0,
    protocolVersion = 4,
    properties,
    will,
  } = options;
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion,
    clean,
    clientId,
    keepalive,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(properties === undefined ? {} : { properties }),
    ...(will === undefined ? {} : { will: { qos: 0, retain: false, ...will, payload: Buffer.from(will.payload) } }),
  };
}

function answerTo({ cmd, messageId, ...packet }: Packet): Packet | undefined {
  if (messageId === undefined) return undefined;
  if (cmd === 'publish' && 'qos' in packet && packet.qos > 0) {
    return { cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId };
  }
  if (cmd === 'pubrel') return { cmd: 'pubcomp', messageId };
  return undefined;
}

const isOf = <C extends Command>(packet: Packet, cmd: C): packet is PacketOf<C> => packet.cmd === cmd;
