/** The hub as a server of a bench: its devices registered, and its API asked what it kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { endHub, spawnHub } from '../../scripts/hub-process.mjs';
import { makeHubApi } from './hub-api.mjs';
import { DEVICE_ARGS } from './mosquitto.mjs';

/** @import { HubApi } from './hub-api.mjs' */
/** @import { Prepare, Server } from './servers.mjs' */

export const OWNER = { username: 'owner', password: 'bench bench bench' };
const LOOP_DELAY_P99 = /^ruche_event_loop_delay_seconds\{quantile="0\.99"\} (\S+)$/m;

/**
 * Paired devices count in the leaderboard with their scores.
 * @param {string} name
 * @param {'commit' | 'sync'} durability
 * @param {Prepare} [prepare]
 * @returns {Promise<Server & { url: string, ids: string[], tokens: string[] }>}
 */
export async function startHubServer(name, durability, { devices, arePaired } = { devices: 0, arePaired: false }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'ruche-bench-'));
  const { child, ports } = await spawnHub(dataDir, {
    env: {
      RUCHE_DURABILITY: durability,
      RUCHE_OWNER_USERNAME: OWNER.username,
      RUCHE_OWNER_PASSWORD: OWNER.password,
      RUCHE_LOG_LEVEL: 'info',
    },
  });
  const url = `http://127.0.0.1:${ports.http}`;
  const api = makeHubApi(url, OWNER);
  const port = ports.mqtt ?? 0;
  const secrets = join(dataDir, 'bench-secrets');
  const ids = Array.from({ length: devices }, (_, index) => deviceId(index));
  /** @type {string[]} */
  const tokens = [];
  for (const id of ids) tokens.push(await admit(api, port, { id, isPaired: arePaired }));
  writeFileSync(secrets, `${tokens.join('\n')}\n`);
  return {
    name,
    url,
    ids,
    tokens,
    port,
    pid: child.pid ?? 0,
    deviceArgs: [...DEVICE_ARGS, '--secrets', secrets],
    personArgs: async () => personArgs(await api.signIn()),
    countScores: () => scoresIn(api),
    countReadings: (sinceMs) => readingsIn(api, ids, sinceMs),
    async loopDelayP99Ms() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(LOOP_DELAY_P99.exec(text)?.[1] ?? Number.NaN) * 1000;
    },
    async stop() {
      await endHub(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** @param {string} token */
const personArgs = (token) => [
  ...['--user-template', OWNER.username, '--pass', token],
  ...['--sub-user-template', OWNER.username, '--sub-pass', token],
];

/**
 * Registers a device, and answers its pairing; its token.
 * @param {HubApi} api
 * @param {number} port
 * @param {{ id: string, isPaired: boolean }} device
 * @returns {Promise<string>}
 */
async function admit(api, port, { id, isPaired }) {
  const { token } = await api.call('POST', '/api/v1/devices', { id });
  if (!isPaired) return token;
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

/** @param {HubApi} api */
async function scoresIn(api) {
  const { items } = await api.call('GET', '/api/v1/leaderboard?limit=200');
  return items.reduce((/** @type {number} */ sum, /** @type {{ games: number }} */ entry) => sum + entry.games, 0);
}

/**
 * Raw readings of one metric of all devices: one for each message.
 * @param {HubApi} api
 * @param {readonly string[]} ids
 * @param {number} sinceMs
 */
async function readingsIn(api, ids, sinceMs) {
  let count = 0;
  for (const id of ids) {
    const file = await api.text(`/api/v1/devices/${id}/history/export?format=csv&metrics=temperature&from=${sinceMs}`);
    // Beneath the line of headings, each line is a reading.
    count += file.split('\n').filter((line) => line.trim() !== '').length - 1;
  }
  return count;
}

/** @param {number} index */
const deviceId = (index) => `bench-${String(index).padStart(4, '0')}`;
