/**
 * How long the event loop of a hub is busy between two turns, measured inside it and in time of the processor: what the
 * system gives to other programs meanwhile is not the hub's doing. A client that has just said something waits as long.
 */
import type { Inspector } from '../helpers/inspector.ts';

const TICK_MS = 5;

/** Runs in the hub. The first number of `schedstat` is what the main thread has had of the processor, in nanoseconds. */
const PROBE = `(() => {
  const fs = process.getBuiltinModule('node:fs');
  const file = fs.openSync('/proc/self/task/' + process.pid + '/schedstat');
  const bytes = Buffer.alloc(64);
  const cpuMs = () => Number.parseInt(bytes.toString('latin1', 0, fs.readSync(file, bytes, 0, 64, 0)), 10) / 1e6;
  let busyMs = [];
  let timer;
  return {
    start() {
      let before = { atMs: performance.now(), cpuMs: cpuMs() };
      timer = setInterval(() => {
        const now = { atMs: performance.now(), cpuMs: cpuMs() };
        const lateMs = Math.max(0, now.atMs - before.atMs - ${TICK_MS});
        busyMs.push(Math.min(lateMs, now.cpuMs - before.cpuMs));
        before = now;
      }, ${TICK_MS});
    },
    stop() {
      clearInterval(timer);
      const found = busyMs;
      busyMs = [];
      return found;
    },
  };
})()`;

export class LoopDelay {
  readonly #inspector: Inspector;
  /** In milliseconds, one for each turn that was looked at. */
  readonly busyMs: number[] = [];

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  async during(work: () => Promise<unknown>): Promise<void> {
    await this.#inspector.evaluate(`(globalThis.loopProbe ??= ${PROBE}).start()`);
    await work();
    const found = await this.#inspector.evaluate('globalThis.loopProbe.stop()');
    if (!Array.isArray(found)) throw new Error('the hub did not tell how busy its event loop was');
    for (const ms of found) this.busyMs.push(Number(ms));
  }
}
