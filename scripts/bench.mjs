/**
 * `npm run bench -- [--rounds 3] [--seconds 3] [--only <cell>,…] [--servers <name>,…]`: the same load on this hub, plain
 * Aedes, Mosquitto and scripts behind it in one run, as Markdown on standard output. Not part of any check: it wants the machine to itself.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CELLS, PUBLISHERS } from '../tests/load/cells.mjs';
import { measure } from '../tests/load/measure.mjs';
import { whyNoPipeline } from '../tests/load/pipelines.mjs';
import { probe, probed } from '../tests/load/probe.mjs';
import { REPORTS } from '../tests/load/reports.mjs';
import { CONTENDERS } from '../tests/load/servers.mjs';
import { table } from '../tests/load/tables.mjs';
import { ROOT } from './repo-files.mjs';

/** @import { Cell, Settings } from '../tests/load/cells.mjs' */
/** @import { Probe } from '../tests/load/probe.mjs' */
/** @import { Contender, Kind, Server } from '../tests/load/servers.mjs' */
/** @import { Run } from '../tests/load/tables.mjs' */

const WORK = join(ROOT, 'tests/.tmp/bench');
const TOOL = join(WORK, 'mqload');
const PAYLOADS = {
  scores: '{"device_id":"bench-%04C","username":"","score":%S}',
  readings: '{"t":%M,"v":{"temperature":%V,"humidity":%V}}',
};
const WARM_UP_S = 1;
/** @type {readonly Kind[]} */
const USUAL = ['broker', 'hub'];
const measuring = { tool: TOOL, publishers: PUBLISHERS, pipelineRates: new Map() };

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
      servers: { type: 'string' },
    },
  });
  const wanted = chosen([...CELLS, ...REPORTS], values.only, (cell) => cell.id);
  const cells = withBare(CELLS.filter((cell) => wanted.includes(cell)));
  const contenders = able(chosen(CONTENDERS, values.servers, (contender) => contender.name));
  mkdirSync(WORK, { recursive: true });
  buildTool();
  const settings = { seconds: Number(values.seconds), payloadFiles: writePayloads() };

  console.log(machine(settings, Number(values.rounds)));
  const steady = cells.filter((cell) => cell.alone === undefined);
  /** @type {Probe[]} */
  const probes = [];
  const beforeRound = async () => void probes.push(await probe());
  const plan = { contenders, settings, rounds: Number(values.rounds), beforeRound };
  const runs = steady.length === 0 ? new Map() : await runSteady(steady, plan);
  if (probes.length > 0) console.log(`\n${probed(probes)}`);
  const runsOf = (/** @type {string | undefined} */ id) => runs.get(id ?? '') ?? [];
  for (const cell of steady) console.log(`\n${table(cell, runsOf(cell.id), runsOf(cell.bare))}`);
  for (const cell of cells) if (cell.alone !== undefined) console.log(`\n${table(cell, await runAlone(cell, plan))}`);
  for (const report of REPORTS)
    if (wanted.includes(report)) console.log(`\n${await report.make({ tool: TOOL, settings })}`);
}

/**
 * A cell that is a share of another one needs it in the same run.
 * @param {readonly Cell[]} cells
 */
function withBare(cells) {
  return CELLS.filter((cell) => cells.includes(cell) || cells.some(({ bare }) => bare === cell.id));
}

/** @param {readonly Contender[]} contenders */
function able(contenders) {
  const why = contenders.some(({ kind }) => kind === 'pipeline') ? whyNoPipeline() : undefined;
  if (why === undefined) return contenders;
  console.error(why);
  return contenders.filter(({ kind }) => kind !== 'pipeline');
}

function writePayloads() {
  const payloadFiles = { scores: join(WORK, 'score.json'), readings: join(WORK, 'readings.json') };
  writeFileSync(payloadFiles.scores, PAYLOADS.scores);
  writeFileSync(payloadFiles.readings, PAYLOADS.readings);
  return payloadFiles;
}

/**
 * @param {Cell} cell
 * @param {Contender} contender
 */
const takesPart = ({ takePart = USUAL }, { kind }) => takePart.includes(kind);

/**
 * @typedef {object} Plan
 * @property {readonly Contender[]} contenders
 * @property {Settings} settings
 * @property {number} rounds
 * @property {() => Promise<void>} beforeRound
 */

/**
 * All servers stay up; rounds take turns and every other one runs backwards, so that nobody always goes first.
 * @param {readonly Cell[]} cells
 * @param {Plan} plan
 * @returns {Promise<Map<string, Run[]>>}
 */
async function runSteady(cells, { contenders, settings, rounds, beforeRound }) {
  /** @type {{ contender: Contender, server: Server }[]} */
  const stands = [];
  /** @type {Map<string, Run[]>} */
  const runs = new Map(cells.map((cell) => [cell.id, []]));
  try {
    for (const contender of contenders) {
      if (!cells.some((cell) => takesPart(cell, contender))) continue;
      stands.push({ contender, server: await contender.start({ devices: PUBLISHERS, arePaired: true }) });
    }
    const short = { ...settings, seconds: WARM_UP_S };
    for (const { contender, server } of stands) {
      for (const cell of cells) {
        if (takesPart(cell, contender)) await measure(measuring, cell, server, { settings: short, round: 0 });
      }
    }
    for (let round = 1; round <= rounds; round++) {
      await beforeRound();
      for (const cell of cells) {
        const present = stands.filter(({ contender }) => takesPart(cell, contender));
        for (const { server } of round % 2 === 1 ? present : present.toReversed()) {
          runs.get(cell.id)?.push(await measure(measuring, cell, server, { settings, round }));
        }
      }
    }
  } finally {
    for (const { server } of stands) await server.stop();
  }
  for (const list of runs.values()) sortBy(list, contenders);
  return runs;
}

/**
 * Each run with a server of its own.
 * @param {Cell} cell
 * @param {Plan} plan
 */
async function runAlone(cell, { contenders, settings, rounds }) {
  /** @type {Run[]} */
  const runs = [];
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      if (!takesPart(cell, contender)) continue;
      const server = await contender.start(cell.alone);
      try {
        runs.push(await measure(measuring, cell, server, { settings, round }));
      } finally {
        await server.stop();
      }
    }
  }
  return runs;
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
