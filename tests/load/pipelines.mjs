/** Mosquitto with a paho script behind it that keeps readings: what people run instead of a hub, as contenders of a bench. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startMosquitto } from './mosquitto.mjs';

/** @import { Contender, Server } from './servers.mjs' */

/**
 * @typedef {{ stored: number, seconds: number }} PipelineState kept so far; from the first one's arrival to the last one kept
 * @typedef {object} Pipeline
 * @property {() => Promise<PipelineState>} begin counts from nothing again
 * @property {() => Promise<PipelineState>} state
 * @property {() => number} cpuS seconds of the broker and the script together
 */

const SCRIPT = fileURLToPath(new URL('pipeline.py', import.meta.url));
/** The Debian package python3-paho-mqtt belongs to this one. */
const PYTHON = '/usr/bin/python3';
/** The broker keeps everything the script has not come to yet; else it would drop what it acknowledged. */
const UNBOUNDED = ['max_queued_messages 0'];

/** @type {readonly Contender[]} */
export const PIPELINES = [
  { name: 'mosquitto + sqlite', kind: 'pipeline', start: () => startPipeline('mosquitto + sqlite', 'wal') },
  { name: 'mosquitto + sqlite full', kind: 'pipeline', start: () => startPipeline('mosquitto + sqlite full', 'full') },
  { name: 'mosquitto + json', kind: 'pipeline', start: () => startPipeline('mosquitto + json', 'json') },
];

/** @returns {string | undefined} why pipelines cannot take part */
export function whyNoPipeline() {
  const asked = spawnSync(PYTHON, ['-c', 'import paho.mqtt.client, sqlite3'], { encoding: 'utf8' });
  if (asked.status === 0) return undefined;
  return `The pipelines are left out, python3-paho-mqtt cannot be used: ${asked.error?.message ?? asked.stderr.trim()}`;
}

/**
 * @param {string} name
 * @param {'wal' | 'full' | 'json'} keeper
 * @returns {Promise<Server>}
 */
async function startPipeline(name, keeper) {
  const broker = await startMosquitto(name, UNBOUNDED);
  const folder = mkdtempSync(join(tmpdir(), 'ruche-bench-'));
  const script = spawn(PYTHON, [SCRIPT, String(broker.port), keeper, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: script.stdout });
  const gone = once(script, 'exit').then(() => {
    throw new Error(`${name}: the script ended before it was ready`);
  });
  await Promise.race([once(lines, 'line'), gone]);
  /** @param {'begin' | 'state'} question */
  const ask = async (question) => {
    const answer = once(lines, 'line');
    script.stdin.write(`${question}\n`);
    return JSON.parse((await answer)[0]);
  };
  return {
    ...broker,
    pipeline: {
      begin: () => ask('begin'),
      state: () => ask('state'),
      cpuS: () => cpuSecondsOf(broker.pid) + cpuSecondsOf(script.pid ?? 0),
    },
    async stop() {
      const ended = once(script, 'exit');
      script.stdin.end();
      await ended;
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Of all threads of a process.
 * @param {number} pid
 */
function cpuSecondsOf(pid) {
  const folder = `/proc/${pid}/task`;
  const ns = readdirSync(folder).map((thread) =>
    Number(readFileSync(join(folder, thread, 'schedstat'), 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e9;
}
