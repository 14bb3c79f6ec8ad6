/** All device rows in memory, found by any of their names, and changed on disk and in memory together. */
import { RucheError } from '../../contract/errors.ts';
import { canonicalId } from '../../domain/device-id.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { DeviceRow, PageOf, PageRequest, Store, Write } from '../../store/store.ts';

/** Devices a hub keeps. */
export const DEVICES_MAX = 10_000;
/** Other names kept of one device. */
const ALIASES_MAX = 16;
/** Changes made by people that may wait for the store at once. */
const CHANGES_WAITING_MAX = 1000;
const LOAD_PAGE_SIZE = 200;
/** Devices of these ids could not be reached over HTTP: /devices/waiting is the waiting room, dots are taken out of paths. */
const RESERVED_IDS: readonly string[] = ['waiting', '.', '..'];

/** What a device itself changes by being there. */
export type SelfMade = Partial<
  Pick<DeviceRow, 'lastSeenMs' | 'habits' | 'address' | 'dialects' | 'aliases' | 'spelling'>
>;

export class Registry {
  readonly #store: Pick<Store, 'devices' | 'commit'>;
  readonly #isAccount: (name: string) => boolean;
  readonly #rows = new Map<string, DeviceRow>();
  /** Every canonical name → device id. */
  readonly #names = new Map<string, string>();
  /** SHA-256 of device tokens → device id. */
  readonly #tokens = new Map<string, string>();
  /** Client ids that are admitted without credentials → device id. */
  readonly #bound = new Map<string, string>();
  readonly #inTurn = makeTurnstile({
    concurrency: 1,
    waitingMax: CHANGES_WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  /** Ids in order, made when a list asks for them. */
  #sortedIds: string[] | undefined;

  /** `isAccount`: the name an account connects under cannot be a device's. */
  constructor(store: Pick<Store, 'devices' | 'commit'>, isAccount: (name: string) => boolean) {
    this.#store = store;
    this.#isAccount = isAccount;
  }

