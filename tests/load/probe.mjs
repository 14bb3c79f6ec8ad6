/** What the machine itself takes in the middle of a bench: a latency means little where its disk and its processor wait. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SYNCS = 200;
/** About what a group of messages adds to the log of the store. */
const SYNCED_BYTES = 4096;
const TIMERS = 200;
const TIMER_MS = 1;

/** @typedef {{ syncsUs: number[], latenessUs: number[] }} Probe */

/** @returns {Promise<Probe>} */
export async function probe() {
  return { syncsUs: syncs(), latenessUs: await timers() };
}

/** Appending to a file and having it on the disk, in the folder where the hubs have their data. */
function syncs() {
  const folder = mkdtempSync(join(tmpdir(), 'ruche-probe-'));
  const file = openSync(join(folder, 'log'), 'w');
  const piece = Buffer.alloc(SYNCED_BYTES, 'x');
  try {
    return Array.from({ length: SYNCS }, () => {
      const startedMs = performance.now();
      writeSync(file, piece);
      fdatasyncSync(file);
      return (performance.now() - startedMs) * 1000;
    });
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How late an idle event loop calls back. */
async function timers() {
  const late = [];
  for (let count = 0; count < TIMERS; count++) {
    const startedMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
    late.push((performance.now() - startedMs - TIMER_MS) * 1000);
  }
  return late;
}

/**
 * @param {readonly Probe[]} probes
 * @returns {string} one sentence
 */
export function probed(probes) {
  const syncsUs = probes.flatMap((one) => one.syncsUs);
  const latenessUs = probes.flatMap((one) => one.latenessUs);
  return (
    `Beside the load, this machine took ${shown(syncsUs)} (p50 / p99) to append 4 KiB and have it on the disk, ` +
    `and called an idle event loop back ${shown(latenessUs)} late.`
  );
}

/** @param {readonly number[]} us */
function shown(us) {
  const sorted = [...us].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => Math.round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
  return `${at(0.5)} / ${at(0.99)} µs`;
}
