/** One command for many devices: who is meant, and a row for each of them, whatever came of it. */
import type { BulkCommand, BulkCommandBody, BulkRow, Command, DeviceSelection } from '../../contract/command.ts';
import { RucheError } from '../../contract/errors.ts';
import { BULK_DEVICES_MAX } from '../../contract/limits.ts';
import { parseDeviceQuery } from '../../domain/device-query.ts';
import type { Person } from '../../domain/principal.ts';
import { newId } from '../../lib/ids.ts';
import type { BulkRow as StoredBulk } from '../../store/command-store.ts';
import type { Write } from '../../store/store.ts';
import type { Draft } from './commands.ts';
import { BULKS_KEPT_MAX, type CommandDevice, type CommandsDeps } from './commands-deps.ts';

export interface BulkParts {
  readonly person: Person;
  /** Throws RucheError for a device that cannot be given it. */
  draft(device: CommandDevice, bulkId: string): Draft;
  /** All of it or nothing, and the drafts know which. */
  store(writes: readonly Write[], drafts: readonly Draft[]): Promise<void>;
}

/** Throws SELECTION_INVALID. */
export async function issueBulk(
  { devices, store, clock }: Pick<CommandsDeps, 'devices' | 'store' | 'clock'>,
  body: BulkCommandBody,
  parts: BulkParts,
): Promise<BulkCommand> {
  const id = newId();
  const surplus = await surplusOf(store.bulks);
  const drafts: Draft[] = [];
  const rows = selected(devices, body.select).map((name): BulkRow => {
    const outcome = attempt(devices.find(name), id, parts);
    if ('code' in outcome) return { deviceId: name, command: null, refusal: outcome };
    drafts.push(outcome);
    return { deviceId: outcome.command.deviceId, command: outcome.command, refusal: null };
  });
  const made = { id, name: body.name, value: body.value ?? null, createdMs: clock.nowMs() };
  const bulk: BulkCommand = { ...made, createdBy: parts.person.username, rows };
  await parts.store([store.bulks.put(storedOf(bulk)), ...surplus, ...drafts.flatMap(({ writes }) => writes)], drafts);
  return bulk;
}

/** As it is now. Throws COMMAND_UNKNOWN. */
export async function viewBulk(store: CommandsDeps['store'], id: string): Promise<BulkCommand> {
  const bulk = await store.bulks.get(id);
  if (bulk === undefined) throw new RucheError('COMMAND_UNKNOWN');
  const rows: BulkRow[] = [];
  for (const { deviceId, commandId, code, detail } of bulk.rows) {
    const command = commandId === '' ? undefined : await store.commands.get(deviceId, commandId);
    rows.push({ deviceId, command: command ?? null, refusal: command === undefined ? refusalOf(code, detail) : null });
  }
  return { ...bulk, rows };
}

/** Ids of devices, or names that nobody has, in order and each once. */
function selected(devices: CommandsDeps['devices'], { ids, tag, filter }: DeviceSelection): string[] {
  if ([ids, tag, filter].filter((one) => one !== undefined).length !== 1) {
    throw new RucheError('SELECTION_INVALID', 'body.select has not exactly one of ids, tag and filter.');
  }
  const found = ids?.map((name) => devices.find(name)?.id ?? name) ?? matching(devices, tag, filter);
  const unique = [...new Set(found)].sort();
  if (unique.length > BULK_DEVICES_MAX) {
    throw new RucheError(
      'SELECTION_INVALID',
      `${unique.length} devices are meant; at most ${BULK_DEVICES_MAX} can be.`,
    );
  }
  return unique;
}

function matching(devices: CommandsDeps['devices'], tag: string | undefined, filter: string | undefined): string[] {
  const fits = parseDeviceQuery(filter ?? `tag:${tag}`);
  if (fits === undefined) throw new RucheError('SELECTION_INVALID', 'body.select.filter says nothing.');
  return devices
    .all()
    .filter(fits)
    .map(({ id }) => id);
}

function attempt(device: CommandDevice | undefined, bulkId: string, { draft }: BulkParts) {
  try {
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    return draft(device, bulkId);
  } catch (error) {
    if (!(error instanceof RucheError)) throw error;
    return { code: error.code, detail: error.message };
  }
}

/** Makes room for one more. */
async function surplusOf(bulks: CommandsDeps['store']['bulks']): Promise<Write[]> {
  const ids = await bulks.oldest(BULKS_KEPT_MAX);
  return ids.length < BULKS_KEPT_MAX ? [] : ids.slice(0, 1).map((id) => bulks.remove(id));
}

const storedOf = ({ rows, ...bulk }: BulkCommand): StoredBulk => ({
  ...bulk,
  rows: rows.map(({ deviceId, command, refusal }) => ({
    deviceId,
    commandId: idOf(command),
    code: refusal?.code ?? '',
    detail: refusal?.detail ?? '',
  })),
});
const idOf = (command: Command | null): string => command?.id ?? '';

/** A command that was there and is not any more: its device was deleted, or it is older than what is kept. */
const refusalOf = (code: string, detail: string): { code: string; detail: string } =>
  code === '' ? { code: 'COMMAND_UNKNOWN', detail: 'It is not kept any more.' } : { code, detail };
