/** A waiting client becomes a device: a new one, or one that was known and had no connection to call its own. */
import { RucheError } from '../../contract/errors.ts';
import { mayRole } from '../../contract/permissions.ts';
import { canonicalId } from '../../domain/device-id.ts';
import { isPassingClientId } from '../../domain/dialects/dialects.ts';
import type { Person } from '../../domain/principal.ts';
import type { DeviceRow } from '../../store/store.ts';
import { nameIn } from './admission.ts';
import { NO_CREDENTIALS } from './credentials.ts';
import type { Registry } from './registry.ts';
import type { WaitingEntry } from './waiting-room.ts';

const ID_LENGTH_MAX = 64;
const SUFFIX_LENGTH = 6;

export interface Adoption {
  readonly entry: WaitingEntry;
  readonly person: Person;
  readonly name: string | undefined;
  readonly nowMs: number;
}

/** Throws NOT_YOURS, DEVICE_EXISTS, DEVICES_FULL. */
export async function adoptInto(registry: Registry, adoption: Adoption): Promise<DeviceRow> {
  const { deviceId, clientId } = adoption.entry;
  const known = registry.find(deviceId ?? clientId);
  return known === undefined ? adoptNew(registry, adoption) : bind(registry, known, adoption);
}

/** As whoever makes it writes its id: until it has spoken, that is how it is believed to write it. */
export function newRow(id: string, nowMs: number, parts: Partial<DeviceRow>): DeviceRow {
  return {
    id: canonicalId(id),
    name: canonicalId(id),
    ...(canonicalId(id) === id ? {} : { spelling: id }),
    createdMs: nowMs,
    ownerId: null,
    dialects: [],
    aliases: [],
    tags: [],
    ...NO_CREDENTIALS,
    boundClientId: null,
    expectedIntervalMs: null,
    lastSeenMs: null,
    address: null,
    demo: false,
    ...parts,
  };
}

async function adoptNew(registry: Registry, { entry, person, name, nowMs }: Adoption): Promise<DeviceRow> {
  const id = idFor(registry, entry);
  const row = newRow(id, nowMs, {
    ...(name === undefined ? {} : { name }),
    ...spellingIn(entry, id),
    ownerId: person.userId,
    dialects: dialectsOf(entry),
    ...boundTo(entry),
    address: entry.address,
    demo: entry.demo,
  });
  const named = { ...row, aliases: aliasesFor(registry, row, entry) };
  await registry.add(named);
  return named;
}

async function bind(registry: Registry, known: DeviceRow, { entry, person, name }: Adoption): Promise<DeviceRow> {
  if (known.tokenHash !== null) throw new RucheError('DEVICE_EXISTS', 'It has a token; enter it in the device.');
  const isTheirs = known.ownerId === null || known.ownerId === person.userId;
  if (!isTheirs && !mayRole(person.role, 'devices.manage')) throw new RucheError('NOT_YOURS');
  return registry.change(known.id, (row) => ({
    ...row,
    name: name ?? row.name,
    ...(row.spelling === undefined ? spellingIn(entry, row.id) : {}),
    ownerId: row.ownerId ?? person.userId,
    dialects: [...new Set([...row.dialects, ...dialectsOf(entry)])],
    aliases: aliasesFor(registry, row, entry),
    ...boundTo(entry),
  }));
}

/**
 * How it is admitted from now on: by its client id; and, when its payloads name it because the client id does not, from
 * its address, for libraries that make a new client id for each connection.
 */
function boundTo({ clientId, address, isAnnounced }: WaitingEntry): Pick<DeviceRow, 'boundClientId' | 'boundAddress'> {
  const boundClientId = isPassingClientId(clientId) ? null : clientId;
  return isAnnounced ? { boundClientId, boundAddress: address } : { boundClientId };
}

/** Its id as its client id writes it, if it does. */
function spellingIn({ clientId }: WaitingEntry, id: string): Pick<DeviceRow, 'spelling'> {
  const name = nameIn(clientId);
  return name !== id && canonicalId(name) === id ? { spelling: name } : {};
}

const aliasesFor = (registry: Registry, row: DeviceRow, { clientId }: WaitingEntry): string[] =>
  isPassingClientId(clientId) ? row.aliases : registry.aliasesWith(row, clientId);

const dialectsOf = ({ dialect }: WaitingEntry): string[] => (dialect === undefined ? [] : [dialect]);

/** The dialect's name for it, else the client id made fit for a device id. */
function idFor(registry: Registry, { id, clientId, deviceId }: WaitingEntry): string {
  if (deviceId !== undefined) return deviceId;
  const fit = canonicalId(clientId)
    .replace(/[^A-Za-z0-9._:-]+/g, '-')
    .slice(0, ID_LENGTH_MAX);
  if (registry.isFree(fit)) return fit;
  const suffix = id.slice(0, SUFFIX_LENGTH);
  return `${fit.slice(0, ID_LENGTH_MAX - SUFFIX_LENGTH - 1) || 'device'}-${suffix}`;
}
