/** The size of the store and of the disk it lives on, looked at now and then; and where both are heading. */
import type { LiveHealth } from '../../contract/live.ts';
import { fullAt, growthPerDay, type Sized } from '../../domain/growth.ts';
import type { Clock } from '../../lib/clock.ts';

export const ROOM_LOOK_MS = 10_000;
/** The size is remembered this often, for this long. */
export const GROWTH_POINT_MS = 600_000;
export const GROWTH_POINTS_MAX = 7 * 24 * 6;

export interface Disk {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface RoomDeps {
  readonly clock: Clock;
  /** Null: it is not on a disk. */
  storeBytes(): Promise<number | null>;
  /** Of the data directory. */
  disk(): Promise<Disk>;
  onError(error: unknown): void;
}

export class Room {
  readonly #deps: RoomDeps;
  readonly #stop: () => void;
  #points: Sized[] = [];
  #bytes: number | null = null;
  #disk: Disk | null = null;
  #growthPerDay: number | null = null;
  #isLooking = false;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(ROOM_LOOK_MS, () => void this.look());
    void this.look();
  }

  get diskFreeBytes(): number | undefined {
    return this.#disk?.freeBytes;
  }

  /** A disk that does not answer must not gather looks that wait for it. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      [this.#bytes, this.#disk] = await Promise.all([this.#deps.storeBytes(), this.#deps.disk()]);
      if (this.#bytes !== null) this.#remember(this.#bytes);
    } catch (error) {
      this.#bytes = null;
      this.#disk = null;
      this.#deps.onError(error);
    } finally {
      this.#isLooking = false;
    }
  }

  read(): Pick<LiveHealth, 'store' | 'disk'> {
    const { freeBytes, totalBytes } = this.#disk ?? { freeBytes: 0, totalBytes: 0 };
    const fullAtMs = fullAt(this.#deps.clock.nowMs(), freeBytes, this.#growthPerDay);
    return {
      store: { bytes: this.#bytes, growthPerDay: this.#growthPerDay },
      disk: this.#disk && { freeBytes, totalBytes, fullAtMs },
    };
  }

  stop(): void {
    this.#stop();
  }

  #remember(bytes: number): void {
    const atMs = this.#deps.clock.nowMs();
    const last = this.#points.at(-1);
    // The clock was set back: what was measured before it lies in a time that has not come yet.
    if (last !== undefined && last.atMs > atMs) this.#points = [];
    else if (last !== undefined && atMs - last.atMs < GROWTH_POINT_MS) return;
    this.#points = [...this.#points, { atMs, bytes }].slice(-GROWTH_POINTS_MAX);
    this.#growthPerDay = growthPerDay(this.#points);
  }
}
