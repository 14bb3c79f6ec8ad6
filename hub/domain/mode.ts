/** Active or surveillance as a state machine: arming with a countdown, the countdown of who comes in, the schedule. */

/** What is decided here; what people set beside it is in ModeSettings. */
export interface ModeState {
  readonly mode: 'active' | 'surveillance';
  readonly sinceMs: number | null;
  /** User name; null: the schedule, or nobody. */
  readonly by: string | null;
  readonly bySchedule: boolean;
  /** The exit delay ends then: until it does, nothing is watched. */
  readonly armsAtMs: number | null;
  /** Something was noticed: it becomes an alert then. Stays set afterwards, until the mode is changed. */
  readonly entryEndsMs: number | null;
  readonly entryDeviceId: string | null;
  /** The type of what was noticed; null when it has become an alert. */
  readonly entryType: string | null;
  /** What the schedule said when it was last asked. */
  readonly scheduled: boolean | null;
}
export interface ModeSettings {
  readonly exitDelayS: number;
  readonly entryDelayS: number;
  readonly watched: readonly string[];
  readonly scheduleEnabled: boolean;
}
export type ModeFacts = ModeState & ModeSettings;

export const WATCHED_BY_DEFAULT = ['MOTION_DETECTED', 'PRESSURE_DETECTED', 'BUTTON_PRESSED'];

export const NEVER_SET: ModeFacts = {
  mode: 'active',
  sinceMs: null,
  by: null,
  bySchedule: false,
  armsAtMs: null,
  entryEndsMs: null,
  entryDeviceId: null,
  entryType: null,
  scheduled: null,
  exitDelayS: 0,
  entryDelayS: 0,
  watched: WATCHED_BY_DEFAULT,
  scheduleEnabled: false,
};

/** Who changes the mode: a person by name, or null for the schedule. */
export function switched(
  facts: ModeFacts,
  mode: ModeFacts['mode'],
  { by, nowMs }: { by: string | null; nowMs: number },
): ModeFacts {
  if (facts.mode === mode) return facts;
  // The schedule has nobody who must leave first.
  const delayS = mode === 'surveillance' && by !== null ? facts.exitDelayS : 0;
  return {
    ...facts,
    mode,
    sinceMs: nowMs,
    by,
    bySchedule: by === null,
    armsAtMs: delayS > 0 ? nowMs + delayS * 1000 : null,
    entryEndsMs: null,
    entryDeviceId: null,
    entryType: null,
  };
}

export function isArmed({ mode, armsAtMs }: ModeState, nowMs: number): boolean {
  return mode === 'surveillance' && (armsAtMs === null || nowMs >= armsAtMs);
}

export interface Sighting {
  readonly deviceId: string;
  readonly type: string;
  /** A sensor that says that there is nobody: motion with `presence: false`. */
  readonly isAbsence: boolean;
}

/** Levels of a pin (`GPIO.input` gives 0 or 1) and what libraries write for false. */
const NOBODY: readonly unknown[] = [false, 0, '0', 'false', 'off', 'no'];

/** `presence` as the sensor wrote it. What says nothing, or nothing known, is no reason to stay calm. */
export const saysNobody = (presence: unknown): boolean =>
  NOBODY.includes(typeof presence === 'string' ? presence.trim().toLowerCase() : presence);

/** `isIntrusion`: an alert must be raised now. */
export function noticed(
  facts: ModeFacts,
  sighting: Sighting,
  nowMs: number,
): { facts: ModeFacts; isIntrusion: boolean } {
  const isWatched = facts.watched.some((type) => type.toLowerCase() === sighting.type.toLowerCase());
  if (!isWatched || sighting.isAbsence || !isArmed(facts, nowMs)) return { facts, isIntrusion: false };
  if (facts.entryDelayS === 0) return { facts, isIntrusion: true };
  if (facts.entryEndsMs !== null) return { facts, isIntrusion: nowMs >= facts.entryEndsMs };
  const { deviceId: entryDeviceId, type: entryType } = sighting;
  const entryEndsMs = nowMs + facts.entryDelayS * 1000;
  return { facts: { ...facts, entryEndsMs, entryDeviceId, entryType }, isIntrusion: false };
}

/** The countdown of the entry has ended: what was noticed then becomes an alert, once. */
export function entryOver(facts: ModeFacts, nowMs: number): { facts: ModeFacts; sighting: Sighting | undefined } {
  const { entryEndsMs, entryDeviceId, entryType } = facts;
  if (entryEndsMs === null || entryType === null || nowMs < entryEndsMs) return { facts, sighting: undefined };
  const sighting = { deviceId: entryDeviceId ?? '', type: entryType, isAbsence: false };
  return { facts: { ...facts, entryType: null }, sighting };
}

/**
 * Only an edge of the schedule changes anything, so that a person who changed the mode keeps it until the next one. Just
 * switched on, it arms inside a window and leaves alone outside of one.
 */
export function scheduled(facts: ModeFacts, isInside: boolean, nowMs: number): ModeFacts {
  if (!facts.scheduleEnabled) return facts.scheduled === null ? facts : { ...facts, scheduled: null };
  if (facts.scheduled === isInside) return facts;
  const noted = { ...facts, scheduled: isInside };
  if (facts.scheduled === null && !isInside) return noted;
  return switched(noted, isInside ? 'surveillance' : 'active', { by: null, nowMs });
}
