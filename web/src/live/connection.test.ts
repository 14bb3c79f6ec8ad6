import { createServer, type Server } from 'node:http';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { type Answer, type AnswerServer, startAnswerServer } from '../../../tests/helpers/answer-server.ts';
import { until } from '../../../tests/helpers/until.ts';
import { forget, session, signIn } from '../session.ts';
import { link, listen, retryWaitMs, startLive, stopLive } from './connection.ts';

const USER = { id: 'u1', username: 'lea', role: 'owner', createdMs: 1 };

/** The hub's side: sign-in over HTTP, MQTT over WebSocket, one good token at a time. */
async function startHub() {
  const hub = { token: 0, canRefresh: true, refreshes: 0, passwords: [] as string[] };
  const login = (): Answer => {
    hub.token += 1;
    return { body: { accessToken: `t${hub.token}`, expiresInS: 900, user: USER } };
  };
  const rest = await startAnswerServer(({ url }) => {
    if (url.endsWith('/login')) return login();
    hub.refreshes += 1;
    return hub.canRefresh ? login() : { status: 401, body: { status: 401, code: 'AUTH_EXPIRED', title: '', hint: '' } };
  });
  const broker = await Aedes.createBroker();
  broker.authenticate = (_client, _username, password, done) => {
    hub.passwords.push(String(password));
    const isGood = String(password) === `t${hub.token}`;
    done(isGood ? null : Object.assign(new Error('refused'), { returnCode: 4 }), isGood);
  };
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/mqtt' });
  sockets.on('connection', (socket, request) => broker.handle(createWebSocketStream(socket), request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubGlobal('location', { protocol: 'http:', host: hostOf(server) });
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('WebSocket', WebSocket);
  return { hub, rest, broker, sockets, server };
}

function hostOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `127.0.0.1:${address.port}`;
}

let started: Awaited<ReturnType<typeof startHub>>;
let rest: AnswerServer;

beforeEach(async () => {
  started = await startHub();
  rest = started.rest;
  await signIn({ username: 'lea', password: 'x' });
});
afterEach(async () => {
  stopLive();
  forget();
  await rest.close();
  for (const socket of started.sockets.clients) socket.terminate();
  await new Promise<void>((resolve) => started.broker.close(resolve));
  await new Promise((resolve) => started.server.close(resolve));
});

const say = (topic: string, text: string) =>
  new Promise<void>((resolve, reject) => {
    const packet = { cmd: 'publish', topic, payload: text, qos: 0, retain: false, dup: false } as const;
    started.broker.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
const isLive = () => link.value.state === 'live';

describe('the wait before the next try', () => {
  it('stays short while the machine answers, and grows while nothing does', () => {
    const waits = (how: { tookMs: number; isOnline: boolean }) =>
      [0, 1, 2, 3, 9].map((tries) => retryWaitMs(tries, how));
    expect(waits({ tookMs: 20, isOnline: true })).toEqual([500, 1000, 2000, 2000, 2000]);
    expect(waits({ tookMs: 8000, isOnline: true })).toEqual([500, 1000, 2000, 4000, 10_000]);
    expect(waits({ tookMs: 5, isOnline: false })).toEqual([500, 1000, 2000, 4000, 10_000]);
  });
});

describe('the live link', () => {
  it('brings messages to their listeners until they leave', async () => {
    const heard: string[] = [];
    let subscriptions = 0;
    started.broker.on('subscribe', () => {
      subscriptions += 1;
    });
    const leave = listen('$live/stats', (text) => heard.push(text));
    startLive();
    await until(() => subscriptions === 1);
    await say('$live/stats', '1');
    await until(() => heard.length === 1);
    let isGone = false;
    started.broker.on('unsubscribe', () => {
      isGone = true;
    });
    leave();
    await until(() => isGone);
    expect([heard, link.value.state]).toEqual([['1'], 'live']);
  });

  it('asks for the present state again for every listener of a topic', async () => {
    let subscriptions = 0;
    started.broker.on('subscribe', () => {
      subscriptions += 1;
    });
    startLive();
    await until(isLive);
    const leaveFirst = listen('$live/devices', () => undefined);
    const leaveSecond = listen('$live/devices', () => undefined);
    await until(() => subscriptions === 2);
    leaveFirst();
    leaveSecond();
  });

  it('keeps a topic that the next page takes over', async () => {
    const givenUp: string[] = [];
    started.broker.on('unsubscribe', (topics) => givenUp.push(...topics));
    startLive();
    await until(isLive);
    const heard: string[] = [];
    listen('$live/scores', () => undefined)();
    const leave = listen('$live/scores', (text) => heard.push(text));
    listen('$live/devices', () => undefined)();
    await until(() => givenUp.length > 0);
    await say('$live/scores', '1');
    await until(() => heard.length === 1);
    expect(givenUp).toEqual(['$live/devices']);
    leave();
  });

  it('comes back by itself, says since when it was away, and subscribes again', async () => {
    const heard: string[] = [];
    listen('$live/scores', (text) => heard.push(text));
    startLive();
    await until(isLive);
    for (const socket of started.sockets.clients) socket.terminate();
    await until(() => link.value.state === 'reconnecting');
    expect(link.value.lastLiveMs).not.toBeNull();
    let isSubscribed = false;
    started.broker.on('subscribe', () => {
      isSubscribed = true;
    });
    await until(() => isSubscribed);
    await say('$live/scores', 'back');
    await until(() => heard.includes('back'));
  });

  it('renews a token the hub no longer takes, once, and goes on', async () => {
    started.hub.token += 1;
    startLive();
    await until(isLive);
    expect([started.hub.refreshes, started.hub.passwords]).toEqual([1, ['t1', 't3']]);
  });

  it('ends the session when the renewal is refused too', async () => {
    started.hub.token += 1;
    started.hub.canRefresh = false;
    startLive();
    await until(() => session.value.kind === 'ended');
    expect(started.hub.refreshes).toBe(1);
  });
});
