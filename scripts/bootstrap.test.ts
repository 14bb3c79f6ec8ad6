/** What the two commands promise: nothing done twice, nothing lingering, failures in sentences. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../tests/helpers/until.ts';
import { isInstalled, sourceHash, staleParts, stampPart } from './bootstrap/freshness.mjs';
import { missingPackages } from './bootstrap/system-packages.mjs';
import { add, NOTHING, sentence, tallyVitest } from './bootstrap/tally.mjs';
import { ROOT } from './repo-files.mjs';

const BUILD_TIMEOUT_MS = 60_000;
const folders: string[] = [];
const children: ChildProcess[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A folder with these files. */
function makeTree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'ruche-tree-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('installed', () => {
  const lock = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages });
  const left = { version: '1.0.0', integrity: 'sha512-a' };

  test('what npm installed matches the lockfile', () => {
    const root = makeTree({
      'package-lock.json': lock({ '': {}, 'node_modules/left': left, 'node_modules/mac': { ...left, optional: true } }),
      'node_modules/.package-lock.json': lock({ 'node_modules/left': left }),
    });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ['nothing is installed', undefined],
    ['an install was cut off', '{"packages":'],
    ['a package is missing', lock({})],
    ['a version changed', lock({ 'node_modules/left': { ...left, version: '0.9.0' } })],
    ['the contents changed', lock({ 'node_modules/left': { ...left, integrity: 'sha512-b' } })],
    ['a package is too many', lock({ 'node_modules/left': left, 'node_modules/right': left })],
  ])('install again when %s', (_, hidden) => {
    const root = makeTree({
      'package-lock.json': lock({ '': {}, 'node_modules/left': left }),
      ...(hidden === undefined ? {} : { 'node_modules/.package-lock.json': hidden }),
    });
    expect(isInstalled(root)).toBe(false);
  });
});

describe('built', () => {
  function builtTree(): string {
    const root = makeTree({
      'package.json': '{}',
      'hub/main.ts': '// hub',
      'hub/main.test.ts': '// test',
      'hub/contract/a.ts': '// shared',
      'web/index.html': '<p>',
      'dist/hub/main.js': '',
      'dist/web/index.html': '',
    });
    for (const part of ['hub', 'web'] as const) stampPart(root, part, sourceHash(root, part));
    return root;
  }

  test('nothing is stale after a build, whatever the dates say', () => {
    const root = builtTree();
    utimesSync(join(root, 'hub/main.ts'), new Date(), new Date());
    expect(staleParts(root)).toEqual([]);
  });

  test.each([
    ['a file of the hub changed', 'hub/main.ts', ['hub']],
    ['a new file of the web app came', 'web/src/new.ts', ['web']],
    ['the contract changed', 'hub/contract/a.ts', ['hub', 'web']],
    ['the lockfile changed', 'package-lock.json', ['hub', 'web']],
    ['a test changed: nothing', 'hub/main.test.ts', []],
    ['the stamp broke', 'dist/.stamp', ['hub', 'web']],
  ])('stale when %s', (_, path, parts) => {
    const root = builtTree();
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'changed');
    expect(staleParts(root)).toEqual(parts);
  });

  test('stale when the output is gone', () => {
    const root = builtTree();
    rmSync(join(root, 'dist/web'), { recursive: true });
    expect(staleParts(root)).toEqual(['web']);
  });
});

