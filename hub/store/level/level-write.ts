/** What a Write of this store is inside: steps that the group commit turns into keys to put and to delete. */
import type { Write } from '../store.ts';
import type { KeyRange } from './keys.ts';

/** A stored value: rows and index entries are text, the broker's packets are bytes. */
export type Value = string | Buffer;

/** A value that is made when its group is written: of a key that is set many times in a group, only the last one is. */
export interface Late {
  /** About how long it will be. */
  readonly length: number;
  /** May not fail: what cannot be stored was refused before. */
  make(): Value;
}

/** One entry of a secondary index. */
export type IndexEntry = readonly [key: string, value: string];

export type Step =
  /** One key becomes this value, or nothing. */
  | { readonly kind: 'set'; readonly key: string; readonly value: Value | Late | undefined }
  /** Every key of the range is forgotten, also those set earlier in the same group. */
  | { readonly kind: 'clear'; readonly range: KeyRange }
  /** A row with indexes becomes this value, or nothing; entries of the row it replaces go. */
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly value: string | undefined;
      readonly entries: readonly IndexEntry[];
      /** The entries that were written for a stored row. */
      readonly entriesOf: (stored: string) => readonly IndexEntry[];
    };

/** What the store and LevelDB spend on an entry besides its key and value. */
const BYTES_PER_STEP = 32;

export class LevelWrite implements Write {
  readonly steps: readonly Step[];
  readonly bytes: number;
  /** Called when the commit it was part of is stored, before anybody is told so. */
  readonly onStored: (() => void) | undefined;

  constructor(steps: readonly Step[], onStored?: () => void) {
    this.steps = steps;
    this.onStored = onStored;
    let bytes = 0;
    for (const step of steps) bytes += bytesOf(step);
    this.bytes = bytes;
  }
}

function bytesOf(step: Step): number {
  if (step.kind === 'clear') return BYTES_PER_STEP + step.range.gte.length + step.range.lt.length;
  let bytes = BYTES_PER_STEP + step.key.length + (step.value?.length ?? 0);
  if (step.kind === 'row') for (const [key, value] of step.entries) bytes += BYTES_PER_STEP + key.length + value.length;
  return bytes;
}
