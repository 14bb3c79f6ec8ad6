/** The first command of every newcomer: `npm start` in a fresh clone installs, builds and runs; the second time it only runs. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../scripts/repo-files.mjs';
import { hubEnv } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { makePlace } from './run-ruche.ts';

/** Installing takes as long as the registry and the disk do. */
const FIRST_START_MS = 240_000;
const SECOND_START_MS = 30_000;
const STOP_MS = 12_000;

let place: Awaited<ReturnType<typeof makePlace>>;
let clone: string;
const running = new Set<Started>();

beforeAll(async () => {
  place = await makePlace();
  clone = place.path('ruche');
  // A checkout that belongs to somebody else may be cloned all the same: nothing of it is run by git.
  const trust = ['-c', 'safe.directory=*'];
  await promisify(execFile)('git', [
    ...trust,
    'clone',
    '--quiet',
    '--no-hardlinks',
    '--depth=1',
    `file://${ROOT}`,
    clone,
  ]);
});
afterAll(async () => {
  for (const { child } of running) signalGroup(child, 'SIGKILL');
  await place?.remove();
});

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
}

/** As a newcomer's shell would start it: nothing of this test run's npm and Vitest in the environment. */
function npmStart(): Started {
  const inherited = hubEnv(place.path('data'));
  const env = Object.fromEntries(
    Object.entries(inherited).filter(
      ([name]) => !/^(npm_(?!config_)|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/i.test(name),
    ),
  );
  const child = spawn('npm', ['start'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line));
  const started = { child, lines };
  running.add(started);
  return started;
}

const isReady = ({ child, lines }: Started): boolean => {
  if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${lines.join('\n')}`);
  return lines.some((line) => line.includes('"msg":"ready"'));
};

/** Resolves with the exit code of npm when nobody of its group is left. */
async function untilGone(started: Started): Promise<number | string | null> {
  const { child } = started;
  await until(() => !signalGroup(child, 0), { timeoutMs: STOP_MS, what: 'every process of npm start to be gone' });
  running.delete(started);
  expect(started.lines.some((line) => line.includes('"msg":"stopping"'))).toBe(true);
  return child.exitCode ?? child.signalCode;
}

/** False when there is no process in the group any more. */
function signalGroup({ pid = 0 }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

const made = (): number[] =>
  ['node_modules/.package-lock.json', 'dist/hub/main.js', 'dist/web/index.html', 'dist/.stamp'].map(
    (path) => statSync(`${clone}/${path}`).mtimeMs,
  );

it(
  'installs, builds and starts at first; starts at once at the second time; ends with Ctrl C and leaves nobody',
  async () => {
    expect(existsSync(`${clone}/node_modules`)).toBe(false);
    expect(existsSync(`${clone}/dist`)).toBe(false);
    const first = npmStart();
    await until(() => first.child.exitCode !== null || isReady(first), { timeoutMs: FIRST_START_MS, everyMs: 100 });
    expect(isReady(first)).toBe(true);
    expect(first.lines.join('\n')).toMatch(/installing[\s\S]*building hub and web/);
    const times = made();
    // Ctrl C: the terminal tells every process of the group, and npm tells its shell once more. The hub ends with 0;
    // npm repeats what its shell says, and dash says that it was interrupted.
    signalGroup(first.child, 'SIGINT');
    expect([0, 'SIGINT']).toContain(await untilGone(first));

    const second = npmStart();
    await until(() => second.child.exitCode !== null || isReady(second), { timeoutMs: SECOND_START_MS });
    expect(isReady(second)).toBe(true);
    expect(second.lines.join('\n')).not.toMatch(/installing|building/);
    expect(made()).toEqual(times);
    // A service manager tells npm alone, and npm its shell: the hub must notice.
    second.child.kill('SIGTERM');
    await untilGone(second);
    const { stdout } = await promisify(execFile)('git', ['-C', clone, 'status', '--porcelain']);
    expect(stdout).toBe('');
  },
  FIRST_START_MS + SECOND_START_MS + 2 * STOP_MS,
);
