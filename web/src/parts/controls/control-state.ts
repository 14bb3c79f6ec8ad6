/** What a control may claim: what the device has confirmed, what is wanted of it, and how far that has come. Pure. */
import type { Command } from '../../../../hub/contract/command.ts';
import type { DeviceValue, MetricValue } from '../../../../hub/contract/device.ts';

/** A device that is there answers within this time, or it is said that it did not. */
export const ANSWER_AWAITED_MS = 10_000;
/** "Confirmed" is news for so long. */
const CONFIRMED_SHOWN_MS = 30_000;
/** What went wrong stays at least so long, and until the device has said how it is since. */
const FAILURE_SHOWN_MS = 60_000;
/** A value that came into being together with a command is what was asked for, not what the device said. */
const TOGETHER_MS = 50;

export type ControlPhase =
  /** Nothing was asked, or it is long over, or it was taken back. */
  | 'idle'
  /** Stored by the hub; the device is not there to take it. */
  | 'queued'
  | 'sent'
  | 'confirmed'
  /** It has it, and says nothing of what came of it. */
  | 'delivered'
  | 'no-answer'
  | 'failed'
  | 'expired';

export interface ControlState {
  /** The last value the device itself has shown or confirmed; undefined: nobody knows. */
  readonly confirmed: MetricValue | undefined;
  /** What it was asked for, while that is on its way. */
  readonly wanted: MetricValue | undefined;
  readonly phase: ControlPhase;
  /** The one the phase is about. */
  readonly command: Command | undefined;
}

export type Reported = Pick<DeviceValue, 'value' | 'atMs'>;

interface ControlFacts {
  /** Of the device, newest first. */
  readonly commands: readonly Command[];
  readonly name: string;
  readonly reported: Reported | undefined;
  /** The hub's clock. */
  readonly nowMs: number;
}

export function controlState({ commands, name, reported, nowMs }: ControlFacts): ControlState {
  const mine = commands.filter((command) => command.name === name);
  const said = reported !== undefined && isOnlyAsked(mine, reported) ? undefined : reported;
  const confirmed = confirmedValue(mine, said);
  const command = mine[0];
  if (command === undefined) return { confirmed, wanted: undefined, phase: 'idle', command };
  const phase = phaseOf(command, said, nowMs);
  const isWanted = phase === 'queued' || phase === 'sent';
  return { confirmed, wanted: isWanted ? (command.value ?? undefined) : undefined, phase, command };
}

/** Setting a widget over the API writes the wanted value down at once. */
function isOnlyAsked(mine: readonly Command[], { value, atMs }: Reported): boolean {
  return mine.some(
    (command) =>
      command.state !== 'acknowledged' && command.value === value && Math.abs(atMs - command.createdMs) < TOGETHER_MS,
  );
}

/** Whichever is newer: what it reported, or what it said that it did. */
function confirmedValue(mine: readonly Command[], said: Reported | undefined): MetricValue | undefined {
  const done = mine.find(({ state, value }) => state === 'acknowledged' && value !== null);
  if (done === undefined || (said !== undefined && said.atMs > (done.endedMs ?? done.createdMs))) return said?.value;
  return done.value ?? undefined;
}

/** How far one command is; `said`: what the device has shown of what it is about. */
export function phaseOf(command: Command, said: Reported | undefined, nowMs: number): ControlPhase {
  const { state, createdMs, sentMs, endedMs } = command;
  switch (state) {
    case 'queued':
      return 'queued';
    case 'sent':
    case 'delivered': {
      const sinceMs = command.deliveredMs ?? sentMs ?? createdMs;
      if (endedMs === null && nowMs - sinceMs < ANSWER_AWAITED_MS) return 'sent';
      return isOver(sinceMs, said, nowMs) ? 'idle' : state === 'delivered' ? 'delivered' : 'no-answer';
    }
    case 'acknowledged':
      return nowMs - (endedMs ?? createdMs) < CONFIRMED_SHOWN_MS ? 'confirmed' : 'idle';
    case 'failed':
    case 'expired':
      return isOver(endedMs ?? createdMs, said, nowMs) ? 'idle' : state;
    case 'cancelled':
      return 'idle';
  }
}

function isOver(sinceMs: number, said: Reported | undefined, nowMs: number): boolean {
  return nowMs - sinceMs > FAILURE_SHOWN_MS && said !== undefined && said.atMs > sinceMs;
}

/** 1 and true are the same position of a switch. */
export function isSame(a: MetricValue | undefined, b: MetricValue): boolean {
  if (a === undefined) return false;
  return a === b || (typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b));
}
