/** The newest commands of the devices whose controls are on a board, as they go their way. */
import type { Command } from '../../../hub/contract/command.ts';
import type { LiveCommands } from '../../../hub/contract/live.ts';
import { liveCommands } from '../../../hub/contract/topics.ts';
import { shareLive } from './shared-live.ts';

/** Of one device; the newest of each control is among them. */
export const COMMANDS_KEPT_MAX = 100;

/** Newest first. */
export const deviceCommands = shareLive<LiveCommands, readonly Command[]>(liveCommands, [], withCommands);

export function withCommands(known: readonly Command[], { snapshot, commands }: LiveCommands): readonly Command[] {
  const changed = new Set(commands.map(({ id }) => id));
  const kept = snapshot ? [] : known.filter(({ id }) => !changed.has(id));
  const all = [...commands, ...kept];
  all.sort((a, b) => b.createdMs - a.createdMs);
  return all.slice(0, COMMANDS_KEPT_MAX);
}
