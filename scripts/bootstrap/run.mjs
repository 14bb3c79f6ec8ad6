/** Running other programs: quietly with a line of progress, or in the foreground. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {{ code: number, output: string, seconds: number }} Ran
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} RunOptions
 */

/** An expected failure: the message is a sentence for the person at the terminal, without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Output kept of a quiet program; enough for any compiler, bounded for a runaway. */
const OUTPUT_CHARS_MAX = 2_000_000;
const PROGRESS_EVERY_MS = 1000;

/**
 * Runs to the end and hands back what was said; never throws for an exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ran>}
 */
export function runQuietly(command, args, options = {}) {
  const startedMs = Date.now();
  const child = spawn(command, args, { ...spawnOptions(options), stdio: ['ignore', 'pipe', 'pipe'] });
  const release = endWithUs(child);
  let output = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    output = (output + chunk).slice(-OUTPUT_CHARS_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => {
    const finish = (/** @type {number} */ code) => {
      release();
      resolve({ code, output, seconds: (Date.now() - startedMs) / 1000 });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(127);
    });
    child.on('close', (code, signal) => finish(exitCodeOf(code, signal)));
  });
}

/**
 * Runs with our own terminal; resolves with the exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, { ...spawnOptions(options), stdio: 'inherit' });
  const release = endWithUs(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      release();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/**
 * Shows `label… 12 s` while something runs; on a log file one line at each end.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  const { isTTY } = process.stderr;
  const timer = isTTY
    ? setInterval(() => process.stderr.write(`\r${label}… ${seconds()} s`), PROGRESS_EVERY_MS)
    : undefined;
  process.stderr.write(isTTY ? `${label}…` : `${label}…\n`);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(isTTY ? `\r${label}… ${seconds()} s\n` : '');
  }
}

/**
 * What we were told by a signal, our children are told too; Ctrl C at a terminal reaches them by itself.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops forwarding
 */
export function endWithUs(child) {
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return () => void process.off('SIGINT', forward).off('SIGTERM', forward);
}

/** @param {RunOptions} options */
const spawnOptions = ({ cwd, env, timeoutMs }) => ({
  ...(cwd === undefined ? {} : { cwd }),
  ...(env === undefined ? {} : { env }),
  ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
});

/**
 * As a shell would report it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
const exitCodeOf = (code, signal) => code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
