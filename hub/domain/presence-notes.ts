/**
 * When it is worth an event that a device went or came back: after it stayed so for a while, and the more often it went
 * and came within the last hour, the longer that while. A device that flaps writes a handful of events, not hundreds.
 */

/** A device must stay offline this long before it is said. Coming back is said at once. */
export const OFFLINE_HOLD_MS = 10_000;
/** Changes within an hour that are told as they come. */
export const CHANGES_FREE = 4;
/** For each change more the hold doubles, from here … */
const HOLD_START_MS = 30_000;
/** … up to here. */
const HOLD_MAX_MS = 900_000;
const WINDOW_MS = 3_600_000;

export interface PresenceNotes {
  /** What was said last. */
  readonly said: 'online' | 'offline';
  /** When something was said in the last hour, oldest first. */
  readonly saidMs: readonly number[];
  /** Since when the device is not as was said. */
  readonly differsSinceMs: number | undefined;
}

export interface Noticed {
  readonly notes: PresenceNotes;
  /** To be said now. */
  readonly say: 'online' | 'offline' | undefined;
  /** Look again then. */
  readonly recheckMs: number | undefined;
}

export const firstNotes = (isOffline: boolean): PresenceNotes => ({
  said: isOffline ? 'offline' : 'online',
  saidMs: [],
  differsSinceMs: undefined,
});

export function noticePresence(notes: PresenceNotes, isOffline: boolean, nowMs: number): Noticed {
  const now = isOffline ? 'offline' : 'online';
  if (now === notes.said) {
    const calm = notes.differsSinceMs === undefined ? notes : { ...notes, differsSinceMs: undefined };
    return { notes: calm, say: undefined, recheckMs: undefined };
  }
  const saidMs = notes.saidMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
  // A clock that was set back starts the wait anew.
  const sinceMs = Math.min(notes.differsSinceMs ?? nowMs, nowMs);
  const dueMs = sinceMs + holdOf(saidMs.length, now);
  if (nowMs < dueMs) return { notes: { ...notes, saidMs, differsSinceMs: sinceMs }, say: undefined, recheckMs: dueMs };
  return {
    notes: { said: now, saidMs: [...saidMs, nowMs], differsSinceMs: undefined },
    say: now,
    recheckMs: undefined,
  };
}

function holdOf(changes: number, now: 'online' | 'offline'): number {
  if (changes < CHANGES_FREE) return now === 'offline' ? OFFLINE_HOLD_MS : 0;
  return Math.min(HOLD_START_MS * 2 ** (changes - CHANGES_FREE), HOLD_MAX_MS);
}
