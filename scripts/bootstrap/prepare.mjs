/** Makes a checkout ready: installs the locked dependencies and builds what is stale, and nothing that is not. */
import { accessSync, constants, existsSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repo-files.mjs';
import { isInstalled, sourceHash, staleParts, stampPart } from './freshness.mjs';
import { runQuietly, Stop, withProgress } from './run.mjs';

/** @import { Part } from './freshness.mjs' */

const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/;
const NO_SPACE = /ENOSPC/;
/** Lines of a failed program's output that are worth showing. */
const SHOWN_LINES = 25;

/** The programs of our dependencies, run with the Node that runs us. */
export const TOOL = {
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  vite: join(ROOT, 'node_modules/vite/bin/vite.js'),
  vitest: join(ROOT, 'node_modules/vitest/vitest.mjs'),
  biome: join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
};

export async function prepare() {
  await install();
  await buildStale();
}

export async function install() {
  if (isInstalled(ROOT)) return;
  mustBeWritable(ROOT);
  const modules = join(ROOT, 'node_modules');
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    throw new Stop('node_modules is a link and does not match package-lock.json: run "npm ci" where it points to.');
  }
  const { command, args } = npmCommand(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  const ran = await withProgress('installing', () => runQuietly(command, args, { cwd: ROOT }));
  if (ran.code === 0) return;
  if (NO_NETWORK.test(ran.output)) {
    throw new Stop(`Installing needs the npm registry once, and it cannot be reached.\n${head(ran.output)}`);
  }
  if (NO_SPACE.test(ran.output)) throw new Stop('Installing failed: the disk is full.');
  throw new Stop(`Installing failed ("npm ci", code ${ran.code}):\n${head(ran.output)}`);
}

export async function buildStale() {
  const parts = staleParts(ROOT);
  if (parts.length === 0) return;
  mustBeWritable(existsSync(join(ROOT, 'dist')) ? join(ROOT, 'dist') : ROOT);
  const failures = await withProgress(`building ${parts.join(' and ')}`, () => Promise.all(parts.map(build)));
  const told = failures.filter((failure) => failure !== undefined);
  if (told.length > 0) throw new Stop(told.join('\n\n'));
}

/**
 * Builds beside the old output and swaps at the end, so a hub that runs meanwhile keeps its files.
 * @param {Part} part
 * @returns {Promise<string | undefined>} why it failed
 */
async function build(part) {
  const hash = sourceHash(ROOT, part);
  const output = join(ROOT, 'dist', part);
  const fresh = `${output}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const args =
    part === 'hub'
      ? [TOOL.tsc, '-p', 'hub/tsconfig.build.json', '--outDir', fresh]
      : [TOOL.vite, 'build', 'web', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
  const ran = await runQuietly(process.execPath, args, { cwd: ROOT });
  if (ran.code !== 0) return `Building ${part} failed:\n${head(ran.output)}`;
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
  stampPart(ROOT, part, hash);
  return undefined;
}

/** @param {string[]} args */
function npmCommand(args) {
  const npm = process.env.npm_execpath;
  const isScript = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  return isScript ? { command: process.execPath, args: [npm, ...args] } : { command: 'npm', args };
}

/** @param {string} folder */
function mustBeWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Stop(`Nothing can be written to ${folder}: run as the user it belongs to, or change its owner.`);
  }
}

/**
 * Compilers and npm say the important thing first.
 * @param {string} output
 */
const head = (output) => output.trim().split('\n').slice(0, SHOWN_LINES).join('\n');
