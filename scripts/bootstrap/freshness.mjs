/** Is what is installed and built still what the sources say? Contents decide, not dates: a checkout changes dates. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles } from '../repo-files.mjs';

/**
 * @typedef {'hub' | 'web'} Part
 * @typedef {{ sources: string[], files: string[], output: string }} PartFiles
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockEntry
 */

const STAMP = 'dist/.stamp';
const TEST_FILE = /\.(test|fixture)\.tsx?$/;
const SHARED_FILES = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** @type {Record<Part, PartFiles>} */
export const PARTS = {
  hub: { sources: ['hub'], files: SHARED_FILES, output: 'dist/hub/main.js' },
  web: { sources: ['web', 'hub/contract'], files: SHARED_FILES, output: 'dist/web/index.html' },
};

/**
 * npm leaves its own stamp, node_modules/.package-lock.json, as the last act of an install that worked. Packages for
 * other platforms are in the lockfile only.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const found = lockedPackages(join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined || found === undefined) return false;
  wanted.delete('');
  for (const [path, entry] of wanted) {
    const here = found.get(path);
    const mayMiss = entry.optional === true || entry.devOptional === true;
    if (here === undefined ? !mayMiss : here.version !== entry.version || here.integrity !== entry.integrity)
      return false;
  }
  return [...found.keys()].every((path) => wanted.has(path));
}

/**
 * The parts whose output is missing or was built from something else.
 * @param {string} root
 * @returns {Part[]}
 */
export function staleParts(root) {
  const stamp = readStamp(root);
  return partNames().filter((part) => {
    const isBuilt = existsSync(join(root, PARTS[part].output));
    return !isBuilt || stamp[part] !== sourceHash(root, part);
  });
}

/**
 * @param {string} root
 * @param {Part} part
 * @param {string} hash what `sourceHash` said before the build began
 */
export function stampPart(root, part, hash) {
  const path = join(root, STAMP);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...readStamp(root), [part]: hash }, null, 2)}\n`);
}

/**
 * @param {string} root
 * @param {Part} part
 */
export function sourceHash(root, part) {
  const { sources, files } = PARTS[part];
  const hash = createHash('sha256');
  for (const path of [...files, ...listFiles(sources, root).filter((name) => !TEST_FILE.test(name))]) {
    const content = existsSync(join(root, path)) ? readFileSync(join(root, path)) : '';
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @returns {Part[]} */
const partNames = () => ['hub', 'web'];

/**
 * @param {string} root
 * @returns {Partial<Record<Part, string>>}
 */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(join(root, STAMP), 'utf8'));
  } catch {
    return {}; // never built, or half a stamp: build
  }
}

/**
 * @param {string} path
 * @returns {Map<string, LockEntry> | undefined}
 */
function lockedPackages(path) {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages));
  } catch {
    return undefined; // missing or cut off: install
  }
}
