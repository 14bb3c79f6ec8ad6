/** What commands need of the rest of the hub. */
import type { BaseLogger } from 'pino';
import type { QueriedDevice } from '../../domain/device-query.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store, Write } from '../../store/store.ts';

export interface CommandDevice {
  readonly id: string;
  readonly ownerId: string | null;
  /** Empty while it has never said anything. */
  readonly dialects: readonly string[];
  /** How it writes its own name; absent: as its id. */
  readonly spelling?: string | undefined;
}

/** A connection of a device: the same object as long as it lasts. */
export type CommandLink = { readonly key: string };

export interface CommandsDeps {
  readonly store: Pick<Store, 'commands' | 'bulks' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<BaseLogger, 'warn' | 'error'>;
  readonly devices: {
    find(name: string): CommandDevice | undefined;
    /** As people search for them. */
    all(): QueriedDevice[];
    /** The key of its own newest connection. */
    clientOf(deviceId: string): string | undefined;
  };
  readonly broker: {
    /** By its key, as below: another owner's client may have the same client id. */
    session(key: string): CommandLink | undefined;
    /** The QoS at which a connected client listens to a topic; undefined: it does not. */
    listens(key: string, topic: string): 0 | 1 | 2 | undefined;
    /** What a connected client listens to. */
    filters(key: string): Iterable<string>;
    /** Stored together with `writes`; `taken` is called when the client has acknowledged it; not sent after `wantedMs`. */
    handOver(
      message: { topic: string; payload: string; qos: 1 },
      to: { key: string; taken(): void; wantedMs: number },
      writes: readonly Write[],
    ): Promise<void>;
  };
}

/** Commands that wait for one device. */
export const WAITING_PER_DEVICE_MAX = 100;
/** Commands of one device that it has and whose answer is awaited; for the oldest ones nobody waits any longer. */
export const AWAITED_PER_DEVICE_MAX = 20;
/** Open commands of all devices: what is held in memory. */
export const OPEN_MAX = 50_000;
/** Commands that ended without an answer, and whose late one is still understood. */
export const LATE_MAX = 1000;
/** Commands kept of one device, and for how long. */
export const HISTORY_PER_DEVICE_MAX = 200;
export const HISTORY_KEPT_MS = 90 * 86_400_000;
export const BULKS_KEPT_MAX = 50;
/** A device that was answered a pin shows in its next reports that it took it; until then it is answered the same. */
export const POLL_ECHO_MS = 60_000;
