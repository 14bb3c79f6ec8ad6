/** How far surveillance has come: arming, armed, somebody comes in, somebody is in. Pure. */
import type { Alert } from '../../../hub/contract/alert.ts';
import type { Mode } from '../../../hub/contract/mode.ts';

export type GuardStage = 'off' | 'arming' | 'armed' | 'entry' | 'intrusion';

/** `intrusion`: the alert stands and nobody has acknowledged it yet. */
export function guardStageOf(mode: Mode | null, standing: readonly Alert[], nowMs: number): GuardStage {
  if (mode === null || mode.mode === 'active') return 'off';
  if (intrusionIn(standing) !== undefined) return 'intrusion';
  if (mode.entryEndsMs !== null && nowMs < mode.entryEndsMs) return 'entry';
  return mode.armed ? 'armed' : 'arming';
}

export const intrusionIn = (standing: readonly Alert[]): Alert | undefined =>
  standing.find(({ kind, state }) => kind === 'surveillance' && state === 'open');