  async load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#store.devices.list({ limit: LOAD_PAGE_SIZE, cursor });
      for (const row of page.items) this.#set(row);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  get(id: string): DeviceRow | undefined {
    return this.#rows.get(id);
  }

  /** By id, alias, MAC in any spelling, or bound client id. */
  find(name: string): DeviceRow | undefined {
    const id = this.#names.get(canonicalId(name)) ?? this.#bound.get(name);
    return id === undefined ? undefined : this.#rows.get(id);
  }

  /** As `find`; throws DEVICE_UNKNOWN. */
  demand(name: string): DeviceRow {
    const row = this.find(name);
    if (row === undefined) throw new RucheError('DEVICE_UNKNOWN');
    return row;
  }

  ofTokenHash(hash: string): DeviceRow | undefined {
    const id = this.#tokens.get(hash);
    return id === undefined ? undefined : this.#rows.get(id);
  }

  boundTo(clientId: string): DeviceRow | undefined {
    const id = this.#bound.get(clientId);
    return id === undefined ? undefined : this.#rows.get(id);
  }

  /** May a new device have this id? */
  isFree(id: string): boolean {
    return id !== '' && !RESERVED_IDS.includes(id) && this.find(id) === undefined && !this.#isAccount(id);
  }

  /** The aliases with one more name, unless somebody else is called that. */
  aliasesWith(row: DeviceRow, name: string): string[] {
    const bearer = this.find(name);
    const isTaken = (bearer !== undefined && bearer.id !== row.id) || this.#isAccount(name);
    return isTaken ? row.aliases : withAlias(row, name);
  }

  rows(): IterableIterator<DeviceRow> {
    return this.#rows.values();
  }

  /** By id. Throws CURSOR_INVALID. */
  page({ limit, cursor }: PageRequest): PageOf<DeviceRow> {
    this.#sortedIds ??= [...this.#rows.keys()].sort();
    const start = cursor === undefined ? 0 : firstAfter(this.#sortedIds, idOf(cursor));
    const ids = this.#sortedIds.slice(start, start + limit);
    const items = ids.map((id) => this.demand(id));
    const last = ids.at(-1);
    const isEnd = last === undefined || start + limit >= this.#sortedIds.length;
    return isEnd ? { items } : { items, nextCursor: cursorOf(last) };
  }

  /** Throws DEVICE_EXISTS, NAME_TAKEN, DEVICES_FULL, DEVICE_ID_INVALID. */
  add(row: DeviceRow): Promise<void> {
    return this.#inTurn(async () => {
      const write = this.addNow(row);
      await this.#store.commit([write]).catch((error: unknown) => {
        this.#drop(row.id);
        throw error;
      });
    });
  }

  /** As `add`, but in memory at once; the caller commits the write. */
  addNow(row: DeviceRow): Write {
    if (RESERVED_IDS.includes(row.id)) {
      throw new RucheError('DEVICE_ID_INVALID', `"${row.id}" is a name of the hub's own.`);
    }
    const existing = this.find(row.id);
    if (existing !== undefined) throw new RucheError('DEVICE_EXISTS', `It is known as "${existing.id}".`);
    if (this.#isAccount(row.id)) throw new RucheError('NAME_TAKEN', `An account is called "${row.id}".`);
    if (this.#rows.size >= DEVICES_MAX) throw new RucheError('DEVICES_FULL');
    this.#set(row);
    return this.#store.devices.put(row);
  }

  /** Throws DEVICE_UNKNOWN, and whatever `apply` throws. */
  change(id: string, apply: (row: DeviceRow) => DeviceRow): Promise<DeviceRow> {
    return this.#inTurn(async () => {
      const before = this.demand(id);
      const after = apply(before);
      this.#set(after);
      await this.#store.commit([this.#store.devices.put(after)]).catch((error: unknown) => {
        // People's changes take turns: only what the device itself says may have changed meanwhile, and that stays.
        const { lastSeenMs, habits, address, dialects, spelling } = this.demand(id);
        const kept = { ...(habits === undefined ? {} : { habits }), ...(spelling === undefined ? {} : { spelling }) };
        this.#set({ ...before, lastSeenMs, address, dialects, ...kept });
        throw error;
      });
      return this.demand(id);
    });
  }

  /** What a device changes by itself: in memory now, on disk with the next commit that has `write(id)` in it. */
  note(id: string, patch: SelfMade): void {
    this.#set({ ...this.demand(id), ...patch });
  }

  /** The device as it is now, for the caller to commit. */
  write(id: string): Write {
    return this.#store.devices.put(this.demand(id));
  }

  /** Throws DEVICE_UNKNOWN. */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const row = this.demand(id);
      // Out of memory first, so that nothing the device still says can write it back behind the removal.
      this.#drop(row.id);
      await this.#store.commit([this.#store.devices.remove(row.id)]).catch((error: unknown) => {
        this.#set(row);
        throw error;
      });
    });
  }

  #set(row: DeviceRow): void {
    const before = this.#rows.get(row.id);
    if (before === undefined) this.#sortedIds = undefined;
    else this.#forgetNames(before);
    this.#rows.set(row.id, row);
    for (const name of namesOf(row)) if (!this.#names.has(name)) this.#names.set(name, row.id);
    if (row.boundClientId !== null) this.#bound.set(row.boundClientId, row.id);
    if (row.tokenHash !== null) this.#tokens.set(row.tokenHash, row.id);
  }

  #drop(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#forgetNames(row);
    this.#rows.delete(id);
    this.#sortedIds = undefined;
  }

  #forgetNames(row: DeviceRow): void {
    if (row.tokenHash !== null) this.#tokens.delete(row.tokenHash);
    for (const name of namesOf(row)) if (this.#names.get(name) === row.id) this.#names.delete(name);
    if (row.boundClientId !== null && this.#bound.get(row.boundClientId) === row.id) {
      this.#bound.delete(row.boundClientId);
    }
  }
}

/** Every canonical name of a device: what it may call itself. */
export const namesOf = (row: DeviceRow): readonly string[] => [row.id, ...row.aliases];

/** How it calls itself, and looks for itself in what it hears. */
export const spellingOf = ({ id, spelling }: Pick<DeviceRow, 'id' | 'spelling'>): string => spelling ?? id;

/** How it may be called in what is said to it: a name of another one would reach that one, or nobody. */
export const isNameOf = (row: DeviceRow, name: string): boolean => namesOf(row).includes(canonicalId(name));

/** The aliases with one more name, or the same list when it is known already or there is no room. */
export function withAlias(row: DeviceRow, name: string): string[] {
  const canonical = canonicalId(name);
  if (canonical === row.id || row.aliases.includes(canonical) || row.aliases.length >= ALIASES_MAX) return row.aliases;
  return [...row.aliases, canonical];
}

const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

function idOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(id) !== cursor) throw new RucheError('CURSOR_INVALID');
  return id;
}

/** Index of the first id behind `id`, which may be gone by now. */
function firstAfter(sortedIds: readonly string[], id: string): number {
  let low = 0;
  let high = sortedIds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortedIds[middle] ?? '') <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
