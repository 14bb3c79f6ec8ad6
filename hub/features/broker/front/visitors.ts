/**
 * Connections on their way in: those that have no CONNACK yet. When their room is full the silent ones leave, and who
 * does not say CONNECT in time leaves, too.
 */
import type { RefusalFacts } from '../../../domain/refusal-facts.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { BrokerLimits } from '../limits.ts';
import type { Transport } from '../session.ts';
import type { ConnectRefusal } from './connect.ts';
import type { Front } from './front.ts';
import { Headcount } from './headcount.ts';

export interface From {
  readonly address: string;
  readonly transport: Transport;
  /** Called when CONNACK was sent. */
  readonly onOpened?: () => void;
}

/** One connection on its way in. */
export interface Visitor {
  readonly front: Front;
  readonly from: From;
  readonly sinceMs: number;
  /** It understands a CONNACK of MQTT 5 up to this size; undefined: it speaks 3.1.1, or nothing yet. */
  v5BytesMax: number | undefined;
}

/** Why a connection is not let in. */
export type Refusal = ConnectRefusal & Omit<RefusalFacts, 'action' | 'atMs' | 'address'>;

export interface VisitorsDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  /** Says so and closes. */
  refuse(visitor: Visitor, refusal: Refusal): void;
}

export class Visitors {
  readonly #deps: VisitorsDeps;
  readonly #room: Headcount;
  /** Oldest first. */
  readonly #byFront = new Map<Front, Visitor>();
  /** One timer for all of them; undefined: nobody is waited for. */
  #stopWaiting: (() => void) | undefined;

  constructor(deps: VisitorsDeps) {
    this.#deps = deps;
    const { greetingsMax, greetingsPerAddressMax } = deps.limits;
    this.#room = new Headcount({ max: greetingsMax, perAddressMax: greetingsPerAddressMax });
  }

  get(front: Front): Visitor | undefined {
    return this.#byFront.get(front);
  }

  add(front: Front, from: From): void {
    this.#byFront.set(front, { front, from, sinceMs: this.#deps.clock.nowMs(), v5BytesMax: undefined });
    this.#room.enter(from.address);
    if (this.#stopWaiting === undefined) this.#waitFor(this.#deps.limits.connectTimeoutMs);
  }

  /** It has its CONNACK, or has closed; undefined: it had before. */
  remove(front: Front): Visitor | undefined {
    const visitor = this.#byFront.get(front);
    if (visitor === undefined) return undefined;
    this.#byFront.delete(front);
    this.#room.leave(visitor.from.address);
    return visitor;
  }

  /** All of them go. */
  close(): void {
    this.#stopWaiting?.();
    for (const front of [...this.#byFront.keys()]) front.shut();
  }

  /**
   * A hundred devices that come back at once are accepted before any of them is read: who came a moment ago is spared,
   * and who has said CONNECT as well, as far as the room for bursts allows.
   */
  makeRoomFor(address: string): void {
    const { clock, limits, refuse } = this.#deps;
    const silentSinceMs = clock.nowMs() - limits.greetingGraceMs;
    for (const visitor of this.#byFront.values()) {
      if (!this.#room.isFullFor(address)) return;
      const isBurst = this.#room.total >= limits.greetingsBurstMax;
      if (!isBurst && visitor.sinceMs > silentSinceMs) return;
      const isFullHere = this.#room.countOf(address) >= limits.greetingsPerAddressMax;
      if (isFullHere && visitor.from.address !== address) continue;
      const { phase } = visitor.front;
      if (phase !== 'greeting' && !(isBurst && phase === 'held')) continue;
      const detail = 'Too many connections that do not say who they are.';
      refuse(visitor, { code: 'CONNECTIONS_FULL', detail, returnCode: undefined });
    }
  }

  #waitFor(ms: number): void {
    this.#stopWaiting = this.#deps.clock.after(ms, () => this.#endSilence());
  }

  /** Looks again when the next one's time is up. */
  #endSilence(): void {
    const { clock, limits, refuse } = this.#deps;
    const nowMs = clock.nowMs();
    this.#stopWaiting = undefined;
    for (const visitor of this.#byFront.values()) {
      if (visitor.front.phase !== 'greeting') continue;
      const leftMs = visitor.sinceMs + limits.connectTimeoutMs - nowMs;
      if (leftMs > 0) {
        // The clock may have been set back: nobody is waited for longer than the limit.
        this.#waitFor(Math.min(leftMs, limits.connectTimeoutMs));
        return;
      }
      refuse(visitor, { code: 'CONNECT_TIMEOUT', detail: 'CONNECT did not come in time.', returnCode: undefined });
    }
  }
}
