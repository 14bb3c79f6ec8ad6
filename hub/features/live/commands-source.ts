/** $live/commands/<deviceId>: the newest commands of one device, and each of them again when it has changed. */
import type { Command } from '../../contract/command.ts';
import type { LiveCommands } from '../../contract/live.ts';
import type { Source } from './channel.ts';

/** Commands held of a device that is watched. */
export const COMMANDS_SHOWN_MAX = 50;

export class CommandsSource implements Source {
  /** By id, newest last; ids sort by time. */
  readonly #shown = new Map<string, Command>();
  readonly #changed = new Set<string>();
  /** What is stored has been read; until then there is nothing to show. */
  #isLoaded = false;
  /** Everybody was sent what there is. */
  #isTold = false;

  /** Newest first. What changed while it was being read is newer than what was read. */
  load(newest: readonly Command[]): void {
    const meanwhile = [...this.#shown.values()];
    this.#shown.clear();
    for (const command of [...newest].reverse()) this.#shown.set(command.id, command);
    for (const command of meanwhile) this.#shown.set(command.id, command);
    this.#isLoaded = true;
  }

  changed(command: Command): void {
    this.#shown.set(command.id, command);
    this.#changed.add(command.id);
    for (const id of this.#shown.keys()) {
      if (this.#shown.size <= COMMANDS_SHOWN_MAX) break;
      this.#shown.delete(id);
      this.#changed.delete(id);
    }
  }

  snapshot(): () => string | undefined {
    if (!this.#isLoaded) return () => undefined;
    const text = encode(true, [...this.#shown.values()].reverse());
    return () => text;
  }

  update(): () => string | undefined {
    if (!this.#isLoaded) return () => undefined;
    const changed = [...this.#changed].flatMap((id) => this.#shown.get(id) ?? []);
    this.#changed.clear();
    if (!this.#isTold) {
      this.#isTold = true;
      return this.snapshot();
    }
    if (changed.length === 0) return () => undefined;
    const text = encode(false, changed);
    return () => text;
  }

  /** It ends with its last watcher. */
  reset(): void {
    this.#changed.clear();
  }
}

function encode(snapshot: boolean, commands: Command[]): string {
  const message: LiveCommands = { snapshot, commands };
  return JSON.stringify(message);
}
