/** Who does not read what is sent to it: found by looking at every connection's unsent bytes once a second. */
import type { HealthAlert, SlowClient, SlowClientAlert } from '../../contract/live.ts';
import type { Principal } from '../../domain/principal.ts';

/** More than this unsent at two looks in a row is slow: one burst that leaves within a second is not. */
export const SLOW_BYTES = 64 * 1024;
/** Slow for longer than this is worth an alert. */
export const SLOW_ALERT_MS = 30_000;
/** One that left while it was slow, usually because the broker had waited long enough, is an alert for this time. */
export const SLOW_GONE_MS = 300_000;
/** Shown at once, those first that are owed most; and as many of those that are gone. */
export const SLOW_SHOWN_MAX = 50;

/** One connection, as the broker shows it. */
export interface Reader {
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly unsentBytes: number;
}

interface Watched {
  readonly sinceMs: number;
  /** From the second look on. */
  readonly slow: SlowClient | undefined;
}

export class SlowClients {
  /** As many as there are connections at most. */
  #watched = new Map<Reader, Watched>();
  #slow: SlowClient[] = [];
  /** By client id, the one that left first in front. */
  readonly #gone = new Map<string, SlowClientAlert & { goneMs: number }>();

  get count(): number {
    return this.#slow.length;
  }

  look(readers: Iterable<Reader>, nowMs: number): void {
    const before = this.#watched;
    const watched = new Map<Reader, Watched>();
    for (const reader of readers) {
      const known = before.get(reader);
      before.delete(reader);
      if (reader.unsentBytes < SLOW_BYTES) continue;
      const sinceMs = known?.sinceMs ?? nowMs;
      watched.set(reader, { sinceMs, slow: known && slowClient(reader, sinceMs) });
    }
    // Who is left here was not seen this time.
    for (const { slow } of before.values()) if (slow !== undefined) this.#left(slow, nowMs);
    this.#watched = watched;
    this.#slow = [...watched.values()]
      .flatMap(({ slow }) => (slow === undefined ? [] : [slow]))
      .sort((a, b) => b.waitingBytes - a.waitingBytes);
    for (const [clientId, { goneMs }] of this.#gone) if (nowMs - goneMs > SLOW_GONE_MS) this.#gone.delete(clientId);
  }

  list(): SlowClient[] {
    return this.#slow.slice(0, SLOW_SHOWN_MAX);
  }

  alerts(nowMs: number): HealthAlert[] {
    const lasting = this.list().filter(({ sinceMs }) => nowMs - sinceMs >= SLOW_ALERT_MS);
    const here = new Set(lasting.map(({ clientId }) => clientId));
    return [
      ...lasting.map((client): SlowClientAlert => ({ kind: 'slow-client', ...client, goneMs: null })),
      ...[...this.#gone.values()].reverse().filter(({ clientId }) => !here.has(clientId)),
    ];
  }

  #left(slow: SlowClient, nowMs: number): void {
    this.#gone.delete(slow.clientId);
    this.#gone.set(slow.clientId, { kind: 'slow-client', ...slow, goneMs: nowMs });
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > SLOW_SHOWN_MAX && oldest !== undefined) this.#gone.delete(oldest);
  }
}

function slowClient({ clientId, principal, address, unsentBytes }: Reader, sinceMs: number): SlowClient {
  return { clientId, user: userOf(principal), address, waitingBytes: unsentBytes, sinceMs };
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
