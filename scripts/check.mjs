/** The checks: what `npm run check` runs in under a minute, and `npm test` before its own tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOOL } from './bootstrap/prepare.mjs';
import { runInForeground, runQuietly } from './bootstrap/run.mjs';
import { add, NOTHING, tallyVitest } from './bootstrap/tally.mjs';
import { ROOT } from './repo-files.mjs';

/** @import { Tally } from './bootstrap/tally.mjs' */

const STEPS = [
  { name: 'format and lint', args: [TOOL.biome, 'check', '--diagnostic-level=error', '.'] },
  { name: 'types of hub', args: [TOOL.tsc, '-p', 'hub'] },
  { name: 'types of web', args: [TOOL.tsc, '-p', 'web'] },
  { name: 'types of scripts and tests', args: [TOOL.tsc, '-p', '.'] },
  { name: 'arrows', args: ['scripts/arrows.mjs'] },
  { name: 'docs', args: ['scripts/docs.mjs'] },
  { name: 'API description', args: ['scripts/openapi.mjs'] },
  { name: 'size of the web app', args: ['scripts/budget.mjs'] },
];
/** Steps side by side; two cores are what a small machine has. */
const STEPS_AT_ONCE = 2;

/** @returns {Promise<Tally>} each step counts as one */
export async function runSteps() {
  const waiting = [...STEPS];
  let tally = NOTHING;
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const ran = await runQuietly(process.execPath, step.args, { cwd: ROOT });
      const isFine = ran.code === 0;
      console.log(`${isFine ? 'ok  ' : 'FAIL'}  ${step.name} (${ran.seconds.toFixed(1)} s)`);
      if (!isFine) console.log(ran.output.trimEnd());
      tally = add(tally, isFine ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 });
    }
  };
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, worker));
  return tally;
}

/**
 * @param {readonly string[]} projects none: all of them
 * @param {readonly string[]} [args] handed to Vitest, for example a path
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Tally>}
 */
export async function runTests(projects, args = [], env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'ruche-report-'));
  const report = join(folder, 'report.json');
  const chosen = projects.flatMap((project) => ['--project', project]);
  try {
    const code = await runInForeground(
      process.execPath,
      [TOOL.vitest, 'run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      { cwd: ROOT, env },
    );
    return tallyVitest(readReport(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // the runner did not live long enough to write it
  }
}
