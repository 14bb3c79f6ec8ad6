/** Averages of a rate over one, five and fifteen minutes in which older minutes fade away, as Mosquitto has them. */

const MINUTE_MS = 60_000;
export const LOAD_MINUTES = [1, 5, 15] as const;

/** Per minute, in the order of LOAD_MINUTES. */
export type Load = readonly [number, number, number];
const NONE: Load = [0, 0, 0];

/** `count` things happened in the last `passedMs`. */
export function loadAfter(before: Load, { count, passedMs }: { count: number; passedMs: number }): Load {
  const perMinute = (count * MINUTE_MS) / passedMs;
  const faded = (average: number, minutes: number): number => {
    const kept = Math.exp(-passedMs / (minutes * MINUTE_MS));
    return perMinute + (average - perMinute) * kept;
  };
  const [one, five, fifteen] = before;
  return [faded(one, LOAD_MINUTES[0]), faded(five, LOAD_MINUTES[1]), faded(fifteen, LOAD_MINUTES[2])];
}

/** The loads of some totals that only grow. */
export class Loads {
  readonly #totals = new Map<string, number>();
  readonly #loads = new Map<string, Load>();
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Notes where the totals stand; a total that is seen for the first time has come from 0. */
  note(totals: ReadonlyMap<string, number>, nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    this.#atMs = nowMs;
    // The clock was set back: what happened meanwhile belongs to no time.
    if (passedMs > 0) {
      for (const [name, total] of totals) {
        const count = Math.max(0, total - (this.#totals.get(name) ?? 0));
        this.#loads.set(name, loadAfter(this.of(name), { count, passedMs }));
      }
    }
    for (const [name, total] of totals) this.#totals.set(name, total);
  }

  of(name: string): Load {
    return this.#loads.get(name) ?? NONE;
  }

  names(): IterableIterator<string> {
    return this.#loads.keys();
  }
}
