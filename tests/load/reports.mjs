/** What a bench measures of the hub alone, each in a way of its own: no contender has a history or pages. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly } from '../../scripts/bootstrap/run.mjs';
import { pixels } from './pixels.mjs';

/** @import { Settings } from './cells.mjs' */

/** @typedef {{ id: string, make: (with_: { tool: string, settings: Settings }) => Promise<string> }} Report Markdown */

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** @type {readonly Report[]} */
export const REPORTS = [
  { id: 'history', make: history },
  { id: 'pixels', make: pixels },
];

/** In a process of its own: its store must not share a heap with what was measured before. */
async function history() {
  const ran = await runQuietly(process.execPath, [join(HERE, 'history.mjs')]);
  if (ran.code !== 0) throw new Error(`history failed\n${ran.output}`);
  return `### A year of readings\n\n${ran.output.trim()}`;
}
