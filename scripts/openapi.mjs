/**
 * The API description of the running hub against tests/contract/api.golden.json, so that no change of the API goes
 * unseen. `--write` takes today's description as the new golden file.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endHub, spawnHub } from './hub-process.mjs';
import { ROOT } from './repo-files.mjs';

const GOLDEN = 'tests/contract/api.golden.json';
/** Enough to see what kind of change it is. */
const DIFFERENCES_SHOWN = 30;

/** @returns {Promise<unknown>} */
async function describeApi() {
  const dataDir = mkdtempSync(join(tmpdir(), 'ruche-openapi-'));
  try {
    const { child, ports } = await spawnHub(dataDir, { env: { RUCHE_MQTT_PORT: 'off' } });
    try {
      const answer = await fetch(`http://127.0.0.1:${ports.http}/openapi.json`);
      if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
      return await answer.json();
    } finally {
      await endHub(child);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * Where two JSON values differ, as sentences with JSON pointers.
 * @param {unknown} before
 * @param {unknown} after
 * @param {string} [at]
 * @returns {string[]}
 */
export function differences(before, after, at = '') {
  if (before === after) return [];
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (before === undefined) return [`${at} is new`];
    if (after === undefined) return [`${at} is gone`];
    return [`${at} was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    differences(before[name], after[name], `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/**
 * The same description always gives the same text: keys in order, nothing of this machine.
 * @param {unknown} value
 * @returns {unknown}
 */
export function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, inOrder(value[key])]),
  );
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {readonly string[]} argv */
async function main(argv) {
  const described = await describeApi();
  const { servers: _, ...api } = isObject(described) ? described : {};
  const today = inOrder(api);
  const path = join(ROOT, GOLDEN);
  if (argv.includes('--write')) {
    writeFileSync(path, `${JSON.stringify(today, null, 2)}\n`);
    console.log(`${GOLDEN} written`);
    return;
  }
  const golden = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const found = differences(golden, today);
  if (found.length === 0) return;
  for (const line of found.slice(0, DIFFERENCES_SHOWN)) console.error(line);
  if (found.length > DIFFERENCES_SHOWN) console.error(`and ${found.length - DIFFERENCES_SHOWN} more`);
  console.error(`The API is not what ${GOLDEN} says. If that is wanted: node scripts/openapi.mjs --write`);
  process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
