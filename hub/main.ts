#!/usr/bin/env node
/** The program: arguments, environment and signals in, exit code out. The only place that ends the process. */
import { run } from './app/cli/run.ts';
import { setUpEngine } from './app/engine.ts';

/** A clean stop may take this long; after it, or at a second signal, the process ends at once. */
const STOP_TIMEOUT_MS = 10_000;
/** Under npm one Ctrl C arrives twice: from the terminal, and again from npm. That is no second signal. */
const ECHO_MS = 500;

setUpEngine();
const stop = new AbortController();
let toldMs = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) {
      if (performance.now() - toldMs > ECHO_MS) process.exit(1);
      return;
    }
    toldMs = performance.now();
    stop.abort();
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  });
}

const code = await run(process.argv.slice(2), {
  environment: process.env,
  stop: stop.signal,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
process.exit(code);
