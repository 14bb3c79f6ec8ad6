/** The programs tests need beside Node: found on the machine, or installed with apt where that is allowed. */
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { runQuietly, Stop, withProgress } from './run.mjs';

/** A program (or a file) stands for its Debian package; any of the names will do. */
const NEEDED = [
  { packageName: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome'] },
  { packageName: 'mosquitto', programs: ['mosquitto'] },
  { packageName: 'mosquitto-clients', programs: ['mosquitto_pub'] },
  { packageName: 'g++', programs: ['g++'] },
  { packageName: 'make', programs: ['make'] },
  { packageName: 'socat', programs: ['socat'] },
  { packageName: 'iproute2', programs: ['ip'] },
  // No program: a module of Debian's own Python.
  { packageName: 'python3-paho-mqtt', programs: ['/usr/lib/python3/dist-packages/paho/mqtt/client.py'] },
];
/** Daemons live here, and a plain user's PATH does not. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
/** apt says what went wrong last. */
const OUTPUT_CHARS_SHOWN = 2000;
/** Debian asks this program before a package starts its service; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * @param {(program: string) => boolean} [isHere]
 * @returns {string[]} the packages that are missing
 */
export const missingPackages = (isHere = isOnPath) =>
  NEEDED.filter(({ programs }) => !programs.some(isHere)).map(({ packageName }) => packageName);

export async function ensureSystemPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const root = await rootPrefix();
  if (root === undefined || !isOnPath('apt-get')) {
    throw new Stop(`The tests need programs that are missing. On Debian or Ubuntu:\n\n  ${aptLine(missing)}\n`);
  }
  await withProgress(`installing ${missing.join(', ')}`, () => aptInstall(missing, root));
}

/**
 * The package mosquitto would start a broker on port 1883, which is ours: no service may start meanwhile.
 * @param {string[]} packages
 * @param {string[]} root
 */
async function aptInstall(packages, root) {
  const apt = (/** @type {string[]} */ ...args) => {
    const [command = '', ...rest] = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return runQuietly(command, rest);
  };
  const unblock = await blockServices(root);
  try {
    await apt('update'); // an outdated index is good enough when this fails
    const ran = await apt('install', '-y', '--no-install-recommends', ...packages);
    if (ran.code !== 0)
      throw new Stop(`apt could not install ${packages.join(' ')}:\n${ran.output.slice(-OUTPUT_CHARS_SHOWN)}`);
  } finally {
    await unblock();
  }
}

/**
 * @param {string[]} root
 * @returns {Promise<() => Promise<void>>} puts things back
 */
async function blockServices(root) {
  if (existsSync(POLICY)) return async () => undefined; // somebody's own policy stays
  if (root.length === 0) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return async () => rmSync(POLICY, { force: true });
  }
  const [command = '', ...rest] = root;
  await runQuietly(command, [
    ...rest,
    'sh',
    '-c',
    `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`,
  ]);
  return async () => void (await runQuietly(command, [...rest, 'rm', '-f', POLICY]));
}

/** @returns {Promise<string[] | undefined>} how to become root: nothing to add, sudo, or not at all */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!isOnPath('sudo')) return undefined;
  const asked = await runQuietly('sudo', ['-n', 'true']);
  return asked.code === 0 ? ['sudo', '-n'] : undefined;
}

/** @param {string[]} packages */
const aptLine = (packages) =>
  `sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`;

/** @param {string} program */
function isOnPath(program) {
  if (isAbsolute(program)) return existsSync(program);
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
