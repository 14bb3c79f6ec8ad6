/** What is kept of commands that are over: the newest of each device, and none that is too old. */
import { isOpen } from '../../domain/commands.ts';
import type { CommandRow } from '../../store/command-store.ts';
import { type CommandsDeps, HISTORY_KEPT_MS, HISTORY_PER_DEVICE_MAX } from './commands-deps.ts';

const SWEEP_MS = 60_000;
/** Once a day every device is looked at, also those that got no command. */
const SWEEPS_A_DAY = 1440;
/** Not in the first minutes: a machine may start with a clock that is years ahead, until it asked the network. */
const FIRST_SWEEP = 10;
/** Devices looked at in one sweep; the others wait for the next. */
const SWEPT_MAX = 100;

export class CommandHistory {
  readonly #deps: Pick<CommandsDeps, 'store' | 'clock' | 'log' | 'devices'>;
  readonly #touched = new Set<string>();
  readonly #stop: () => void;
  #sweeps = 0;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(SWEEP_MS, () => void this.sweep());
  }

  /** The device got one more. */
  touched(deviceId: string): void {
    this.#touched.add(deviceId);
  }

  close(): void {
    this.#stop();
  }

  async sweep(): Promise<void> {
    if (++this.#sweeps % SWEEPS_A_DAY === FIRST_SWEEP)
      for (const { id } of this.#deps.devices.all()) this.#touched.add(id);
    for (const deviceId of [...this.#touched].slice(0, SWEPT_MAX)) {
      this.#touched.delete(deviceId);
      try {
        await this.#prune(deviceId);
      } catch (error) {
        this.#deps.log.warn({ err: error, deviceId }, 'old commands could not be removed');
      }
    }
  }

  async #prune(deviceId: string): Promise<void> {
    const { store, clock } = this.#deps;
    const newest = await store.commands.list(deviceId, { limit: HISTORY_PER_DEVICE_MAX });
    const tooOldMs = this.#sweeps < FIRST_SWEEP ? 0 : clock.nowMs() - HISTORY_KEPT_MS;
    const over = newest.items.filter((row) => row.createdMs < tooOldMs);
    if (newest.nextCursor !== undefined) {
      const { items, nextCursor } = await store.commands.list(deviceId, {
        limit: HISTORY_PER_DEVICE_MAX,
        cursor: newest.nextCursor,
      });
      over.push(...items);
      if (nextCursor !== undefined) this.#touched.add(deviceId);
    }
    const removable = over.filter((row: CommandRow) => !isOpen(row));
    if (removable.length > 0) await store.commit(removable.map(({ id }) => store.commands.remove(deviceId, id)));
  }
}
