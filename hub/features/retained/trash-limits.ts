/** Every limit of deleting retained messages and of the trash they go to. */
import { TRASH_KEPT_DAYS } from '../../contract/limits.ts';

export interface TrashLimits {
  readonly keptMs: number;
  /** Of payloads and names; beyond either, the oldest go. */
  readonly bytesMax: number;
  readonly rowsMax: number;
  /** Deleted and put into the trash in one commit. */
  readonly commitRowsMax: number;
  readonly commitBytesMax: number;
}

const MIB = 1024 * 1024;

export const TRASH_LIMITS: TrashLimits = {
  keptMs: TRASH_KEPT_DAYS * 86_400_000,
  bytesMax: 64 * MIB,
  rowsMax: 200_000,
  commitRowsMax: 200,
  commitBytesMax: 2 * MIB,
};

/** Topics a preview names. */
export const TOPICS_SHOWN_MAX = 200;
/** Places of the retained tree looked at before others have their turn. */
export const STEPS_MAX = 2_000;
export const SWEEP_MS = 3_600_000;
