/** Says that something is full, but not with every message that meets it: whoever fills the hub must not fill its log. */
import type { Clock } from '../../lib/clock.ts';
import { FULL_LOG_MS } from './limits.ts';

interface Log {
  warn(fields: object, message: string): void;
}

export class FullLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #saidMs = new Map<'queue' | 'retained', number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  warn(what: 'queue' | 'retained', fields: object, message: string): void {
    const nowMs = this.#clock.nowMs();
    const saidMs = this.#saidMs.get(what);
    if (saidMs !== undefined && nowMs - saidMs < FULL_LOG_MS) return;
    this.#saidMs.set(what, nowMs);
    this.#log.warn(fields, message);
  }
}
