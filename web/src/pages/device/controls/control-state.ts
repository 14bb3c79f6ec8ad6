/** What a control shows: what is wanted while the device is asked, what the device confirmed otherwise; never a guess. Pure. */
import type { Command } from '../../../../../hub/contract/command.ts';
import type { Latest, MetricValue } from '../../../../../hub/contract/device.ts';

/** A device that has a command and says nothing for this long has not answered. */
export const ANSWER_MS = 10_000;
/** A value that came into being together with a command is what was asked for, not what the device said. */
const TOGETHER_MS = 50;
/** Commands a page keeps. */
export const COMMANDS_MAX = 200;

export type Phase =
  | 'idle' // nothing was asked, or long ago
  | 'queued' // the device is not there
  | 'pending' // it has it, or will at once
  | 'no-answer' // it has it for too long
  | 'confirmed'
  | 'failed'
  | 'expired'
  | 'cancelled';

export interface ControlView {
  /** Null: nobody knows. */
  readonly value: MetricValue | null;
  readonly phase: Phase;
  /** The newest one of this name. */
  readonly command: Command | null;
}

type Reported = Latest['metrics'][string] | undefined;

/** `commands` newest first. */
export function controlView(
  name: string,
  commands: readonly Command[],
  reported: Reported,
  nowMs: number,
): ControlView {
  const mine = commands.filter((command) => command.name === name);
  const [command] = mine;
  const confirmed = confirmedValue(mine, reported);
  if (command === undefined) return { value: confirmed, phase: 'idle', command: null };
  const phase = phaseOf(command, nowMs);
  const isWanted = phase === 'queued' || phase === 'pending';
  return { value: isWanted ? (command.value ?? confirmed) : confirmed, phase, command };
}

export function phaseOf(command: Command, nowMs: number): Phase {
  switch (command.state) {
    case 'queued':
      return 'queued';
    case 'sent':
    case 'delivered':
      return command.endedMs === null &&
        nowMs - (command.sentMs ?? command.deliveredMs ?? command.createdMs) < ANSWER_MS
        ? 'pending'
        : 'no-answer';
    case 'acknowledged':
      return 'confirmed';
    default:
      return command.state;
  }
}

/** The newest of what the device reported and what it acknowledged. */
function confirmedValue(commands: readonly Command[], reported: Reported): MetricValue | null {
  const done = commands.find(({ state, value }) => state === 'acknowledged' && value !== null);
  const said = reported !== undefined && !isOnlyAsked(commands, reported) ? reported : undefined;
  if (done === undefined || done.value === null) return said?.value ?? null;
  return said !== undefined && said.atMs > (done.endedMs ?? done.createdMs) ? said.value : done.value;
}

/** Setting a widget over the API writes the wanted value down at once. */
function isOnlyAsked(commands: readonly Command[], { value, atMs }: NonNullable<Reported>): boolean {
  return commands.some(
    (command) =>
      command.state !== 'acknowledged' && command.value === value && Math.abs(atMs - command.createdMs) < TOGETHER_MS,
  );
}

/** With those that are new or have changed; newest first. */
export function withCommands(known: readonly Command[], changed: readonly Command[]): readonly Command[] {
  const all = new Map([...known, ...changed].map((command) => [command.id, command]));
  return [...all.values()].sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1)).slice(0, COMMANDS_MAX);
}

/** What was typed: a number, true or false where it reads as one; text otherwise; nothing for nothing. */
export function valueIn(text: string): MetricValue | undefined {
  const plain = text.trim();
  if (plain === '') return undefined;
  if (plain === 'true' || plain === 'false') return plain === 'true';
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain) ? Number(plain) : plain;
}

/** The first virtual pin that is not taken. */
export function freePin(taken: ReadonlySet<string>): string {
  for (let pin = 0; pin < 1000; pin++) if (!taken.has(`v${pin}`)) return `v${pin}`;
  return '';
}
