/**
 * Pairing: asking a device to answer to a person, and what came of it.
 *
 * What is in memory is always what the last write handed out says, so that an answer that arrives while a request is
 * being stored meets the new state. Requests of one device run one after the other; answers are synchronous.
 */
import { RucheError } from '../../contract/errors.ts';
import { PAGE_LIMIT_MAX, PAIRING_TIMEOUT_MS } from '../../contract/limits.ts';
import type { Pairing } from '../../contract/pairing.ts';
import { mayRole } from '../../contract/permissions.ts';
import { SIMON_PAIR } from '../../contract/topics.ts';
import { answerPairing, mustHear, playerOf, requestPairing, viewPairing } from '../../domain/pairing.ts';
import type { Person } from '../../domain/principal.ts';
import type { PairingAnswer } from '../../domain/report.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import { makeSlot, type Slot, type SlotSource } from '../../lib/slot.ts';
import type { PairingRow, Write } from '../../store/store.ts';
import type { SimonDeps, SimonDevice } from './simon-deps.ts';

/** Requests for one device that may wait for each other. */
const REQUESTS_WAITING_MAX = 20;
/** Dialects whose devices answer on simon/pair. */
const PAIRING_DIALECTS: readonly string[] = ['simon', 'ruche'];

type Deps = Pick<SimonDeps, 'store' | 'clock' | 'log' | 'publish' | 'devices' | 'users'>;

