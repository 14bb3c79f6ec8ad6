/**
 * MQTT 3.1.1 has no way to say "not my own messages", and only some brokers know the bit that bridges set. Whether this
 * one sends them back is learned from the first few; if so, one message of those that come is taken for each that went.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../lib/clock.ts';

/** An echo comes at once or not at all. */
const ECHO_MS = 5_000;
/** So many without an echo: it does not send them back. */
const SILENT_MAX = 3;
/** Messages of which an echo may be outstanding. */
const REMEMBERED_MAX = 5_000;

export class EchoGuard {
  readonly #clock: Clock;
  /** When it was sent, by topic and payload; insertion order is the order of time. */
  readonly #sent = new Map<string, number[]>();
  #remembered = 0;
  #silent = 0;
  #echoes: boolean | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sent(topic: string, payload: Buffer): void {
    if (this.#echoes === false || this.#remembered >= REMEMBERED_MAX) return;
    const key = keyOf(topic, payload);
    const times = this.#sent.get(key) ?? [];
    times.push(this.#clock.nowMs());
    this.#sent.set(key, times);
    this.#remembered++;
    this.#clock.after(ECHO_MS, () => this.#expire(key, times));
  }

  /** Whether this is one of ours come back; each is recognised once. */
  isEcho(topic: string, payload: Buffer): boolean {
    const key = keyOf(topic, payload);
    const times = this.#sent.get(key);
    if (times === undefined || times.length === 0) return false;
    times.shift();
    this.#forget(key, times);
    this.#echoes = true;
    return true;
  }

  #expire(key: string, times: number[]): void {
    const oldest = times[0];
    if (oldest === undefined || this.#clock.nowMs() - oldest < ECHO_MS) return;
    times.shift();
    this.#forget(key, times);
    if (this.#echoes !== undefined) return;
    this.#silent++;
    if (this.#silent < SILENT_MAX) return;
    this.#echoes = false;
    this.#sent.clear();
    this.#remembered = 0;
  }

  #forget(key: string, times: readonly number[]): void {
    this.#remembered--;
    if (times.length === 0) this.#sent.delete(key);
  }
}

const keyOf = (topic: string, payload: Buffer): string =>
  createHash('sha256').update(topic).update('\0').update(payload).digest('base64');
