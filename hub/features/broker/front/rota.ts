/**
 * Who has more to say than its share of one turn of the event loop. They continue one after the other, a little each
 * time and all together no longer than a moment, and between two such moments everybody else is read: whoever floods
 * the hub waits for itself, not the others for it.
 */
import { performance } from 'node:perf_hooks';

export interface RotaLimits {
  /** Of one client in one turn of the event loop; what is beyond waits for the next. */
  readonly packetsPerTurnMax: number;
  readonly bytesPerTurnMax: number;
  /** CONNECTs of all clients: each is as much work as a hundred messages. */
  readonly greetingsPerTurnMax: number;
  /** For all who wait, together. */
  readonly turnMsMax: number;
}

/** What one client may still say in this turn. */
export interface Share {
  turn: number;
  packets: number;
  bytes: number;
}

export const newShare = (): Share => ({ turn: -1, packets: 0, bytes: 0 });

/** How often one client may continue in a turn when few wait. */
const ROUNDS_MAX = 256;

export class Rota {
  readonly #limits: RotaLimits;
  readonly #nowMs: () => number;
  /** Called when everybody has had a turn: what they caused goes out now, not a turn later. */
  readonly #onEnd: () => void;
  /** At most one for each connection. */
  #waiting: (() => void)[] = [];
  /** By address, in the order of their turns; bounded by the places for those who have not said CONNECT yet. */
  readonly #greeting = new Map<string, (() => void)[]>();
  #turn = 0;
  #isComing = false;

  constructor(limits: RotaLimits, onEnd: () => void, nowMs: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#nowMs = nowMs;
  }

  /** Takes a packet off the share; false: it is used up, and whoever asks should `wait`. */
  mayTake(share: Share, bytes: number): boolean {
    if (share.turn !== this.#turn) {
      share.turn = this.#turn;
      share.packets = this.#limits.packetsPerTurnMax;
      share.bytes = this.#limits.bytesPerTurnMax;
      this.#come();
    }
    if (share.packets <= 0 || share.bytes <= 0) return false;
    share.packets--;
    share.bytes -= bytes;
    return true;
  }

  /** Calls back when it is this one's turn again. */
  wait(goOn: () => void): void {
    this.#waiting.push(goOn);
    this.#come();
  }

  /** Calls back when there is time for one more CONNECT; addresses take turns, whatever crowd waits at one of them. */
  greet(address: string, goOn: () => void): void {
    const queue = this.#greeting.get(address);
    if (queue === undefined) this.#greeting.set(address, [goOn]);
    else queue.push(goOn);
    this.#come();
  }

  #come(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setImmediate(() => this.#go());
  }

  #go(): void {
    this.#isComing = false;
    this.#turn++;
    if (!this.#hasWork) return;
    this.#greetSome();
    this.#continueUntil(this.#nowMs() + this.#limits.turnMsMax);
    this.#onEnd();
    if (this.#hasWork) this.#come();
  }

  get #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#greeting.size > 0;
  }

  #greetSome(): void {
    for (let left = this.#limits.greetingsPerTurnMax; left > 0; left--) {
      const [first] = this.#greeting;
      if (first === undefined) return;
      const [address, queue] = first;
      const greet = queue.shift();
      // Its next one comes after those of the others.
      this.#greeting.delete(address);
      if (queue.length > 0) this.#greeting.set(address, queue);
      greet?.();
    }
  }

  /** At least one of them; those who have still more to say again, as long as there is time. */
  #continueUntil(endMs: number): void {
    for (let round = 0; round < ROUNDS_MAX && this.#waiting.length > 0; round++) {
      this.#turn++;
      this.#continueEach(endMs);
      if (this.#nowMs() >= endMs) return;
    }
  }

  #continueEach(endMs: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let continued = 0;
    for (const goOn of waiting) {
      continued++;
      goOn();
      if (this.#nowMs() >= endMs) break;
    }
    // Who had no turn now comes first in the next.
    if (continued < waiting.length) this.#waiting = [...waiting.slice(continued), ...this.#waiting];
  }
}
