/** The contenders of a bench: each starts on a free port of loopback, says how to sign in, and can be stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startHubServer } from './hub-server.mjs';
import { anybody, startMosquitto } from './mosquitto.mjs';
import { PIPELINES } from './pipelines.mjs';

/** @import { Pipeline } from './pipelines.mjs' */

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {number} port
 * @property {number} pid
 * @property {string[]} deviceArgs how the load tool signs in as devices
 * @property {() => Promise<string[]>} personArgs how it signs in as somebody who may use every topic
 * @property {() => Promise<number>} [countScores] in the store, by the API; absent: keeps none
 * @property {(sinceMs: number) => Promise<number>} [countReadings] likewise; of those that are not older
 * @property {() => Promise<number>} [loopDelayP99Ms] of the event loop, in the last ten seconds
 * @property {Pipeline} [pipeline] what stands behind the broker and keeps readings
 * @property {() => Promise<void>} stop
 * @typedef {{ devices: number, arePaired: boolean }} Prepare
 * @typedef {'broker' | 'pipeline' | 'hub'} Kind
 * @typedef {{ name: string, kind: Kind, start: (prepare?: Prepare) => Promise<Server> }} Contender
 */

/** The one everything is divided by stands first. */
/** @type {readonly Contender[]} */
export const CONTENDERS = [
  { name: 'mosquitto', kind: 'broker', start: () => startMosquitto('mosquitto') },
  { name: 'aedes', kind: 'broker', start: startAedes },
  ...PIPELINES,
  { name: 'ruche', kind: 'hub', start: (prepare) => startHubServer('ruche', 'commit', prepare) },
  { name: 'ruche sync', kind: 'hub', start: (prepare) => startHubServer('ruche sync', 'sync', prepare) },
];

/** @returns {Promise<Server>} */
async function startAedes() {
  const script = fileURLToPath(new URL('plain-aedes.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return anybody('aedes', JSON.parse(line).port, child, () => undefined);
}
