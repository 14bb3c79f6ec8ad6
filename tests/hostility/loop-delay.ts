/** How late the event loop of a hub turns while something happens, measured inside it: a histogram that adds up. */
import type { Inspector } from '../helpers/inspector.ts';

const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;

export class LoopDelay {
  readonly #inspector: Inspector;
  readonly #name: string;

  constructor(inspector: Inspector, name: string) {
    this.#inspector = inspector;
    this.#name = `globalThis[${JSON.stringify(`loop of ${name}`)}]`;
  }

  async during(work: () => Promise<unknown>): Promise<void> {
    const make = `process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} })`;
    await this.#inspector.evaluate(`(${this.#name} ??= ${make}).enable()`);
    await work();
    await this.#inspector.evaluate(`${this.#name}.disable()`);
  }

  /** In milliseconds, beyond the time between two timers. */
  async percentile(percent: number): Promise<number> {
    const ns = await this.#inspector.evaluate(`${this.#name}.percentile(${percent})`);
    if (typeof ns !== 'number') throw new Error('the hub did not tell how late its event loop is');
    return Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  }
}
