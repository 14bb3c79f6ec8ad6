/** The sizes of the built web app against its budgets; `node scripts/budget.mjs` prints them, and fails above one. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parseSync } from 'vite';
import { listFiles, ROOT } from './repo-files.mjs';

const WEB = join(ROOT, 'dist/web');
/** Budgets count 1 KB as 1,024 bytes. */
const KB = 1024;
const BUDGETS_KB = { firstJs: 60, lazyChunk: 45, allJs: 260, css: 16, fonts: 56, language: 28 };
/** A chunk of this name has its own place in the sum; the flasher is for one page of one browser. */
const MQTT_CHUNK = /\bmqtt\b/i;
/** The page one lands on is fetched lazily too, but nobody has seen anything before it came. */
const FIRST_PAGE = /^overview-page\b/;
const FLASHER_CHUNK = /\b(flash|esptool|improv)/i;

/**
 * @typedef {{ name: string, bytes: number, limitKb: number, of: string }} Measure
 */

/**
 * @param {ReadonlyMap<string, Buffer>} files path below dist/web → contents
 * @returns {Measure[]}
 */
export function measure(files) {
  const scripts = [...files.keys()].filter((path) => path.endsWith('.js') && !FLASHER_CHUNK.test(posix.basename(path)));
  const first = firstScripts(files);
  const lazy = scripts.filter((path) => !first.has(path) && !MQTT_CHUNK.test(posix.basename(path)));
  const zipped = (/** @type {Iterable<string>} */ paths) =>
    sum(paths, (path) => gzipSync(read(files, path), { level: 9 }).length);
  const largest = lazy.map((path) => ({ path, bytes: zipped([path]) })).sort((a, b) => b.bytes - a.bytes)[0];
  const ending = (/** @type {string} */ end) => [...files.keys()].filter((path) => path.endsWith(end));
  return [
    { name: 'first JS, gzip', bytes: zipped(first), limitKb: BUDGETS_KB.firstJs, of: `${first.size} files` },
    {
      name: 'largest lazy chunk, gzip',
      bytes: largest?.bytes ?? 0,
      limitKb: BUDGETS_KB.lazyChunk,
      of: largest?.path ?? 'none',
    },
    { name: 'all JS, gzip', bytes: zipped(scripts), limitKb: BUDGETS_KB.allJs, of: `${scripts.length} files` },
    // a browser fetches one of them
    {
      name: 'largest language, gzip',
      ...largestOf(files, /\bassets\/[a-z]{2}-.*\.json$/),
      limitKb: BUDGETS_KB.language,
    },
    { name: 'CSS, gzip', bytes: zipped(ending('.css')), limitKb: BUDGETS_KB.css, of: `${ending('.css').length} files` },
    {
      name: 'fonts',
      bytes: sum(ending('.woff2'), (path) => read(files, path).length),
      limitKb: BUDGETS_KB.fonts,
      of: `${ending('.woff2').length} files`,
    },
  ];
}

/**
 * @param {ReadonlyMap<string, Buffer>} files
 * @param {RegExp} pattern
 */
function largestOf(files, pattern) {
  const found = [...files].filter(([path]) => pattern.test(path));
  const sizes = found.map(([path, content]) => ({ of: path, bytes: gzipSync(content, { level: 9 }).length }));
  return sizes.sort((a, b) => b.bytes - a.bytes)[0] ?? { of: 'none', bytes: 0 };
}

/**
 * What the browser must have for the first page: the scripts of index.html, the Overview, and everything they import
 * statically.
 * @param {ReadonlyMap<string, Buffer>} files
 */
function firstScripts(files) {
  const html = read(files, 'index.html').toString();
  const waiting = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((found) => found[1] ?? '');
  waiting.push(...[...files.keys()].filter((path) => path.endsWith('.js') && FIRST_PAGE.test(posix.basename(path))));
  /** @type {Set<string>} */
  const first = new Set();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (first.has(path) || !files.has(path)) continue;
    first.add(path);
    const { staticImports, staticExports } = parseSync(path, read(files, path).toString()).module;
    const targets = [
      ...staticImports.map((one) => one.moduleRequest.value),
      ...staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ];
    waiting.push(...targets.map((target) => posix.join(posix.dirname(path), target)));
  }
  return first;
}

/**
 * @param {ReadonlyMap<string, Buffer>} files
 * @param {string} path
 */
function read(files, path) {
  const content = files.get(path);
  if (content === undefined) throw new Error(`dist/web/${path} is missing: run "npm run build" first`);
  return content;
}

/**
 * @param {Iterable<string>} paths
 * @param {(path: string) => number} bytesOf
 */
function sum(paths, bytesOf) {
  let bytes = 0;
  for (const path of paths) bytes += bytesOf(path);
  return bytes;
}

function main() {
  const files = new Map(listFiles(['.'], WEB).map((path) => [path, readFileSync(join(WEB, path))]));
  for (const { name, bytes, limitKb, of } of measure(files)) {
    const isOver = bytes > limitKb * KB;
    console.log(`${isOver ? 'OVER' : 'ok  '}  ${name}: ${(bytes / KB).toFixed(1)} of ${limitKb} KB (${of})`);
    if (isOver) process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
