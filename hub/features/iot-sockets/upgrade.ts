/** Upgrades of `/ws/iot/<device>/`: who asks is known before the socket is one (S1-21). */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ERRORS, RucheError } from '../../contract/errors.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Http, Presented, Speaker } from '../route.ts';
import type { IotSockets, Opener } from './iot-sockets.ts';
import { COUNTED_MAX, FRAME_BYTES_MAX, OPENINGS_MAX, OPENINGS_PER_ADDRESS_MAX, OPENINGS_WINDOW_MS } from './limits.ts';
import { WindowCount } from './window-count.ts';

export const IOT_SOCKETS_PREFIX = '/ws/iot/';
const PATH = /^\/ws\/iot\/([^/?]{1,256})\/?(?:\?(.*))?$/;
const BEARER = /^Bearer +(\S+)$/i;

export interface UpgradeDeps {
  readonly clock: Clock;
  readonly sockets: IotSockets;
  /** Throws RucheError AUTH_*. */
  principalOfToken(accessToken: string): Promise<Person>;
  /** Throws RucheError. */
  deviceOf(presented: Presented): Promise<Speaker | null>;
  readonly onError: (error: unknown) => void;
}

/** Answers upgrades below the prefix; others are left to whoever listens for them. Returns a function that stops it. */
export function attachIotSockets(http: Http, deps: UpgradeDeps): () => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    // The library of seed 1 asks for "arduino", and takes the connection for broken without an answer.
    handleProtocols: (offered) => (offered.has('arduino') ? 'arduino' : false),
  });
  const window = { windowMs: OPENINGS_WINDOW_MS, keysMax: COUNTED_MAX };
  const byAddress = new WindowCount({ ...window, max: OPENINGS_PER_ADDRESS_MAX });
  const byOpener = new WindowCount({ ...window, max: OPENINGS_MAX });
  const mustNotBeTooOften = (count: WindowCount, key: string): void => {
    if (!count.isTooMuch(key, deps.clock.nowMs())) return;
    throw new RucheError('RATE_LIMITED', undefined, { retryAfterS: OPENINGS_WINDOW_MS / 1000 });
  };

  async function answer(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    mustNotBeTooOften(byAddress, address);
    const [, encoded, query = ''] = PATH.exec(request.url ?? '') ?? [];
    if (encoded === undefined) throw new RucheError('NOT_FOUND');
    const name = decoded(encoded);
    const opener = await openerOf(deps, { request, query, name, address });
    mustNotBeTooOften(byOpener, nameOf(opener));
    const deviceId = deps.sockets.mayOpen(opener, name);
    // Gone while it was being looked at.
    if (socket.destroyed) return;
    server.handleUpgrade(request, socket, head, (client) => deps.sockets.open(client, opener, deviceId));
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.startsWith(IOT_SOCKETS_PREFIX) !== true) return;
    // Node takes its own listeners off: a reset meanwhile would end the process.
    const onReset = (): void => void socket.destroy();
    socket.on('error', onReset);
    answer(request, socket, head)
      .catch((error: unknown) => refuse(socket, error, deps.onError))
      .finally(() => socket.off('error', onReset));
  };
  http.server.on('upgrade', onUpgrade);
  return () => {
    http.server.off('upgrade', onUpgrade);
    deps.sockets.close();
  };
}

function nameOf(opener: Opener): string {
  if (opener.kind === 'device') return `device ${opener.deviceId}`;
  return opener.kind === 'account' ? `account ${opener.name}` : `person ${opener.userId}`;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly query: string;
  readonly name: string;
  readonly address: string;
}

async function openerOf(deps: UpgradeDeps, { request, query, name, address }: Asked): Promise<Opener> {
  const { authorization } = request.headers;
  const token = new URLSearchParams(query).get('device_token') ?? undefined;
  const bearer = token === undefined ? BEARER.exec(authorization ?? '')?.[1] : undefined;
  const person = bearer === undefined ? undefined : await personOf(deps, bearer);
  if (person !== undefined) return person;
  const speaker = await deps.deviceOf({ authorization, token, namedId: name, address });
  if (speaker === null) throw new RucheError('AUTH_REQUIRED');
  return speaker;
}

/** A device's own JWT looks the same, and is none of ours. */
async function personOf({ principalOfToken }: UpgradeDeps, token: string): Promise<Person | undefined> {
  try {
    return await principalOfToken(token);
  } catch (error) {
    if (error instanceof RucheError) return undefined;
    throw error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RucheError('NOT_FOUND', 'The address is not a valid URL path.');
  }
}

function refuse(socket: Duplex, error: unknown, onError: (error: unknown) => void): void {
  if (!(error instanceof RucheError)) onError(error);
  const { code, detail, retryAfterS } = error instanceof RucheError ? error : new RucheError('INTERNAL');
  const { status, title, hint } = ERRORS[code];
  const body = JSON.stringify({ error: detail ?? title, code, hint });
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
  ];
  socket.on('error', () => socket.destroy()).once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
