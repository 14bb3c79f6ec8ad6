/** Who does not read what is sent to it: found by looking at every connection's unsent bytes once a second. */
import type { HealthAlert, SlowClient } from '../../contract/live.ts';
import type { Principal } from '../../domain/principal.ts';

/** More than this unsent at two looks in a row is slow: one burst that leaves within a second is not. */
export const SLOW_BYTES = 64 * 1024;
/** Slow for longer than this is worth an alert. */
export const SLOW_ALERT_MS = 30_000;
/** Shown at once, those first that are owed most. */
export const SLOW_SHOWN_MAX = 50;

/** One connection, as the broker shows it. */
export interface Reader {
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly unsentBytes: number;
}

export class SlowClients {
  /** Since when; as many as there are connections at most. */
  #since = new Map<Reader, number>();
  #slow: SlowClient[] = [];

  get count(): number {
    return this.#slow.length;
  }

  look(readers: Iterable<Reader>, nowMs: number): void {
    const since = new Map<Reader, number>();
    const slow: SlowClient[] = [];
    for (const reader of readers) {
      const waitingBytes = reader.unsentBytes;
      if (waitingBytes < SLOW_BYTES) continue;
      const sinceMs = this.#since.get(reader);
      since.set(reader, sinceMs ?? nowMs);
      if (sinceMs === undefined) continue;
      const { clientId, principal, address } = reader;
      slow.push({ clientId, user: userOf(principal), address, waitingBytes, sinceMs });
    }
    this.#since = since;
    this.#slow = slow.sort((a, b) => b.waitingBytes - a.waitingBytes);
  }

  list(): SlowClient[] {
    return this.#slow.slice(0, SLOW_SHOWN_MAX);
  }

  alerts(nowMs: number): HealthAlert[] {
    return this.list()
      .filter(({ sinceMs }) => nowMs - sinceMs >= SLOW_ALERT_MS)
      .map((client) => ({ kind: 'slow-client', ...client }));
  }
}

function userOf(principal: Principal): string | null {
  switch (principal.kind) {
    case 'person':
      return principal.username;
    case 'device':
      return principal.deviceId;
    case 'account':
      return principal.name;
    case 'waiting':
    case 'open':
      return null;
  }
}