describe('npm start', () => {
  /** The smallest hub: says what it was given, stops with its own exit code. */
  const HUB = `/** A hub for this test. */
    const timer = setInterval(() => undefined, 1000);
    process.on('SIGTERM', () => { clearInterval(timer); process.exitCode = 7; });
    process.on('SIGINT', () => { clearInterval(timer); process.exitCode = 8; });
    process.stdout.write(JSON.stringify({ argv: process.argv.slice(2), pid: process.pid }) + '\\n');
    export {};`;
  let root = '';

  beforeAll(() => {
    root = makeTree({ 'hub/main.ts': HUB, 'web/index.html': '<!doctype html><title>t</title>' });
    for (const path of [
      'scripts',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'hub/tsconfig.json',
      'hub/tsconfig.build.json',
    ]) {
      cpSync(join(ROOT, path), join(root, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  });

  async function start(): Promise<{ child: ChildProcess; said: () => string }> {
    const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'start', '--', '--http-port', '0'], { cwd: root });
    children.push(child);
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await until(() => said.includes('"pid"') || child.exitCode !== null, {
      timeoutMs: BUILD_TIMEOUT_MS,
      what: 'the hub',
    });
    return { child, said: () => said };
  }

  async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    const ended = once(child, 'exit');
    child.kill(signal);
    return (await ended)[0];
  }

  test('the first start builds, the second starts at once; both end when told to', {
    timeout: BUILD_TIMEOUT_MS,
  }, async () => {
    const first = await start();
    expect(first.said()).toContain('building hub and web…');
    expect(first.said()).toContain('"argv":["start","--http-port","0"]');
    expect(first.said()).toContain(`"pid":${first.child.pid}`);
    expect(await endWith(first.child, 'SIGTERM')).toBe(7);
    const builtMs = statSync(join(root, 'dist/hub/main.js')).mtimeMs;

    const second = await start();
    expect(second.said()).not.toContain('installing');
    expect(second.said()).not.toContain('building');
    expect(await endWith(second.child, 'SIGINT')).toBe(8);
    expect(statSync(join(root, 'dist/hub/main.js')).mtimeMs).toBe(builtMs);
  });

  test('sources that do not compile stop the start with the compiler’s words', {
    timeout: BUILD_TIMEOUT_MS,
  }, async () => {
    writeFileSync(join(root, 'hub/main.ts'), 'export const a: string = 5;');
    const { child, said } = await start();
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(1);
    expect(said()).toContain('Building hub failed');
    expect(said()).toContain("not assignable to type 'string'");
    expect(said()).not.toContain('    at ');
  });
});

describe('failures are sentences', () => {
  async function run(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } });
    children.push(child);
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, said };
  }

  test('a Node that is too old', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.1' } })";
    const { code, said } = await run(ROOT, [
      '--import',
      `data:text/javascript,${older}`,
      'scripts/bootstrap.mjs',
      'build',
    ]);
    expect(code).toBe(1);
    expect(said).toBe('Ruche needs Node 20.19 or newer; this is 18.19.1. Get one from https://nodejs.org.\n');
  });

  test('a mode that does not exist', async () => {
    const { code, said } = await run(ROOT, ['scripts/bootstrap.mjs', 'fly']);
    expect(code).toBe(2);
    expect(said).toContain('Unknown mode "fly"');
  });

  test('no network at the first start', { timeout: BUILD_TIMEOUT_MS }, async () => {
    const root = makeTree({});
    for (const path of ['scripts', 'package.json', 'package-lock.json'])
      cpSync(join(ROOT, path), join(root, path), { recursive: true });
    // Port 9 of this machine: nobody listens there.
    const { code, said } = await run(root, ['scripts/bootstrap.mjs', 'build'], {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(root, 'cache'),
    });
    expect(code).toBe(1);
    expect(said).toContain('Installing needs the npm registry once, and it cannot be reached.');
  });
});

describe('the count', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

  test('sums steps and tests in the last line', () => {
    const tally = add({ ...NOTHING, passed: 2 }, tallyVitest(report, 0));
    expect(sentence(tally)).toBe('5 passed, 0 failed, 1 skipped');
    expect(sentence({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
  });

  test('a runner that died, a file that cannot be loaded and a stray error each count as a failure', () => {
    expect(tallyVitest(undefined, 139).failed).toBe(1);
    const broken = { ...report, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(tallyVitest(broken, 1).failed).toBe(1);
    expect(tallyVitest(report, 1).failed).toBe(1);
  });
});

test('a missing program is asked for by its package', () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages((program) => program !== 'ip' && program !== 'mosquitto_pub')).toEqual([
    'mosquitto-clients',
    'iproute2',
  ]);
  expect(missingPackages((program) => program !== 'chromium')).toEqual([]);
});
