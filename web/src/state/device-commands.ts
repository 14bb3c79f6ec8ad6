/** The newest commands of the devices whose controls are shown, as they go their way. */
import type { Command } from '../../../hub/contract/command.ts';
import type { LiveCommands } from '../../../hub/contract/live.ts';
import { liveCommands } from '../../../hub/contract/topics.ts';
import { shareLive } from './shared-live.ts';

/** Of one device; the newest of each control is among them. */
export const COMMANDS_KEPT_MAX = 100;

/** Newest first. */
export const deviceCommands = shareLive<LiveCommands, readonly Command[]>(liveCommands, [], withCommands);

/** What the hub answered to a press; what the live link said of it meanwhile is newer. */
export function takeCommand(command: Command): void {
  deviceCommands.change(command.deviceId, (known) => {
    const isNewer = known.some(
      ({ id, endedMs }) => id === command.id && (endedMs !== null || command.endedMs === null),
    );
    return isNewer ? known : withCommands(known, { snapshot: false, commands: [command] });
  });
}

export function withCommands(known: readonly Command[], { snapshot, commands }: LiveCommands): readonly Command[] {
  const changed = new Set(commands.map(({ id }) => id));
  const kept = snapshot ? [] : known.filter(({ id }) => !changed.has(id));
  const all = [...commands, ...kept];
  all.sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1));
  return all.slice(0, COMMANDS_KEPT_MAX);
}
