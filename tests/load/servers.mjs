/** The brokers of a bench: each starts on a free port of loopback, says how to sign in, and can be stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { endHub, spawnHub } from '../../scripts/hub-process.mjs';

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {number} port
 * @property {number} pid
 * @property {string[]} deviceArgs how the load tool signs in as devices
 * @property {() => Promise<string[]>} personArgs how it signs in as somebody who may use every topic
 * @property {() => Promise<number | undefined>} countStored scores in the store, by the API; `undefined`: keeps none
 * @property {() => Promise<void>} stop
 * @typedef {{ name: string, start: (prepare?: { devices: number }) => Promise<Server> }} Contender
 */

export const DEVICE_ID = 'bench-%04d';
const DEVICE_ARGS = ['--client-id-template', DEVICE_ID, '--user-template', DEVICE_ID];
const OWNER = { username: 'owner', password: 'bench bench bench' };
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 50;

/** The one everything is divided by stands first. */
/** @type {readonly Contender[]} */
export const CONTENDERS = [
  { name: 'mosquitto', start: startMosquitto },
  { name: 'aedes', start: startAedes },
  { name: 'ruche', start: (prepare) => startRuche('ruche', 'commit', prepare) },
  { name: 'ruche sync', start: (prepare) => startRuche('ruche sync', 'sync', prepare) },
];

/** @returns {Promise<Server>} */
async function startMosquitto() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ruche-bench-'));
  const config = join(folder, 'mosquitto.conf');
  // Nagle's algorithm would give it a tail of 20 to 40 ms that a latency comparison must not win by.
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'set_tcp_nodelay true', 'user root'];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', config], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await untilListening(port);
  return anybody('mosquitto', port, child, () => rmSync(folder, { recursive: true, force: true }));
}

/** @returns {Promise<Server>} */
async function startAedes() {
  const script = fileURLToPath(new URL('plain-aedes.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return anybody('aedes', JSON.parse(line).port, child, () => undefined);
}

/**
 * A broker that lets everybody in and keeps nothing.
 * @param {string} name
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} child
 * @param {() => void} cleanUp
 * @returns {Server}
 */
function anybody(name, port, child, cleanUp) {
  return {
    name,
    port,
    pid: child.pid ?? 0,
    deviceArgs: DEVICE_ARGS,
    personArgs: async () => [],
    countStored: async () => undefined,
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      cleanUp();
    },
  };
}

/**
 * The hub with devices that are paired, so that their scores count in the leaderboard.
 * @param {string} name
 * @param {'commit' | 'sync'} durability
 * @param {{ devices: number }} [prepare]
 * @returns {Promise<Server>}
 */
async function startRuche(name, durability, prepare = { devices: 0 }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'ruche-bench-'));
  const { child, ports } = await spawnHub(dataDir, {
    env: {
      RUCHE_DURABILITY: durability,
      RUCHE_OWNER_USERNAME: OWNER.username,
      RUCHE_OWNER_PASSWORD: OWNER.password,
      RUCHE_LOG_LEVEL: 'info',
    },
  });
  const api = makeApi(ports.http);
  const port = ports.mqtt ?? 0;
  const secrets = join(dataDir, 'bench-secrets');
  const tokens = [];
  for (let index = 0; index < prepare.devices; index++) tokens.push(await admit(api, port, deviceId(index)));
  writeFileSync(secrets, `${tokens.join('\n')}\n`);
  return {
    name,
    port,
    pid: child.pid ?? 0,
    deviceArgs: [...DEVICE_ARGS, '--secrets', secrets],
    personArgs: async () => {
      const token = await api.signIn();
      return [
        '--user-template',
        OWNER.username,
        '--pass',
        token,
        '--sub-user-template',
        OWNER.username,
        '--sub-pass',
        token,
      ];
    },
    async countStored() {
      const { items } = await api.call('GET', '/api/v1/leaderboard?limit=200');
      return items.reduce((/** @type {number} */ sum, /** @type {{ games: number }} */ entry) => sum + entry.games, 0);
    },
    async stop() {
      await endHub(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Registers a device and answers its pairing; its token.
 * @param {ReturnType<typeof makeApi>} api
 * @param {number} port
 * @param {string} id
 * @returns {Promise<string>}
 */
async function admit(api, port, id) {
  const { token } = await api.call('POST', '/api/v1/devices', { id });
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: id, username: id, password: token });
  const asked = new Promise((/** @type {(payload: Buffer) => void} */ resolve) => {
    client.once('message', (_topic, payload) => resolve(payload));
  });
  await client.subscribeAsync('simon/pair');
  await api.call('POST', `/api/v1/devices/${id}/pairing`, {});
  const { username } = JSON.parse((await asked).toString());
  await client.publishAsync('simon/pair/ack', JSON.stringify({ device_id: id, username, status: 'paired' }), {
    qos: 1,
  });
  await client.endAsync();
  return token;
}

/** @param {number} httpPort */
function makeApi(httpPort) {
  let token = '';
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  const ask = (method, path, body) =>
    fetch(`http://127.0.0.1:${httpPort}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  /** A new token; the old one lasts 15 minutes, a bench may take longer. */
  const signIn = async () => {
    const answer = await ask('POST', '/api/v1/auth/login', OWNER);
    const reply = await answer.json();
    if (!answer.ok) throw new Error(`login answered ${answer.status}: ${JSON.stringify(reply)}`);
    token = reply.accessToken;
    return token;
  };
  return {
    signIn,
    /**
     * @param {string} method
     * @param {string} path
     * @param {object} [body]
     * @returns {Promise<any>}
     */
    async call(method, path, body) {
      if (token === '') await signIn();
      let answer = await ask(method, path, body);
      if (answer.status === 401) {
        await signIn();
        answer = await ask(method, path, body);
      }
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      return answer.json();
    },
  };
}

/** @param {number} index */
const deviceId = (index) => `bench-${String(index).padStart(4, '0')}`;

/** @returns {Promise<number>} for programs that cannot choose one themselves */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param {number} port */
async function untilListening(port) {
  const endMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connectTcp(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > endMs) throw new Error(`nothing listens on port ${port} after ${START_TIMEOUT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
