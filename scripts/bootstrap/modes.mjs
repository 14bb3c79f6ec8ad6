/** What each npm script does, once Node is known to be new enough. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../repo-files.mjs';
import { PARTS } from './freshness.mjs';
import { prepare, TOOL } from './prepare.mjs';
import { endWithUs, runInForeground, Stop } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { add, NOTHING, sentence } from './tally.mjs';

/** @import { Tally } from './tally.mjs' */

const HUB_MAIN = join(ROOT, PARTS.hub.output);
/** How soon the hub notices that npm is gone. */
const PARENT_LOOK_MS = 500;
/** Projects whose tests run longer when asked to. */
const LONG_PROJECTS = ['durability', 'hostility', 'sim'];

/** @type {Record<string, (args: string[]) => Promise<void>>} */
const MODES = { start, test, 'test-long': testLong, check, bench, dev, build: prepare };

/**
 * @param {string} mode
 * @param {string[]} args
 */
export async function runMode(mode, args) {
  const run = MODES[mode];
  try {
    if (run === undefined) throw new Stop(`Unknown mode "${mode}"; there is ${Object.keys(MODES).join(', ')}.`, 2);
    await run(args);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/**
 * The hub takes over this very process: signals, exit code and terminal are its own, and nobody lingers.
 * @param {string[]} args
 */
async function start(args) {
  await prepare();
  endWithParent();
  process.argv = [process.execPath, HUB_MAIN, 'start', ...args];
  await import(pathToFileURL(HUB_MAIN).href);
}

/** npm tells its shell to end, and a shell does not tell us: under npm, a parent that is gone means stop. */
function endWithParent() {
  const { ppid } = process;
  if (process.env.npm_lifecycle_event !== 'start') return;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_LOOK_MS);
  watch.unref();
}

/** @param {string[]} args with arguments only the tests they choose run */
async function test(args) {
  await counted(async () => {
    await ensureSystemPackages();
    await prepare();
    const { runSteps, runTests } = await import('../check.mjs');
    const steps = args.length === 0 ? await runSteps() : NOTHING;
    return add(steps, await runTests([], args));
  });
}

/** @param {string[]} args */
async function testLong(args) {
  await counted(async () => {
    await ensureSystemPackages();
    await prepare();
    const { runTests } = await import('../check.mjs');
    return runTests(LONG_PROJECTS, args, { ...process.env, RUCHE_TEST_LONG: '1' });
  });
}

async function check() {
  await counted(async () => {
    await prepare();
    const { runSteps, runTests } = await import('../check.mjs');
    return add(await runSteps(), await runTests(['unit', 'contract']));
  });
}

/** @param {string[]} args */
async function bench(args) {
  await prepare();
  process.exitCode = await runInForeground(process.execPath, [join(ROOT, 'scripts/bench.mjs'), ...args], { cwd: ROOT });
}

/**
 * The hub restarts when its compiled files change, the web app reloads by itself; all three end together.
 * @param {string[]} args
 */
async function dev(args) {
  await prepare();
  const programs = [
    [TOOL.tsc, '-p', 'hub/tsconfig.build.json', '--watch', '--preserveWatchOutput'],
    [TOOL.vite, 'dev', 'web'],
    ['--watch', '--watch-preserve-output', HUB_MAIN, 'start', ...args],
  ];
  const children = programs.map((program) => spawn(process.execPath, program, { cwd: ROOT, stdio: 'inherit' }));
  children.forEach(endWithUs);
  await new Promise((resolve) => {
    for (const child of children) child.on('exit', resolve).on('error', resolve);
  });
  for (const child of children) child.kill();
}

/**
 * Whatever happens, the last line is the count, and the exit code says the same.
 * @param {() => Promise<Tally>} work
 */
async function counted(work) {
  /** @type {Tally} */
  let tally = { ...NOTHING, failed: 1 };
  try {
    tally = await work();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
  } finally {
    if (tally.failed > 0) process.exitCode = 1;
    console.log(sentence(tally));
  }
}
