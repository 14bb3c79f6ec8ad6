/** Programs that use the same client id throw each other out without end: one alert for each such id. */
import type { ClientIdFight } from '../../contract/live.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';

/** So many take-overs within this time are a fight; a client that lost its network makes one. */
export const FIGHT_TAKE_OVERS = 3;
export const FIGHT_WINDOW_MS = 60_000;
/** A fight is over when nobody was thrown out for so long. */
export const FIGHT_QUIET_MS = 300_000;
/** Client ids that are watched at the same time; the one that was quiet longest is forgotten first. */
export const FIGHT_IDS_MAX = 1_000;
/** Addresses named in one alert. */
const ADDRESSES_MAX = 4;
/** Alerts shown at once, the most recent. */
const FIGHTS_SHOWN_MAX = 50;

interface Client {
  readonly clientId: string;
  readonly address: string;
}

interface Seen {
  /** Of the last take-overs, as many as make a fight. */
  timesMs: number[];
  addresses: string[];
  fight: { sinceMs: number; takeOvers: number } | undefined;
}

export class Fights {
  /** A fight began. */
  readonly onFight: Slot<[ClientIdFight]>;
  readonly #began;
  readonly #clock: Clock;
  /** By client id, the one thrown out longest ago first. */
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#began = makeSlot<[ClientIdFight]>(onError);
    this.onFight = this.#began.slot;
  }

  /** The newcomer of a take-over is known only when it is in. */
  connected({ clientId, address }: Client): void {
    const seen = this.#seen.get(clientId);
    if (seen !== undefined) remember(seen, address);
  }

  takenOver({ clientId, address }: Client): void {
    const nowMs = this.#clock.nowMs();
    const seen = this.#seen.get(clientId) ?? { timesMs: [], addresses: [], fight: undefined };
    const wasQuiet = nowMs - (seen.timesMs.at(-1) ?? 0) > FIGHT_QUIET_MS;
    if (wasQuiet) Object.assign(seen, { timesMs: [], addresses: [], fight: undefined });
    this.#seen.delete(clientId);
    this.#seen.set(clientId, seen);
    remember(seen, address);
    seen.timesMs = [...seen.timesMs, nowMs].slice(-FIGHT_TAKE_OVERS);
    this.#bound();
    if (seen.fight !== undefined) {
      seen.fight.takeOvers++;
      return;
    }
    const [firstMs = nowMs] = seen.timesMs;
    if (seen.timesMs.length < FIGHT_TAKE_OVERS || nowMs - firstMs > FIGHT_WINDOW_MS) return;
    seen.fight = { sinceMs: firstMs, takeOvers: FIGHT_TAKE_OVERS };
    this.#began.fire(alertOf(clientId, seen, seen.fight));
  }

  /** Those that go on, the most recent first. */
  list(): ClientIdFight[] {
    const nowMs = this.#clock.nowMs();
    const fights: ClientIdFight[] = [];
    for (const [clientId, seen] of [...this.#seen].reverse()) {
      if (fights.length === FIGHTS_SHOWN_MAX || nowMs - lastOf(seen) > FIGHT_QUIET_MS) break;
      if (seen.fight !== undefined) fights.push(alertOf(clientId, seen, seen.fight));
    }
    return fights;
  }

  #bound(): void {
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > FIGHT_IDS_MAX && oldest !== undefined) this.#seen.delete(oldest);
  }
}

const lastOf = (seen: Seen): number => seen.timesMs.at(-1) ?? 0;

function remember(seen: Seen, address: string): void {
  seen.addresses = [...seen.addresses.filter((known) => known !== address), address].slice(-ADDRESSES_MAX);
}

function alertOf(clientId: string, seen: Seen, fight: NonNullable<Seen['fight']>): ClientIdFight {
  // In an order of their own: the list must not change with every take-over.
  return { kind: 'client-id-fight', clientId, addresses: seen.addresses.toSorted(), ...fight, lastMs: lastOf(seen) };
}
