/** Where connections come from: the TCP port, and WebSocket upgrades of the web server. */
import type { IncomingMessage, Server as WebServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { Http } from '../route.ts';
import type { From } from './front/visitors.ts';
import { BROKER_LIMITS } from './limits.ts';

/** The one thing a listener needs of the broker. */
export interface Takes {
  handle(stream: Duplex, from: From): void;
}

export interface TcpListener {
  /** The actual port. */
  readonly port: number;
  /** Takes no new connections; those that are open stay. */
  close(): Promise<void>;
}

const BACKLOG = 1024;
/** Silence after which the system asks whether the peer is still there: MQTT without a keep-alive never would. */
const PROBE_AFTER_MS = 60_000;

/** Rejects with the error of `listen`; for a busy port its message names address and port. */
export async function listenTcp(broker: Takes, where: { host: string; port: number }): Promise<TcpListener> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS }, (socket) => {
    broker.handle(socket, { address: addressOf(socket), transport: 'tcp' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(inWords(error, where)));
    server.listen({ ...where, backlog: BACKLOG }, resolve);
  });
  const { port } = where;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => stop(server),
  };
}

/** Subprotocols a client may ask for; the first is answered when it asks for both. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'] as const;
const CLOSE_UNSUPPORTED_DATA = 1003;
/** Bytes of WebSocket frame headers that may come on top of what MQTT may send before CONNACK. */
const GREETING_OVERHEAD_BYTES = 16 * 1024;
export interface WebSocketOptions {
  readonly path: string;
  /** Prefixes of paths that somebody else answers; without it, whoever else listens answers the rest. */
  readonly others?: readonly string[];
  /** Largest message, as bytes. */
  readonly messageBytesMax?: number;
}

/**
 * Answers WebSocket upgrades on `path`, and on '/' when they ask for MQTT. Who it is, is asked in CONNECT. Other
 * upgrades are left to whoever else listens for them. Returns a function that stops answering.
 */
export function attachWebSocket(http: Http, broker: Takes, options: WebSocketOptions): () => void {
  const web: WebServer = http.server;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: options.messageBytesMax ?? BROKER_LIMITS.packetBytesMax + GREETING_OVERHEAD_BYTES,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const offersMqtt = subprotocolsOf(request).some((name) => isOurs(name));
    const path = request.url?.split('?', 1)[0];
    if (path !== options.path && !(path === '/' && offersMqtt)) {
      const isOthers = options.others?.some((prefix) => path?.startsWith(prefix)) ?? web.listenerCount('upgrade') > 1;
      if (!isOthers) answer(socket, '404 Not Found');
      return;
    }
    if (!offersMqtt) {
      answer(socket, '400 Bad Request');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      refuseText(client);
      answerPings(client);
      const onOpened = boundGreeting(request.socket);
      broker.handle(createWebSocketStream(client), { address: addressOf(request.socket), transport: 'ws', onOpened });
    });
  };
  web.on('upgrade', onUpgrade);
  return () => web.off('upgrade', onUpgrade);
}

const isOurs = (name: string): boolean => SUBPROTOCOLS.some((ours) => ours === name);

function subprotocolsOf(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header.split(',').map((name) => name.trim());
}

/** A WebSocket collects a message before it hands it over: until CONNACK the bytes are counted below it. */
function boundGreeting(socket: Socket): () => void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > BROKER_LIMITS.greetingBytesMax + GREETING_OVERHEAD_BYTES) socket.destroy();
  };
  socket.on('data', count);
  return () => socket.off('data', count);
}

/** MQTT is bytes. [MQTT-6.0.0-1] */
function refuseText(client: WebSocket): void {
  client.on('message', (_data, isBinary) => {
    if (!isBinary) client.close(CLOSE_UNSUPPORTED_DATA, 'MQTT is binary');
  });
}

/** Answers wait in memory while a client does not read them: one that pings on and on must not fill it. [RFC 6455 5.5.3] */
function answerPings(client: WebSocket): void {
  client.on('ping', (data) => {
    if (client.bufferedAmount < BROKER_LIMITS.unsentBytesBusy) client.pong(data);
  });
}

function answer(socket: Duplex, status: string): void {
  // Node takes its own listeners off a socket that asks for an upgrade: a reset would end the process, and a client
  // that never closes would keep the socket.
  socket.on('error', () => socket.destroy()).once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

function inWords(error: Error, { host, port }: { host: string; port: number }): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  // The code stays: whoever starts the hub looks for it to say which program has the port.
  const named = new Error(`MQTT port ${port} on ${host} is in use`, { cause: error });
  return Object.assign(named, { code: error.code });
}

function stop(server: Server): Promise<void> {
  // Not waited for: it would take until the last client is gone, and that is the broker's part.
  server.close();
  return Promise.resolve();
}
