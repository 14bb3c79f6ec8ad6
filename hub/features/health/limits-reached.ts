/** Which limits turned somebody away in the last hour, out of the refusals that are about limits. */
import type { ErrorCode } from '../../contract/errors.ts';
import type { LimitReached } from '../../contract/live.ts';

const LIMIT_CODES: ReadonlySet<ErrorCode> = new Set([
  'CONNECTIONS_FULL',
  'WAITING_ROOM_FULL',
  'FRAME_TOO_LARGE',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'STORE_BUSY',
  'CONNECT_TIMEOUT',
  'QUEUE_FULL',
  'CLIENT_SLOWED',
  'SUBSCRIPTIONS_FULL',
  'TOPICS_TOO_MANY',
  'METRICS_TOO_MANY',
]);
const MINUTE_MS = 60_000;
const MINUTES = 60;

interface Tally {
  /** Minute → count; at most an hour of them. */
  readonly minutes: Map<number, number>;
  lastMs: number;
}

export class LimitsReached {
  /** At most one for each limit code. */
  readonly #tallies = new Map<ErrorCode, Tally>();

  note({ code, atMs }: { code: ErrorCode; atMs: number }): void {
    if (!LIMIT_CODES.has(code)) return;
    const tally = this.#tallies.get(code) ?? { minutes: new Map<number, number>(), lastMs: atMs };
    this.#tallies.set(code, tally);
    const minute = Math.floor(atMs / MINUTE_MS);
    tally.minutes.set(minute, (tally.minutes.get(minute) ?? 0) + 1);
    tally.lastMs = atMs;
    forgetOld(tally, minute);
  }

  /** The most recent first. */
  list(nowMs: number): LimitReached[] {
    const reached = [...this.#tallies].map(([code, tally]) => {
      forgetOld(tally, Math.floor(nowMs / MINUTE_MS));
      const count = [...tally.minutes.values()].reduce((sum, one) => sum + one, 0);
      return { code, count, lastMs: tally.lastMs };
    });
    return reached.filter(({ count }) => count > 0).sort((a, b) => b.lastMs - a.lastMs);
  }
}

function forgetOld({ minutes }: Tally, now: number): void {
  for (const minute of minutes.keys()) if (minute <= now - MINUTES) minutes.delete(minute);
}
