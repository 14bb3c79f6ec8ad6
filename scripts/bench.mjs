/**
 * `npm run bench -- [--rounds 3] [--seconds 3] [--only <cell>,…] [--servers <name>,…]`: the same load on this hub, plain
 * Aedes and Mosquitto in one run, as Markdown on standard output. Not part of any check: it wants the machine to itself.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CELLS, PUBLISHERS } from '../tests/load/cells.mjs';
import { probe, probed } from '../tests/load/probe.mjs';
import { CONTENDERS } from '../tests/load/servers.mjs';
import { table } from '../tests/load/tables.mjs';
import { runQuietly } from './bootstrap/run.mjs';
import { ROOT } from './repo-files.mjs';

/** @import { Cell, Settings } from '../tests/load/cells.mjs' */
/** @import { Probe } from '../tests/load/probe.mjs' */
/** @import { Contender, Server } from '../tests/load/servers.mjs' */
/** @import { Run } from '../tests/load/tables.mjs' */

const WORK = join(ROOT, 'tests/.tmp/bench');
const TOOL = join(WORK, 'mqload');
const PAYLOAD = '{"device_id":"bench-%04C","username":"","score":%S}';
/** The store may answer a moment after the last QoS 0 message was taken; when nothing more comes for this long, it is lost. */
const STORED_QUIET_MS = 3000;
const STORED_EVERY_MS = 200;
const WARM_UP_S = 1;

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
      servers: { type: 'string' },
    },
  });
  const cells = chosen(CELLS, values.only, (cell) => cell.id);
  const contenders = chosen(CONTENDERS, values.servers, (contender) => contender.name);
  mkdirSync(WORK, { recursive: true });
  buildTool();
  const payloadFile = join(WORK, 'score.json');
  writeFileSync(payloadFile, PAYLOAD);
  const settings = { seconds: Number(values.seconds), payloadFile };

  console.log(machine(settings, Number(values.rounds)));
  const steady = cells.filter((cell) => cell.shows !== 'connections');
  /** @type {Probe[]} */
  const probes = [];
  const beforeRound = async () => void probes.push(await probe());
  const plan = { contenders, settings, rounds: Number(values.rounds), beforeRound };
  const runs = steady.length === 0 ? new Map() : await runSteady(steady, plan);
  if (probes.length > 0) console.log(`\n${probed(probes)}`);
  for (const cell of steady) console.log(`\n${table(cell, runs.get(cell.id) ?? [])}`);
  for (const cell of cells.filter((one) => one.shows === 'connections')) {
    console.log(`\n${table(cell, await runFresh(cell, contenders, settings, Number(values.rounds)))}`);
  }
}

/**
 * All servers stay up; rounds take turns and every other one runs backwards, so that nobody always goes first.
 * @param {readonly Cell[]} cells
 * @param {{ contenders: readonly Contender[], settings: Settings, rounds: number, beforeRound: () => Promise<void> }} plan
 * @returns {Promise<Map<string, Run[]>>}
 */
