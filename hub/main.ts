#!/usr/bin/env node
/** The program: arguments, environment and signals in, exit code out. The only place that ends the process. */
import { run } from './app/cli/run.ts';

/** A clean stop may take this long; after it, or at a second signal, the process ends at once. */
const STOP_TIMEOUT_MS = 10_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(1);
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
