/** One run of the load tool against one server, and what the server has kept of it afterwards. */
import { runQuietly } from '../../scripts/bootstrap/run.mjs';

/** @import { Cell, Settings } from './cells.mjs' */
/** @import { Pipeline } from './pipelines.mjs' */
/** @import { Server } from './servers.mjs' */
/** @import { Run } from './tables.mjs' */

/** A store may show a moment later what it took; when nothing more comes for this long, it is lost. */
const STORED_QUIET_MS = 3000;
const STORED_EVERY_MS = 200;
/** Messages of each publisher before it is known how many a pipeline keeps in a second. */
const FIRST_EACH = 20;
/** What a broker has to hold for its script stays within reason. */
const EACH_MAX = 20_000;

/**
 * @typedef {object} Measuring
 * @property {string} tool the load tool
 * @property {number} publishers
 * @property {Map<string, number>} pipelineRates what each pipeline kept per second the last time
 */

/**
 * @param {Measuring} measuring
 * @param {Cell} cell
 * @param {Server} server
 * @param {{ settings: Settings, round: number }} how
 * @returns {Promise<Run>}
 */
export async function measure(measuring, cell, server, { settings, round }) {
  if (server.pipeline !== undefined)
    return measurePipeline(measuring, cell, { ...server, pipeline: server.pipeline }, { settings, round });
  const kept = await keptBy(cell, server);
  const said = await runTool(measuring.tool, cell, server, settings);
  const loopP99Ms = cell.shows === 'fleet' ? await server.loopDelayP99Ms?.() : undefined;
  const lost = kept === undefined ? (said.lost ?? 0) : await missing(kept.count, kept.before + said.acked);
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
    ...(loopP99Ms === undefined ? {} : { loopP99Ms, cores: said.broker_cpu }),
  };
}

/**
 * As many messages as the script keeps in the time of a run. The load tool is soon done with them; from the first one's
 * arrival until the last one is kept the script has the machine to itself and its broker.
 * @param {Measuring} measuring
 * @param {Cell} cell
 * @param {Server & { pipeline: Pipeline }} server
 * @param {{ settings: Settings, round: number }} how
 * @returns {Promise<Run>}
 */
async function measurePipeline({ tool, publishers, pipelineRates }, cell, server, { settings, round }) {
  const { pipeline } = server;
  const rate = pipelineRates.get(server.name);
  const wanted = rate === undefined ? FIRST_EACH : Math.round((rate * settings.seconds) / publishers);
  await pipeline.begin();
  const cpuBefore = pipeline.cpuS();
  const { acked } = await runTool(tool, cell, server, {
    ...settings,
    countEach: Math.min(Math.max(wanted, 1), EACH_MAX),
  });
  const lost = await missing(async () => (await pipeline.state()).stored, acked);
  const { stored, seconds } = await pipeline.state();
  const cpuUs = ((pipeline.cpuS() - cpuBefore) * 1e6) / stored;
  pipelineRates.set(server.name, stored / seconds);
  // It acknowledges before it keeps: its latency would say nothing beside one that waits.
  // The load tool looked at the machine for a small part of the time only.
  const none = { p50Us: Number.NaN, p99Us: Number.NaN, kbEach: Number.NaN, otherCpu: Number.NaN };
  return { server: server.name, round, rate: stored / seconds, cpuUs, ...none, lost };
}

/**
 * @param {string} tool
 * @param {Cell} cell
 * @param {Server} server
 * @param {Settings} settings
 */
async function runTool(tool, cell, server, settings) {
  const args = await cell.args(server, settings);
  const ran = await runQuietly(tool, [...args, '--port', String(server.port), '--pid', String(server.pid)]);
  const line = ran.output.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`${cell.id} on ${server.name}: the load tool failed\n${ran.output}`);
  const said = JSON.parse(line);
  if (said.stalled || said.timeout) console.error(`${cell.id} on ${server.name}: stalled, ${said.lost ?? 0} missing`);
  return said;
}

/**
 * What the server's store has already of what the cell sends, and how to count it; `undefined`: it keeps none.
 * @param {Cell} cell
 * @param {Server} server
 * @returns {Promise<{ count: () => Promise<number>, before: number } | undefined>}
 */
async function keptBy(cell, { countScores, countReadings }) {
  if (cell.keeps === 'scores') return countScores && { count: countScores, before: await countScores() };
  if (cell.keeps !== 'readings' || countReadings === undefined) return undefined;
  // A publisher with more than one reading a millisecond has run ahead of the clock; two readings of one time are one.
  const isPast = async () => cell.alone !== undefined || (await countReadings(Date.now())) === 0;
  while (!(await isPast())) await new Promise((resolve) => setTimeout(resolve, STORED_EVERY_MS));
  const sinceMs = Date.now();
  return { count: () => countReadings(sinceMs), before: 0 };
}

/**
 * How many the store still lacks when it has had time to show all.
 * @param {() => Promise<number>} count
 * @param {number} expected
 */
async function missing(count, expected) {
  let best = -1;
  let bestMs = Date.now();
  for (;;) {
    const stored = await count();
    if (stored > best) {
      best = stored;
      bestMs = Date.now();
    }
    if (stored >= expected || Date.now() - bestMs > STORED_QUIET_MS) return expected - stored;
    await new Promise((resolve) => setTimeout(resolve, STORED_EVERY_MS));
  }
}
