/** The built hub as a child process that says when it is ready. Scripts and tests start hubs with this and nothing else. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './repo-files.mjs';

/**
 * @typedef {{ level: number, msg: string, [field: string]: unknown }} LogLine a line that is not JSON has level 0
 * @typedef {object} Ports the actual numbers; `null` when a listener is off
 * @property {number} http
 * @property {number | null} mqtt
 * @property {number | null} https
 * @property {number | null} mqtts
 * @property {number | null} discovery
 * @typedef {object} HubProcess
 * @property {import('node:child_process').ChildProcess} child
 * @property {Ports} ports
 * @property {string | undefined} setupCode printed while there is no owner
 * @typedef {object} SpawnHubOptions
 * @property {Record<string, string>} [env] more `RUCHE_*` settings; they win over the defaults
 * @property {readonly string[]} [args] after `start`
 * @property {(line: LogLine) => void} [onLog]
 */

export const HUB_MAIN = join(ROOT, 'dist/hub/main.js');
const READY_TIMEOUT_MS = 20_000;
/** Last words shown when a hub does not start. */
const LAST_LINES_MAX = 20;

/**
 * Loopback only, free ports only, and nothing of the machine's own settings.
 * @param {string} dataDir
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function hubEnv(dataDir, more = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RUCHE_'));
  return {
    ...Object.fromEntries(inherited),
    RUCHE_DATA_DIR: dataDir,
    RUCHE_HOST: '127.0.0.1',
    RUCHE_HTTP_PORT: '0',
    RUCHE_MQTT_PORT: '0',
    RUCHE_LOG_FORMAT: 'json',
    ...more,
  };
}

/**
 * Resolves when the hub has logged `ready`; rejects with its last words when it ends or takes too long.
 * @param {string} dataDir
 * @param {SpawnHubOptions} [options]
 * @returns {Promise<HubProcess>}
 */
export async function spawnHub(dataDir, options = {}) {
  if (!existsSync(HUB_MAIN)) throw new Error('dist/hub/main.js is missing: run "npm run build" first');
  const child = spawn(process.execPath, [HUB_MAIN, 'start', ...(options.args ?? [])], {
    env: hubEnv(dataDir, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {string[]} */
  const lastLines = [];
  const ready = await new Promise((/** @type {(line: LogLine) => void} */ resolve, reject) => {
    const fail = (/** @type {string} */ why) => {
      child.kill('SIGKILL');
      reject(new Error(`the hub ${why} before it was ready:\n${lastLines.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`took more than ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
    const hear = (/** @type {string} */ text) => {
      const line = parseLine(text);
      lastLines.push(text);
      if (lastLines.length > LAST_LINES_MAX) lastLines.shift();
      options.onLog?.(line);
      if (line.msg !== 'ready') return;
      clearTimeout(timer);
      resolve(line);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
    // `close` comes after the last line, `exit` may come before it.
    child.on('close', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
  const { setupCode } = ready;
  return { child, ports: portsOf(ready), setupCode: typeof setupCode === 'string' ? setupCode : undefined };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {boolean}
 */
export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/**
 * SIGTERM, and the exit code when it is gone.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number | null>}
 */
export function endHub(child) {
  if (hasEnded(child)) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

/**
 * @param {string} text
 * @returns {LogLine}
 */
function parseLine(text) {
  try {
    const line = JSON.parse(text);
    if (typeof line?.msg === 'string') return line;
  } catch {
    // Not JSON: a stack trace of a crash, or the runtime's own warning.
  }
  return { level: 0, msg: text };
}

/**
 * @param {LogLine} ready
 * @returns {Ports}
 */
function portsOf(ready) {
  const port = (/** @type {string} */ name) => {
    const value = ready[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    http: port('http') ?? 0,
    mqtt: port('mqtt'),
    https: port('https'),
    mqtts: port('mqtts'),
    discovery: port('discovery'),
  };
}
