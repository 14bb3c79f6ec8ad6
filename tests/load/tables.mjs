/** Runs of the load tool as a table: medians, and each server divided by the first in the same round. */

/** @import { Cell } from './cells.mjs' */

/**
 * @typedef {object} Run
 * @property {string} server
 * @property {number} round
 * @property {number} rate per second
 * @property {number} cpuUs broker CPU per message, all threads
 * @property {number} p50Us
 * @property {number} p99Us
 * @property {number} kbEach memory per connection
 * @property {number} lost acknowledged or sent and not found where it should be
 * @property {number} otherCpu what the rest of the machine used, in cores
 * @property {number} [cores] what the server used, in cores
 * @property {number} [loopP99Ms] how late its event loop turned
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/**
 * @param {Cell} cell
 * @param {readonly Run[]} runs
 * @param {readonly Run[]} [bare] of the cell that this one is a share of
 * @returns {string} Markdown
 */
export function table(cell, runs, bare = []) {
  const servers = [...new Set(runs.map((run) => run.server))];
  const columns = COLUMNS[cell.shows];
  const rows = servers.map((server) => {
    const own = runs.filter((run) => run.server === server);
    return [server, ...columns.map(({ value }) => value(own, runs, bare))];
  });
  const lines = [['', ...columns.map(({ head }) => head)], ['---', ...columns.map(() => '---:')], ...rows];
  return [`### ${cell.title}`, '', ...lines.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/**
 * @param {readonly Run[]} own
 * @param {readonly Run[]} all
 * @param {(run: Run) => number} of
 */
function ratio(own, all, of) {
  const base = all[0]?.server;
  const ratios = own.map((run) => {
    const same = all.find((other) => other.server === base && other.round === run.round);
    return same === undefined ? Number.NaN : of(run) / of(same);
  });
  return `${median(ratios).toFixed(2)}×`;
}

/**
 * Of what the same server did in the other cell in the same round.
 * @param {readonly Run[]} own
 * @param {readonly Run[]} bare
 * @param {(run: Run, bare: Run) => number} of
 */
function share(own, bare, of) {
  const shares = own.flatMap((run) => {
    const same = bare.find((other) => other.server === run.server && other.round === run.round);
    return same === undefined ? [] : [of(run, same)];
  });
  return shares.length === 0 ? '–' : `${Math.round(median(shares) * 100)} %`;
}

/** @typedef {(own: readonly Run[], all: readonly Run[], bare: readonly Run[]) => string} Value */
/** @typedef {{ head: string, value: Value }} Column */

/** @type {Column} */
const CPU = { head: 'CPU µs/message', value: (own) => median(own.map((run) => run.cpuUs)).toFixed(1) };
/** @type {Column} */
const LATENCY = {
  head: 'p50 / p99',
  value: (own) => `${time(median(own.map((run) => run.p50Us)))} / ${time(median(own.map((run) => run.p99Us)))}`,
};
/** @type {Column} */
const LOST = { head: 'lost', value: (own) => String(Math.max(...own.map((run) => run.lost))) };
/** @type {Column} */
const OTHER = {
  head: 'other CPU',
  value(own) {
    const cores = median(own.map((run) => run.otherCpu));
    return Number.isNaN(cores) ? '–' : cores.toFixed(2);
  },
};

/** @type {Column} */
const RATE = { head: 'per second', value: (own) => whole(median(own.map((run) => run.rate))) };
/** @type {Column} */
const RATIO = { head: 'ratio', value: (own, all) => ratio(own, all, (run) => run.rate) };

/** @type {Record<Cell['shows'], readonly Column[]>} */
const COLUMNS = {
  rate: [
    RATE,
    RATIO,
    CPU,
    { head: 'CPU ratio', value: (own, all) => ratio(own, all, (run) => run.cpuUs) },
    LATENCY,
    LOST,
    OTHER,
  ],
  latency: [
    LATENCY,
    { head: 'p50 ratio', value: (own, all) => ratio(own, all, (run) => run.p50Us) },
    { head: 'p99 ratio', value: (own, all) => ratio(own, all, (run) => run.p99Us) },
    CPU,
    LOST,
    OTHER,
  ],
  connections: [
    { head: 'connects per second', value: (own) => whole(median(own.map((run) => run.rate))) },
    RATIO,
    { head: 'KB each', value: (own) => median(own.map((run) => run.kbEach)).toFixed(1) },
    { head: 'CPU µs/connect', value: (own) => median(own.map((run) => run.cpuUs)).toFixed(0) },
    LATENCY,
    OTHER,
  ],
  stored: [
    RATE,
    RATIO,
    { head: 'of bare rate', value: (own, _all, bare) => share(own, bare, (run, same) => run.rate / same.rate) },
    CPU,
    { head: 'bare CPU / CPU', value: (own, _all, bare) => share(own, bare, (run, same) => same.cpuUs / run.cpuUs) },
    LATENCY,
    LOST,
    OTHER,
  ],
  fleet: [
    LATENCY,
    { head: 'event loop p99', value: (own) => time(median(own.map((run) => run.loopP99Ms ?? Number.NaN)) * 1000) },
    { head: 'cores', value: (own) => median(own.map((run) => run.cores ?? Number.NaN)).toFixed(2) },
    CPU,
    LOST,
    OTHER,
  ],
};

/**
 * Delays beside what is wanted of their 95th percentile.
 * @param {readonly { name: string, ms: readonly number[], wantedMs: number }[]} rows
 * @returns {string} Markdown
 */
export function bounds(rows) {
  const lines = [
    ['', 'samples', 'p50 ms', 'p95 ms', 'slowest ms', 'wanted p95'],
    ['---', '---:', '---:', '---:', '---:', '---:'],
    ...rows.map(({ name, ms, wantedMs }) => {
      const sorted = [...ms].sort((a, b) => a - b);
      const at = (/** @type {number} */ share) =>
        sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
      const shown = [at(0.5), at(0.95), at(1)].map((value) => (value === undefined ? '–' : String(Math.round(value))));
      return [name, String(ms.length), ...shown, `< ${wantedMs}`];
    }),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {number} value */
const whole = (value) => Math.round(value).toLocaleString('en');

/** @param {number} us */
const time = (us) => (Number.isNaN(us) ? '–' : us < 1000 ? `${Math.round(us)} µs` : `${(us / 1000).toFixed(1)} ms`);
