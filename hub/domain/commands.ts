/**
 * The life of a command: queued → sent → delivered → acknowledged or failed; expired or cancelled on the way. Every step
 * is a fact that somebody reported, and one that cannot follow what is known changes nothing.
 */
import type { CommandState } from '../contract/command.ts';

/** What a command and a metric of the same name hold. */
export type PinValue = number | boolean | string;

export interface CommandFacts {
  readonly id: string;
  readonly deviceId: string;
  readonly name: string;
  readonly value: PinValue | null;
  readonly state: CommandState;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly expiresMs: number;
  readonly sentMs: number | null;
  readonly deliveredMs: number | null;
  /** Null: something may still happen to it. */
  readonly endedMs: number | null;
  readonly attempts: number;
  readonly via: 'mqtt' | 'http' | null;
  /** False: it went to a subscription of QoS 0, which never says whether it came. */
  readonly isConfirmed: boolean;
  readonly message: string | null;
  readonly bulkId: string | null;
}

export type CommandStep =
  /** It is being handed to a connection; again, when an earlier one ended before it was confirmed. */
  | { readonly kind: 'sent'; readonly isConfirmed: boolean }
  /** The connection's PUBACK, or the answer to a poll. */
  | { readonly kind: 'delivered'; readonly via: 'mqtt' | 'http' }
  /** The device's own answer, or a report that shows what was asked for. */
  | { readonly kind: 'answered'; readonly isOk: boolean; readonly message: string | null }
  /** Its time has come. */
  | { readonly kind: 'due' }
  /** The device has it, and nobody waits for an answer any longer. */
  | { readonly kind: 'unawaited' }
  | { readonly kind: 'cancelled' }
  /** A newer value for the same pin makes it pointless. */
  | { readonly kind: 'superseded' };

/** Characters kept of what a device says about a command. */
const MESSAGE_LENGTH_MAX = 256;

/** Undefined: this cannot follow, and changes nothing. */
export function stepCommand(facts: CommandFacts, step: CommandStep, nowMs: number): CommandFacts | undefined {
  switch (step.kind) {
    case 'sent':
      if (!mustBeSent(facts) || nowMs >= facts.expiresMs) return undefined;
      return sentNow(facts, step.isConfirmed, nowMs);
    case 'delivered':
      if (!isOpen(facts) || (facts.state !== 'queued' && facts.state !== 'sent')) return undefined;
      return { ...facts, state: 'delivered', via: step.via, deliveredMs: nowMs, isConfirmed: true };
    case 'answered':
      return answered(facts, step, nowMs);
    case 'due':
      if (nowMs < facts.expiresMs) return undefined;
      return mustBeSent(facts) ? ended(facts, 'expired', nowMs) : unawaited(facts, nowMs);
    case 'unawaited':
      return unawaited(facts, nowMs);
    case 'cancelled':
      return facts.state === 'queued' ? ended(facts, 'cancelled', nowMs) : undefined;
    case 'superseded':
      return mustBeSent(facts) ? { ...ended(facts, 'cancelled', nowMs), message: SUPERSEDED } : undefined;
  }
}

export const SUPERSEDED = 'superseded';

/** The hub still owes it to the device. */
export function mustBeSent({ state, isConfirmed }: CommandFacts): boolean {
  return state === 'queued' || (state === 'sent' && isConfirmed);
}

/** Something may still happen to it. */
export const isOpen = ({ endedMs }: CommandFacts): boolean => endedMs === null;

/** Whether a metric that the device reports shows that this was done: 1 and true are the same switch. */
export function isEcho(command: CommandFacts, metrics: ReadonlyMap<string, PinValue>): boolean {
  const { name, value } = command;
  if (!isOpen(command) || mustBeSent(command) || value === null) return false;
  const reported = metrics.get(name);
  return reported !== undefined && (reported === value || asNumber(reported) === asNumber(value));
}

/** NaN for texts, which are never the same as anything but themselves. */
const asNumber = (value: PinValue): number => (typeof value === 'string' ? Number.NaN : Number(value));

const sentNow = (facts: CommandFacts, isConfirmed: boolean, nowMs: number): CommandFacts => ({
  ...facts,
  isConfirmed,
  state: 'sent',
  via: 'mqtt',
  sentMs: facts.sentMs ?? nowMs,
  attempts: facts.attempts + 1,
});

/** The device may have it, and has not said what came of it. A late answer still counts: until then nobody knew. */
export const isAnswerable = ({ state, attempts }: CommandFacts): boolean =>
  state === 'sent' || state === 'delivered' || (state === 'expired' && attempts > 0);

function answered(
  facts: CommandFacts,
  { isOk, message }: Extract<CommandStep, { kind: 'answered' }>,
  nowMs: number,
): CommandFacts | undefined {
  if (!isAnswerable(facts)) return undefined;
  return {
    ...ended(facts, isOk ? 'acknowledged' : 'failed', nowMs),
    deliveredMs: facts.deliveredMs ?? nowMs,
    message: message?.slice(0, MESSAGE_LENGTH_MAX) ?? null,
  };
}

/** What the device has stays what it is. */
const unawaited = (facts: CommandFacts, nowMs: number): CommandFacts | undefined =>
  isOpen(facts) && !mustBeSent(facts) ? { ...facts, endedMs: nowMs } : undefined;

const ended = (facts: CommandFacts, state: CommandState, nowMs: number): CommandFacts => ({
  ...facts,
  state,
  endedMs: nowMs,
});
