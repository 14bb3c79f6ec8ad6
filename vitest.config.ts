/** The test projects: quick ones side by side, the ones that need the machine for themselves one after the other. */
import { defineConfig } from 'vitest/config';

/** Groups run in this order; projects of one group share the workers. */
const GROUP = { quick: 0, process: 1, alone: 2 } as const;
/** Two cores are what a small CI machine has. */
const WORKERS_MAX = 2;

const HOOK_TIMEOUT_MS = 60_000;

/** `npm run test:long` repeats more. */
const TIMES = process.env.RUCHE_TEST_LONG === '1' ? 10 : 1;

/** One folder of tests that start real processes: longer timeouts, one file at a time when `alone`. */
function processProject(name: string, options: { alone: boolean; timeoutMs: number }) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      testTimeout: options.timeoutMs * TIMES,
      hookTimeout: HOOK_TIMEOUT_MS,
      maxWorkers: options.alone ? 1 : WORKERS_MAX,
      sequence: { groupOrder: options.alone ? GROUP.alone : GROUP.process },
    },
  };
}

function quickProject(name: string, include: string[]) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      testTimeout: 10_000,
      // A hub that is started for several tests: how long that takes on a busy machine is nobody's promise.
      hookTimeout: HOOK_TIMEOUT_MS,
      sequence: { groupOrder: GROUP.quick },
    },
  };
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    pool: 'forks',
    maxWorkers: WORKERS_MAX,
    passWithNoTests: true,
    projects: [
      quickProject('unit', [
        'hub/**/*.test.ts',
        'web/**/*.test.{ts,tsx}',
        'scripts/**/*.test.ts',
        'tests/{helpers,load}/**/*.test.ts',
      ]),
      quickProject('contract', ['tests/contract/**/*.test.ts']),
      processProject('access', { alone: false, timeoutMs: 60_000 }),
      processProject('conformance', { alone: false, timeoutMs: 60_000 }),
      processProject('seeds', { alone: false, timeoutMs: 60_000 }),
      processProject('process', { alone: false, timeoutMs: 60_000 }),
      processProject('durability', { alone: true, timeoutMs: 300_000 }),
      processProject('hostility', { alone: true, timeoutMs: 300_000 }),
      processProject('sim', { alone: true, timeoutMs: 300_000 }),
      processProject('e2e', { alone: true, timeoutMs: 180_000 }),
    ],
  },
});
