/**
 * Ends connections that were silent for one and a half times their keep-alive. [MQTT-3.1.2-22] One timer for all of
 * them: each is looked at when its time may be up, and then only moved on when it was heard. Time is counted in ticks of
 * that timer, not by the clock: a clock that is set forward must not end everybody.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Session } from './session.ts';

type Watched = Pick<Session, 'keepaliveS' | 'heardTick' | 'dueTick'>;

/** A silent client is ended up to two of these late. */
const TICK_MS = 500;
const GRACE = 1.5;
const SECOND_MS = 1000;

export class KeepAlive<T extends Watched> {
  readonly #silent: (session: T) => void;
  readonly #stop: () => void;
  /** By the tick at which they are looked at. */
  readonly #due = new Map<number, Set<T>>();
  #tick = 0;

  /** `silent` is told of each once. */
  constructor(clock: Clock, silent: (session: T) => void) {
    this.#silent = silent;
    this.#stop = clock.every(TICK_MS, () => this.#look());
  }

  /** Without a keep-alive a client may be silent for ever. */
  watch(session: T): void {
    this.heard(session);
    if (session.keepaliveS > 0) this.#put(session);
  }

  heard(session: T): void {
    session.heardTick = this.#tick;
  }

  forget(session: T): void {
    const together = this.#due.get(session.dueTick);
    if (together?.delete(session) === true && together.size === 0) this.#due.delete(session.dueTick);
  }

  stop(): void {
    this.#stop();
  }

  #look(): void {
    this.#tick++;
    const due = this.#due.get(this.#tick);
    if (due === undefined) return;
    this.#due.delete(this.#tick);
    for (const session of due) {
      if (dueOf(session) <= this.#tick) this.#silent(session);
      else this.#put(session);
    }
  }

  #put(session: T): void {
    session.dueTick = dueOf(session);
    const together = this.#due.get(session.dueTick);
    if (together === undefined) this.#due.set(session.dueTick, new Set([session]));
    else together.add(session);
  }
}

/** It was heard between two ticks, so a tick more than its time must pass. */
const dueOf = ({ heardTick, keepaliveS }: Watched): number =>
  heardTick + 1 + Math.ceil((keepaliveS * SECOND_MS * GRACE) / TICK_MS);
