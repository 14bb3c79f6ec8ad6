/**
 * `node tests/load/history.mjs [--readings 3153600] [--dir <folder>]`: a year of 10-second readings of one metric through
 * the store, then charts of it, as Markdown on standard output. Needs the built hub.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';

/** @param {string} path of the built hub */
const built = (path) => import(new URL(`../../dist/hub/${path}`, import.meta.url).href);
const { Charts } = await built('features/history/charts.js');
const { systemClock } = await built('lib/clock.js');
const { openLevel } = await built('store/level/open.js');

const STEP_MS = 10_000;
const DAY_MS = 86_400_000;
const YEAR_READINGS = (365 * DAY_MS) / STEP_MS;
const START_MS = Date.UTC(2025, 10, 20);
/** Readings that arrive together, each a message of its own. */
const COMMIT = 500;
const REPEATS = 15;
const POINTS = 600;
const RANGES = { year: 365, 'half a year': 182, month: 30, week: 7, day: 1, 'six hours': 0.25, hour: 1 / 24 };
const FLOORS = { raw: 0, minute: 0, hour: 0, day: 0 };

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: String(YEAR_READINGS) },
    dir: { type: 'string', default: 'tests/.tmp/bench/history' },
  },
});
const readings = Number(values.readings);
const endMs = START_MS + readings * STEP_MS;

await rm(values.dir, { recursive: true, force: true });
await mkdir(values.dir, { recursive: true });
const options = { dir: values.dir, durability: /** @type {const} */ ('commit'), log: pino({ level: 'silent' }) };
const first = await openLevel({ ...options, clock: systemClock });
const written = await measured(() => write(first.store));
const rolled = await measured(() => tend(first.store));
await first.store.close();
const { store } = await openLevel({ ...options, clock: systemClock });
const bytes = await bytesOf(values.dir);

console.log(
  `${readings.toLocaleString('en')} readings of one metric, ${POINTS} points a chart, Node ${process.version}\n`,
);
console.log(`- stored with ${each(written.cpuUs)} µs of CPU a reading, in ${(written.ms / 1000).toFixed(1)} s`);
console.log(`- rolled up with ${each(rolled.cpuUs)} µs of CPU a reading, in ${(rolled.ms / 1000).toFixed(1)} s`);
console.log(`- ${each(bytes)} bytes a reading on the disk, rollups included\n`);
console.log('| chart of a | points | median ms | slowest ms |');
console.log('| ---------- | -----: | --------: | ---------: |');
for (const [name, days] of Object.entries(RANGES)) console.log(await chart(name, days * DAY_MS));
await store.close();
await rm(values.dir, { recursive: true, force: true });

/** @param {import('../../hub/store/store.ts').Store} store */
async function write(store) {
  for (let at = 0; at < readings; at += COMMIT) {
    const writes = [];
    for (let one = at; one < Math.min(at + COMMIT, readings); one++) {
      writes.push(store.telemetry.put('bench', START_MS + one * STEP_MS, [['temperature', temperature(one)]]));
    }
    await store.commit(writes);
  }
}

/**
 * Warmer by day and in summer, with the noise of a sensor of two decimals.
 * @param {number} at
 */
function temperature(at) {
  const day = Math.sin((at * STEP_MS * 2 * Math.PI) / DAY_MS);
  const year = Math.sin((at * 2 * Math.PI) / YEAR_READINGS);
  return Math.round((15 + 10 * year + 4 * day + ((at * 7919) % 100) / 200) * 100) / 100;
}

/** @param {import('../../hub/store/store.ts').Store} store */
async function tend(store) {
  let hasMore = true;
  while (hasMore) hasMore = await store.telemetry.tend(endMs, FLOORS);
}

/**
 * @param {string} name
 * @param {number} lengthMs
 */
async function chart(name, lengthMs) {
  const charts = new Charts({ telemetry: store.telemetry, floors: () => FLOORS });
  const times = [];
  let points = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    // Not the same rows again and again, and the end of the range where nothing is rolled up yet.
    const toMs = endMs - (repeat % 2) * Math.min(lengthMs, DAY_MS / 3);
    const startedMs = performance.now();
    const answer = await charts.of('bench', ['temperature'], { fromMs: toMs - lengthMs, toMs, points: POINTS });
    times.push(performance.now() - startedMs);
    points = answer.get('temperature')?.t.length ?? 0;
  }
  times.sort((a, b) => a - b);
  return `| ${name} | ${points} | ${times[REPEATS >> 1]?.toFixed(1)} | ${times.at(-1)?.toFixed(1)} |`;
}

/** @param {() => Promise<void>} work */
async function measured(work) {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - startedMs, cpuUs: user + system };
}

/** @param {string} dir */
async function bytesOf(dir) {
  const files = await readdir(dir);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @param {number} total */
function each(total) {
  return (total / readings).toFixed(1);
}