export async function loadPairings(deps: Deps, onError: (error: unknown) => void): Promise<Pairings> {
  const rows: PairingRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.pairings.list({ limit: PAGE_LIMIT_MAX, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return new Pairings(deps, rows, onError);
}

export class Pairings {
  readonly #deps: Deps;
  /** One per device of the registry at most; `forget` when it leaves. */
  readonly #rows = new Map<string, PairingRow>();
  readonly #timeouts = new Map<string, () => void>();
  readonly #answers = new WeakMap<PairingAnswer, { before: PairingRow | undefined; after: PairingRow }>();
  readonly #inTurn = makeInTurn({ jobsMax: REQUESTS_WAITING_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  readonly #changed: SlotSource<[Pairing]>;

  constructor(deps: Deps, rows: readonly PairingRow[], onError: (error: unknown) => void) {
    this.#deps = deps;
    this.#changed = makeSlot(onError);
    for (const row of rows) this.#set(row);
  }

  get onChanged(): Slot<[Pairing]> {
    return this.#changed.slot;
  }

  /** The pairing of a device by its canonical id, known or not. */
  of(deviceId: string): Pairing {
    return viewPairing(deviceId, this.#rows.get(deviceId));
  }

  list(): Pairing[] {
    return [...this.#rows.keys()].map((deviceId) => this.of(deviceId));
  }

  /** The paired user name; '' while nobody is. */
  playerOf(deviceId: string): string {
    return playerOf(this.#rows.get(deviceId));
  }

  /** A person asks for a device, also one that is still waiting to be let in. Returns its canonical id. */
  async request(person: Person, idOrAlias: string, wanted: string | undefined): Promise<string> {
    const username = await this.#nameFor(person, wanted);
    const { devices, clock } = this.#deps;
    const known = devices.find(idOrAlias);
    if (known !== undefined) checkMayRequest(person, known);
    // A known device may have no way in any more, and wait outside.
    const device = (await devices.admitWaitingFor(idOrAlias, person)) ?? known;
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    checkMayRequest(person, device);
    const deviceId = device.id;
    await this.#inTurn(deviceId, async () => {
      // Deleted while this waited: a device that is made under the same id must not find it.
      if (devices.find(deviceId) === undefined) throw new RucheError('DEVICE_UNKNOWN');
      await this.#keep(requestPairing(this.#rows.get(deviceId), { deviceId, username, nowMs: clock.nowMs() }));
      await this.#tell(deviceId);
    });
    this.#deps.log.info({ deviceId, username }, 'pairing requested');
    return deviceId;
  }

  /** The player goes at once; the device is told, now or when it comes back. */
  async end(person: Person, idOrAlias: string): Promise<Pairing> {
    const device = this.#deps.devices.find(idOrAlias);
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    const deviceId = device.id;
    await this.#inTurn(deviceId, async () => {
      const before = this.#rows.get(deviceId);
      if (before === undefined || before.username === '') return;
      const isTheirs = before.username === person.username || playerOf(before) === person.username;
      if (!isTheirs && device.ownerId !== person.userId && !mayRole(person.role, 'pairing.others')) {
        throw new RucheError('NOT_YOURS');
      }
      await this.#keep(requestPairing(before, { deviceId, username: '', nowMs: this.#deps.clock.nowMs() }));
      await this.#tell(deviceId);
    });
    return this.of(deviceId);
  }

  /** Seed 0's device subscribes at every connect and has forgotten its player if it was switched off. */
  deviceSubscribed(deviceId: string): void {
    void this.#tell(deviceId);
  }

  /** What must be stored with the answer's message; nothing when nobody waits for that answer. */
  writesFor(deviceId: string, answer: PairingAnswer, receivedMs: number): Write[] {
    const before = this.#rows.get(deviceId);
    const after = answerPairing(before, { username: answer.username, nowMs: receivedMs });
    if (after === undefined) return [];
    this.#set(after);
    this.#answers.set(answer, { before, after });
    return [this.#deps.store.pairings.put(after)];
  }

  /** What became of the writes handed out for this answer. */
  settle(deviceId: string, answer: PairingAnswer, isStored: boolean): void {
    const step = this.#answers.get(answer);
    if (step === undefined) return;
    this.#answers.delete(answer);
    if (isStored) this.#deps.log.info({ deviceId, username: answer.username }, 'pairing answered');
    else if (this.#rows.get(deviceId) === step.after) this.#restore(deviceId, step.before);
    this.#changed.fire(this.of(deviceId));
  }

  /** The device has left the registry; the store forgets its pairing with it. */
  forget(deviceId: string): void {
    this.#restore(deviceId, undefined);
  }

  close(): void {
    for (const cancel of this.#timeouts.values()) cancel();
    this.#timeouts.clear();
  }

  async #nameFor(person: Person, wanted: string | undefined): Promise<string> {
    if (wanted === undefined) return person.username;
    const player = await this.#deps.users.byName(wanted);
    if (player?.username === person.username) return person.username;
    if (!mayRole(person.role, 'pairing.others')) throw new RucheError('FORBIDDEN', 'Pair only with yourself.');
    if (player === undefined) throw new RucheError('PLAYER_UNKNOWN');
    return player.username;
  }

  async #keep(row: PairingRow): Promise<void> {
    const before = this.#rows.get(row.deviceId);
    this.#set(row);
    try {
      await this.#deps.store.commit([this.#deps.store.pairings.put(row)]);
    } catch (error) {
      if (isSameStep(this.#rows.get(row.deviceId), row)) this.#restore(row.deviceId, before);
      throw error;
    }
    this.#changed.fire(this.of(row.deviceId));
  }

  /** Says the name to the device, if there is something to say. A failure is the same as a device that is off. */
  async #tell(deviceId: string): Promise<void> {
    const row = this.#rows.get(deviceId);
    if (row === undefined || !mustHear(row)) return;
    const device = this.#deps.devices.find(deviceId);
    if (row.publishedAtMs === null && device?.connected === true) {
      this.#set({ ...row, publishedAtMs: this.#deps.clock.nowMs() });
      this.#changed.fire(this.of(deviceId));
    }
    try {
      await this.#deps.publish(
        SIMON_PAIR,
        JSON.stringify({ device_id: device?.spelling ?? deviceId, username: row.username }),
      );
    } catch (error) {
      this.#deps.log.warn({ deviceId, err: error }, 'pairing request not published');
    }
  }

  #set(row: PairingRow): void {
    this.#cancelTimeout(row.deviceId);
    this.#rows.set(row.deviceId, row);
    if (row.state !== 'requested' || row.username === '') return;
    // Bounded both ways: the clock may have been set since the request.
    const leftMs = row.requestedAtMs + PAIRING_TIMEOUT_MS - this.#deps.clock.nowMs();
    const delayMs = Math.min(Math.max(leftMs, 0), PAIRING_TIMEOUT_MS);
    this.#timeouts.set(
      row.deviceId,
      this.#deps.clock.after(delayMs, () => void this.#timeOut(row.deviceId)),
    );
  }

  #restore(deviceId: string, before: PairingRow | undefined): void {
    this.#cancelTimeout(deviceId);
    this.#rows.delete(deviceId);
    if (before !== undefined) this.#set(before);
  }

  #cancelTimeout(deviceId: string): void {
    this.#timeouts.get(deviceId)?.();
    this.#timeouts.delete(deviceId);
  }

  /** Nothing is given up: the device is still listened to, and told again when it comes back. */
  async #timeOut(deviceId: string): Promise<void> {
    const row = this.#rows.get(deviceId);
    if (row?.state !== 'requested') return;
    const late: PairingRow = { ...row, state: 'timed_out' };
    this.#set(late);
    this.#changed.fire(this.of(deviceId));
    try {
      await this.#deps.store.commit([this.#deps.store.pairings.put(late)]);
    } catch (error) {
      // After a restart it is found requested, long ago, and times out again.
      this.#deps.log.warn({ deviceId, err: error }, 'pairing timeout not stored');
    }
  }
}

function checkMayRequest(person: Person, device: SimonDevice): void {
  const mayOthers = mayRole(person.role, 'pairing.others');
  if (device.ownerId !== null && device.ownerId !== person.userId && !mayOthers) throw new RucheError('NOT_YOURS');
  if (device.dialects.length > 0 && !device.dialects.some((dialect) => PAIRING_DIALECTS.includes(dialect))) {
    throw new RucheError('PAIRING_UNSUPPORTED');
  }
}

function isSameStep(a: PairingRow | undefined, b: PairingRow): boolean {
  return a?.state === b.state && a.username === b.username && a.requestedAtMs === b.requestedAtMs;
}
