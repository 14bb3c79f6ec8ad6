/** The states of a pairing and what moves it from one to the next. '' as a user name means: nobody (any more). */
import type { Pairing } from '../contract/pairing.ts';

export interface PairingFacts {
  readonly deviceId: string;
  readonly state: 'requested' | 'paired' | 'timed_out';
  readonly username: string;
  /** Who had it before this request, and still has it until the device answers. */
  readonly previousUsername: string | null;
  readonly requestedAtMs: number;
  readonly publishedAtMs: number | null;
  readonly answeredAtMs: number | null;
}

/** A request for `username`; '' asks the device to forget its player. */
export function requestPairing(
  before: PairingFacts | undefined,
  request: { deviceId: string; username: string; nowMs: number },
): PairingFacts {
  return {
    deviceId: request.deviceId,
    state: 'requested',
    username: request.username,
    previousUsername: playerOf(before) || null,
    requestedAtMs: request.nowMs,
    publishedAtMs: null,
    answeredAtMs: null,
  };
}

/** The device took over a name. `undefined`: nobody is waiting for that answer; a late one still counts. */
export function answerPairing(
  facts: PairingFacts | undefined,
  answer: { username: string; nowMs: number },
): PairingFacts | undefined {
  if (facts === undefined || facts.state === 'paired' || facts.username !== answer.username) return undefined;
  return { ...facts, state: 'paired', answeredAtMs: answer.nowMs };
}

/** Whose games the device plays: the new player from its answer on, the old one until then, nobody once unpaired. */
export function playerOf(facts: PairingFacts | undefined): string {
  if (facts === undefined || facts.username === '') return '';
  return facts.state === 'paired' ? facts.username : (facts.previousUsername ?? '');
}

/** Whether a device that comes back must hear the name again: seed 0's firmware forgets it when switched off (S0-24). */
export function mustHear(facts: PairingFacts): boolean {
  return facts.state !== 'paired' || facts.username !== '';
}

/** What people see. An unpairing is done for them at once, whether the device has answered or not. */
export function viewPairing(deviceId: string, facts: PairingFacts | undefined): Pairing {
  if (facts === undefined) {
    const never = { previousUsername: null, requestedAtMs: null, publishedAtMs: null, answeredAtMs: null };
    return { deviceId, state: 'none', username: null, ...never };
  }
  const { previousUsername, requestedAtMs, publishedAtMs, answeredAtMs } = facts;
  const steps = { previousUsername, requestedAtMs, publishedAtMs, answeredAtMs };
  if (facts.username === '') return { deviceId, state: 'none', username: null, ...steps };
  return { deviceId, state: facts.state, username: facts.username, ...steps };
}
