/** Dialects that failed over a message: counted always, logged once per device and minute. */
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { DecoderFailure } from './ingest.ts';

const LOG_EVERY_MS = 60_000;
/** Devices remembered for not being logged again; the oldest is forgotten first, and then logged again. */
const REMEMBERED_MAX = 1000;

export class DecoderFailures {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counts = new Map<string, number>();
  readonly #loggedMs = new Map<string, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Dialect → messages it failed over since the start. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add({ dialect, speaker, topic, error }: DecoderFailure): void {
    this.#counts.set(dialect, (this.#counts.get(dialect) ?? 0) + 1);
    const key = `${dialect} ${speaker}`;
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#loggedMs.get(key) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return;
    this.#loggedMs.delete(key);
    this.#loggedMs.set(key, nowMs);
    const [oldest] = this.#loggedMs.keys();
    if (this.#loggedMs.size > REMEMBERED_MAX && oldest !== undefined) this.#loggedMs.delete(oldest);
    this.#log.error({ err: error, dialect, speaker, topic }, 'a dialect failed over a message; please report it');
  }
}