async function runSteady(cells, { contenders, settings, rounds, beforeRound }) {
  /** @type {Server[]} */
  const servers = [];
  /** @type {Map<string, Run[]>} */
  const runs = new Map(cells.map((cell) => [cell.id, []]));
  try {
    for (const { start } of contenders) servers.push(await start({ devices: PUBLISHERS }));
    for (const server of servers) {
      for (const cell of cells) await measure(cell, server, { ...settings, seconds: WARM_UP_S }, 0);
    }
    for (let round = 1; round <= rounds; round++) {
      await beforeRound();
      for (const cell of cells) {
        for (const server of round % 2 === 1 ? servers : servers.toReversed()) {
          runs.get(cell.id)?.push(await measure(cell, server, settings, round));
        }
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  for (const list of runs.values()) sortBy(list, contenders);
  return runs;
}

/**
 * Memory per connection needs a process that has seen nothing yet.
 * @param {Cell} cell
 * @param {readonly Contender[]} contenders
 * @param {Settings} settings
 * @param {number} rounds
 */
async function runFresh(cell, contenders, settings, rounds) {
  /** @type {Run[]} */
  const runs = [];
  for (let round = 1; round <= rounds; round++) {
    for (const { start } of contenders) {
      const server = await start();
      try {
        runs.push(await measure(cell, server, settings, round));
      } finally {
        await server.stop();
      }
    }
  }
  return runs;
}

/**
 * @param {Cell} cell
 * @param {Server} server
 * @param {Settings} settings
 * @param {number} round
 * @returns {Promise<Run>}
 */
async function measure(cell, server, settings, round) {
  const before = cell.isStored ? await server.countStored() : undefined;
  const args = await cell.args(server, settings);
  const ran = await runQuietly(TOOL, [...args, '--port', String(server.port), '--pid', String(server.pid)]);
  const line = ran.output.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`${cell.id} on ${server.name}: the load tool failed\n${ran.output}`);
  const said = JSON.parse(line);
  if (said.stalled || said.timeout) console.error(`${cell.id} on ${server.name}: stalled, ${said.lost ?? 0} missing`);
  const lost = before === undefined ? (said.lost ?? 0) : await missing(server, before + said.acked);
  return {
    server: server.name,
    round,
    rate: said.conns_per_s ?? said.msgs_per_s,
    cpuUs: said.broker_us_per_msg ?? Number.NaN,
    p50Us: said[cell.latency]?.p50 ?? Number.NaN,
    p99Us: said[cell.latency]?.p99 ?? Number.NaN,
    kbEach: said.kb_per_conn ?? Number.NaN,
    lost,
    otherCpu: said.other_cpu,
  };
}

/**
 * How many scores the store still lacks when it has had time to show all.
 * @param {Server} server
 * @param {number} expected
 */
async function missing(server, expected) {
  let best = -1;
  let bestMs = Date.now();
  for (;;) {
    const stored = (await server.countStored()) ?? expected;
    if (stored > best) {
      best = stored;
      bestMs = Date.now();
    }
    if (stored >= expected || Date.now() - bestMs > STORED_QUIET_MS) return expected - stored;
    await new Promise((resolve) => setTimeout(resolve, STORED_EVERY_MS));
  }
}

function buildTool() {
  const made = spawnSync('make', ['-s', '-C', join(ROOT, 'tests/load/mqload'), `OUT=${TOOL}`], { encoding: 'utf8' });
  if (made.status === 0) return;
  throw new Error(
    `The load tool cannot be built; it needs make and a C compiler.\n${made.stderr ?? made.error?.message}`,
  );
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {string | undefined} names
 * @param {(one: T) => string} nameOf
 * @returns {readonly T[]}
 */
function chosen(all, names, nameOf) {
  if (names === undefined) return all;
  const wanted = names.split(',');
  const unknown = wanted.filter((name) => !all.some((one) => nameOf(one) === name));
  if (unknown.length > 0) throw new Error(`No ${unknown.join(', ')}; there is ${all.map(nameOf).join(', ')}`);
  return all.filter((one) => wanted.includes(nameOf(one)));
}

/**
 * @param {Run[]} runs
 * @param {readonly Contender[]} contenders
 */
function sortBy(runs, contenders) {
  const place = (/** @type {Run} */ run) => contenders.findIndex((one) => one.name === run.server);
  runs.sort((a, b) => place(a) - place(b) || a.round - b.round);
}

/**
 * @param {Settings} settings
 * @param {number} rounds
 */
function machine(settings, rounds) {
  const version = spawnSync('mosquitto', ['-h'], { encoding: 'utf8', env: { PATH: `${process.env.PATH}:/usr/sbin` } });
  const mosquitto = /version ([\d.]+)/.exec(version.stdout ?? '')?.[1] ?? 'not installed';
  const day = new Date().toISOString().slice(0, 10);
  return (
    `${day}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, mosquitto ${mosquitto}; ` +
    `medians of ${rounds} rounds of ${settings.seconds} s, ${PUBLISHERS} publishers, ratios to mosquitto in the same round.`
  );
}

await main();
