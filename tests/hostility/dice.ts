/** Seeded choices: every case of the fuzz is told by its seed alone. */
import { seededRandom } from '../../hub/lib/random.ts';

export interface Dice {
  below(max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  bytes(length: number): Buffer;
}

export function makeDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (max: number): number => Math.floor(random() * max);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
