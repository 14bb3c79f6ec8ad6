/**
 * How long innocent clients wait while something happens, compared with a calm run, slice by slice: what neighbours do
 * to the machine then meets both. The attacker is a program too, and with its victim it keeps two cores busy; that alone
 * makes everybody wait for the processor, whatever a hub does. So in the calm slices the same attack is under way, on
 * another hub: what is left between the two is what a hub lets its clients pay for an attack on itself.
 */
import { expect } from 'vitest';
import { type Inspector, openInspector, WITH_INSPECTOR } from '../helpers/inspector.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { type Innocents, p99, startInnocents } from './innocents.ts';
import { LoopDelay } from './loop-delay.ts';

/** A shared machine gives a process nothing for so long now and then. */
const P99_FLOOR_MS = 25;
const P99_RATIO_MAX = 2;
/** Of the processor, between two looks at who has something to say. */
const LOOP_BUSY_MAX_MS = 25;

export interface Arena {
  /** Innocent clients are here. */
  readonly hub: Hub;
  /** Nobody is here but attackers. */
  readonly decoy: Hub;
  readonly innocents: Innocents;
  readonly calm: Slices;
  readonly attacked: Slices;
  /** Nobody else noticed: latencies of the innocent and the event loop of their hub. */
  expectUnnoticed(what: string): void;
  close(): Promise<void>;
}

export async function openArena(): Promise<Arena> {
  const env = { RUCHE_ANONYMOUS: 'open', ...WITH_INSPECTOR };
  const [hub, decoy] = [await startHub({ env }), await startHub({ env })];
  const inspector = await openInspector(hub);
  const innocents = await startInnocents(hub.ports.mqtt ?? 0);
  const calm = new Slices(inspector, innocents);
  const attacked = new Slices(inspector, innocents);
  return {
    ...{ hub, decoy, innocents, calm, attacked },
    expectUnnoticed(what) {
      const [before, { latencyMs, loopMs }] = [calm.measured(), attacked.measured()];
      console.info(
        `${what}: p99 ${before.latencyMs.toFixed(1)} -> ${latencyMs.toFixed(1)} ms, ` +
          `event loop ${before.loopMs.toFixed(1)} -> ${loopMs.toFixed(1)} ms`,
      );
      expect(latencyMs).toBeLessThan(P99_RATIO_MAX * before.latencyMs + P99_FLOOR_MS);
      expect(loopMs).toBeLessThan(LOOP_BUSY_MAX_MS);
    },
    async close() {
      inspector.close();
      innocents.close();
      await hub.close();
      await decoy.close();
    },
  };
}

/** What the innocent, and the event loop of their hub, saw of all slices of one kind. */
export class Slices {
  readonly #innocents: Innocents;
  readonly #loop: LoopDelay;
  readonly #latencies: number[] = [];

  constructor(inspector: Inspector, innocents: Innocents) {
    this.#innocents = innocents;
    this.#loop = new LoopDelay(inspector);
  }

  async during(work: () => Promise<unknown>): Promise<void> {
    await this.#innocents.report();
    await this.#loop.during(work);
    this.#latencies.push(...(await this.#innocents.report()).latencies);
  }

  /** 99th percentiles. */
  measured(): { latencyMs: number; loopMs: number } {
    return { latencyMs: p99(this.#latencies), loopMs: p99(this.#loop.busyMs) };
  }
}
