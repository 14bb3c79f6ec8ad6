/** Clients without credentials that nobody has adopted yet: listed for people, bounded in number and time. */
import type { WaitingDevice } from '../../contract/device.ts';
import { RucheError } from '../../contract/errors.ts';
import { canonicalId } from '../../domain/device-id.ts';
import { identify } from '../../domain/dialects/dialects.ts';
import { newId } from '../../lib/ids.ts';
import type { SessionFacts } from './session-facts.ts';

/** Clients that wait at the same time. */
export const WAITING_MAX = 200;
/** Of these from one address: a rack of a hundred simulated devices fits, one stranger cannot take all the room. */
export const WAITING_PER_ADDRESS_MAX = 128;
/** Let in, its connection is there within this time: until then its entry is nobody else's to take. */
const ARRIVING_MS = 10_000;
/** Forgotten this long after it was last seen. */
const FORGET_AFTER_MS = 3_600_000;

export interface WaitingEntry {
  readonly id: string;
  readonly clientId: string;
  /** Canonical id it would have, when a dialect can tell from the client id or from what it says. */
  deviceId: string | undefined;
  dialect: string | undefined;
  /** It said so itself, in a payload: its client id does not tell. */
  isAnnounced: boolean;
  readonly demo: boolean;
  readonly firstSeenMs: number;
  address: string;
  lastSeenMs: number;
  session: SessionFacts | undefined;
  /** Without a session: it may still be on its way until then. */
  arrivingUntilMs: number;
}

/** Who a client says it is. */
export interface Announcement {
  /** Canonical. */
  readonly deviceId: string;
  readonly dialect: string;
}

export class WaitingRoom {
  readonly #byClient = new Map<string, WaitingEntry>();
  readonly #onChanged: () => void;

  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
  }

  /** The entry of this client, made when it is new. Throws WAITING_ROOM_FULL. */
  enter(client: { clientId: string; address: string; demo: boolean }, nowMs: number): WaitingEntry {
    const known = this.#byClient.get(client.clientId);
    if (known !== undefined) {
      known.address = client.address;
      known.lastSeenMs = nowMs;
      known.arrivingUntilMs = nowMs + ARRIVING_MS;
      return known;
    }
    this.#makeRoom(client.address, nowMs);
    const identity = identify(client.clientId);
    const entry: WaitingEntry = {
      id: newId(),
      clientId: client.clientId,
      deviceId: identity === undefined ? undefined : canonicalId(identity.name),
      dialect: identity?.dialect,
      isAnnounced: false,
      demo: client.demo,
      firstSeenMs: nowMs,
      address: client.address,
      lastSeenMs: nowMs,
      session: undefined,
      arrivingUntilMs: nowMs + ARRIVING_MS,
    };
    this.#byClient.set(entry.clientId, entry);
    this.#onChanged();
    return entry;
  }

  connected(session: SessionFacts, nowMs: number): void {
    const entry = this.#byClient.get(session.clientId);
    if (entry === undefined) return;
    entry.session = session;
    entry.lastSeenMs = nowMs;
    this.#onChanged();
  }

  /** What a client said tells which device it is; one that its client id names already stays that. */
  announced(clientId: string, said: Announcement): void {
    const entry = this.#byClient.get(clientId);
    if (entry === undefined || (entry.deviceId !== undefined && !entry.isAnnounced)) return;
    if (entry.deviceId === said.deviceId) return;
    Object.assign(entry, said, { isAnnounced: true });
    // Its earlier connections, under other client ids: one line is enough for one device.
    for (const other of this.entries()) {
      const isSame = other.isAnnounced && other.deviceId === said.deviceId && other.address === entry.address;
      if (other !== entry && isSame && other.session === undefined) this.#byClient.delete(other.clientId);
    }
    this.#onChanged();
  }

  heard(clientId: string, nowMs: number): void {
    const entry = this.#byClient.get(clientId);
    if (entry !== undefined) entry.lastSeenMs = nowMs;
  }

  disconnected(session: SessionFacts, nowMs: number): void {
    const entry = this.#byClient.get(session.clientId);
    // A client that was taken over by its own next connection is still there.
    if (entry?.session === undefined || entry.session.connectedMs > session.connectedMs) return;
    entry.session = undefined;
    entry.lastSeenMs = nowMs;
    entry.arrivingUntilMs = nowMs;
    this.#onChanged();
  }

  ofClient(clientId: string): WaitingEntry | undefined {
    return this.#byClient.get(clientId);
  }

  get(id: string): WaitingEntry | undefined {
    for (const entry of this.#byClient.values()) if (entry.id === id) return entry;
    return undefined;
  }

  /** Who waits under a device id: the connected one before others, then the one seen last. */
  forDevice(deviceId: string): WaitingEntry | undefined {
    let best: WaitingEntry | undefined;
    for (const entry of this.#byClient.values()) {
      if (entry.deviceId === deviceId && (best === undefined || isMorePresent(entry, best))) best = entry;
    }
    return best;
  }

  remove(entry: WaitingEntry): void {
    if (this.#byClient.delete(entry.clientId)) this.#onChanged();
  }

  sweep(nowMs: number): void {
    for (const entry of this.#byClient.values()) {
      if (entry.session === undefined && nowMs - entry.lastSeenMs > FORGET_AFTER_MS) this.remove(entry);
    }
  }

  entries(): readonly WaitingEntry[] {
    return [...this.#byClient.values()];
  }

  views(): WaitingDevice[] {
    return this.entries().map((entry) => ({
      id: entry.id,
      clientId: entry.clientId,
      ...(entry.deviceId === undefined ? {} : { deviceId: entry.deviceId }),
      ...(entry.dialect === undefined ? {} : { dialect: entry.dialect }),
      address: entry.address,
      connected: entry.session !== undefined,
      firstSeenMs: entry.firstSeenMs,
      lastSeenMs: entry.lastSeenMs,
      demo: entry.demo,
    }));
  }

  #makeRoom(address: string, nowMs: number): void {
    const entries = this.entries();
    const neighbours = entries.filter((entry) => entry.address === address);
    if (neighbours.length >= WAITING_PER_ADDRESS_MAX) this.#evictFrom(neighbours, nowMs);
    else if (entries.length >= WAITING_MAX) this.#evictFrom(entries, nowMs);
  }

  #evictFrom(entries: readonly WaitingEntry[], nowMs: number): void {
    const gone = entries.filter((entry) => entry.session === undefined && entry.arrivingUntilMs <= nowMs);
    const oldest = gone.toSorted((a, b) => a.lastSeenMs - b.lastSeenMs)[0];
    if (oldest === undefined) throw new RucheError('WAITING_ROOM_FULL');
    this.#byClient.delete(oldest.clientId);
  }
}

function isMorePresent(a: WaitingEntry, b: WaitingEntry): boolean {
  if ((a.session === undefined) !== (b.session === undefined)) return a.session !== undefined;
  return a.lastSeenMs > b.lastSeenMs;
}
