/** Commands: asking devices to do something, and what came of it. */
import type { BulkCommand, BulkCommandBody, Command, CommandBody } from '../../contract/command.ts';
import { RucheError } from '../../contract/errors.ts';
import { COMMAND_TTL_DEFAULT_S } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import { isPin, whyNotCommand } from '../../domain/command-encoding.ts';
import { type CommandFacts, isEcho, mustBeSent, type PinValue } from '../../domain/commands.ts';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import { makeOrderedIds } from '../../lib/ids.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { PageOf, PageRequest, Write } from '../../store/store.ts';
import { issueBulk, viewBulk } from './bulk.ts';
import { CommandHistory } from './command-history.ts';
import { type CommandDevice, type CommandLink, type CommandsDeps, POLL_ECHO_MS } from './commands-deps.ts';
import { Delivery } from './delivery.ts';
import { type Change, Ledger } from './ledger.ts';

const TICK_MS = 1000;
/** Changes of one commit, when many end at once. */
const COMMIT_MAX = 500;
/** Of one device, for who begins to watch. */
const NEWEST_MAX = 50;

/** A command that is about to be stored: `writes` go into a commit, and `settle` is told how that ended. */
export interface Draft {
  readonly command: Command;
  readonly writes: readonly Write[];
  settle(isStored: boolean): void;
}

/** What ingest hands to whoever keeps something of it. */
interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
  readonly isSetByPerson?: boolean | undefined;
}

export async function createCommands(deps: CommandsDeps): Promise<Commands> {
  const commands = new Commands(deps);
  await commands.load();
  return commands;
}

export class Commands {
  readonly #deps: CommandsDeps;
  readonly #ledger: Ledger;
  readonly #delivery: Delivery;
  readonly #history: CommandHistory;
  readonly #stopTicking: () => void;
  readonly #newId = makeOrderedIds();
  /** Answers on their way to the store. */
  readonly #answers = new WeakMap<Report, Change[]>();
  /** Steps that happened and could not be stored yet, by command. */
  readonly #unsaved = new Map<string, Change>();
  readonly #changed = makeSlot<[Command]>((error) => this.#deps.log.error({ err: error }, 'a listener failed'));
  /** It is stored. */
  readonly onChanged = this.#changed.slot;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#ledger = new Ledger(deps.store.commands);
    this.#history = new CommandHistory(deps);
    this.#delivery = new Delivery(deps, this.#ledger, {
      changed: (change) => this.#stored([change]),
      taken: (deviceId, id) => this.#taken(deviceId, id),
    });
    this.#stopTicking = deps.clock.every(TICK_MS, () => this.#tick());
  }

  load(): Promise<void> {
    return this.#ledger.load();
  }

  close(): void {
    this.#stopTicking();
    this.#history.close();
  }

  // --- people

  /** Stored when it resolves, and on its way if the device is there. Throws NOT_YOURS, COMMAND_UNSUPPORTED, COMMANDS_FULL … */
  async issue(person: Person, deviceName: string, body: CommandBody): Promise<Command> {
    const draft = this.draft(person, this.#demand(deviceName), body);
    await this.#store(draft.writes, [draft]);
    return draft.command;
  }

  /** For who stores something of its own with it; the device by any of its names. */
  draftFor(person: Person, deviceName: string, body: CommandBody): Draft {
    return this.draft(person, this.#demand(deviceName), body);
  }

  /** Of several devices at once; refused ones are rows too. Throws SELECTION_INVALID. */
  issueBulk(person: Person, body: BulkCommandBody): Promise<BulkCommand> {
    return issueBulk(this.#deps, body, {
      person,
      draft: (device, bulkId) => this.draft(person, device, body, bulkId),
      store: (writes, drafts) => this.#store(writes, drafts),
    });
  }

  /** Throws COMMAND_UNKNOWN. */
  bulk(id: string): Promise<BulkCommand> {
    return viewBulk(this.#deps.store, id);
  }

  draft(person: Person, device: CommandDevice, body: CommandBody, bulkId: string | null = null): Draft {
    if (!mayCommand(person, device)) throw new RucheError('NOT_YOURS');
    const facts = this.#make(person, device, body, bulkId);
    const refusal = whyNotCommand(device.dialects, { ...facts, deviceId: device.spelling ?? device.id });
    if (refusal !== undefined) throw new RucheError(refusal.code, refusal.detail);
    if (!this.#ledger.hasRoomFor(device.id)) throw new RucheError('COMMANDS_FULL');
    const changes = this.#ledger.add(facts);
    return {
      command: facts,
      writes: changes.map(({ write }) => write),
      settle: (isStored) => {
        if (!isStored) for (const change of changes) this.#ledger.revert(change);
        else this.#stored(changes);
        if (isStored) this.#history.touched(device.id);
        if (isStored) this.#delivery.wake(device.id);
      },
    };
  }

  /** Newest first. */
  async list(deviceName: string, page: PageRequest): Promise<PageOf<Command>> {
    return this.#deps.store.commands.list(this.#demand(deviceName).id, page);
  }

  newest(deviceId: string): Promise<Command[]> {
    return this.#deps.store.commands.list(deviceId, { limit: NEWEST_MAX }).then(({ items }) => items);
  }

  /** Throws COMMAND_UNKNOWN. */
  async get(deviceName: string, id: string): Promise<Command> {
    const row = await this.#deps.store.commands.get(this.#demand(deviceName).id, id);
    if (row === undefined) throw new RucheError('COMMAND_UNKNOWN');
    return row;
  }

  /** Throws COMMAND_UNKNOWN, COMMAND_UNDERWAY, NOT_YOURS. */
  async cancel(person: Person, deviceName: string, id: string): Promise<Command> {
    const device = this.#demand(deviceName);
    if (!mayCommand(person, device)) throw new RucheError('NOT_YOURS');
    const known = await this.get(deviceName, id);
    const facts = this.#ledger.find(device.id, id);
    const change = facts && this.#ledger.apply(facts, { kind: 'cancelled' }, this.#deps.clock.nowMs());
    if (change === undefined) throw new RucheError('COMMAND_UNDERWAY', `It is ${facts?.state ?? known.state}.`);
    await this.#commit([change]);
    return change.after;
  }

  // --- devices

  /** The device was heard, or listens to something: commands may go out. */
  heard(deviceId: string): void {
    this.#delivery.wake(deviceId);
  }

  /** A connection that is not the device's own spoke for it. */
  spokenFor(deviceId: string, key: string): void {
    this.#delivery.spokenFor(deviceId, key);
  }

  disconnected(link: CommandLink): void {
    this.#delivery.disconnected(link);
  }

  forgetDevice(deviceId: string): void {
    this.#ledger.forget(deviceId);
    this.#delivery.forget(deviceId);
  }

  /** What people want the device's virtual pins to be, as far as it has not shown yet that they are. */
  pins(deviceId: string): Record<string, PinValue> {
    const nowMs = this.#deps.clock.nowMs();
    const wanted = this.#ledger.of(deviceId).filter((one) => isPinWanted(one, nowMs));
    return Object.fromEntries(wanted.map(({ name, value }) => [name, value ?? 0]));
  }

  /** The same for the device that asks: what it is answered counts as delivered, and that is stored before it is. */
  async poll(deviceId: string): Promise<Record<string, PinValue>> {
    const pins = this.pins(deviceId);
    const nowMs = this.#deps.clock.nowMs();
    const waiting = this.#ledger.waiting(deviceId).filter((one) => isPinWanted(one, nowMs));
    const newest = new Map(waiting.map((command) => [command.name, command.id]));
    const changes = waiting.flatMap((command) => {
      const isNewest = newest.get(command.name) === command.id;
      const step = isNewest ? ({ kind: 'delivered', via: 'http' } as const) : ({ kind: 'superseded' } as const);
      return this.#ledger.apply(command, step, nowMs) ?? [];
    });
    if (changes.length > 0) await this.#commit(changes);
    return pins;
  }

  /** What the device says about its commands goes into the commit of the message. */
  writesFor({ deviceId, report, isSetByPerson }: Accepted, receivedMs: number): Write[] {
    if (!this.#ledger.has(deviceId) && report.kind !== 'command-ack') return [];
    const changes = isSetByPerson === true ? [] : this.#answersIn(deviceId, report, receivedMs);
    if (changes.length === 0) return [];
    this.#answers.set(report, changes);
    return changes.map(({ write }) => write);
  }

  settle({ report }: Accepted, isStored: boolean): void {
    const changes = this.#answers.get(report) ?? [];
    this.#answers.delete(report);
    if (isStored) this.#stored(changes);
    else for (const change of changes) this.#ledger.revert(change);
  }

  #answersIn(deviceId: string, report: Report, nowMs: number): Change[] {
    if (report.kind === 'command-ack') {
      const facts = this.#ledger.find(deviceId, report.commandId);
      const step = { kind: 'answered', isOk: report.isOk, message: report.message ?? null } as const;
      return (facts && this.#applied(facts, step, nowMs)) ?? [];
    }
    if (report.kind !== 'readings') return [];
    const shown = this.#ledger.of(deviceId).filter((facts) => isEcho(facts, report.metrics));
    const step = { kind: 'answered', isOk: true, message: null } as const;
    return shown.flatMap((facts) => this.#applied(facts, step, nowMs));
  }

  #applied(...args: Parameters<Ledger['apply']>): Change[] {
    const change = this.#ledger.apply(...args);
    return change === undefined ? [] : [change];
  }

  #taken(deviceId: string, id: string): void {
    const facts = this.#ledger.find(deviceId, id);
    const change = facts && this.#ledger.apply(facts, { kind: 'delivered', via: 'mqtt' }, this.#deps.clock.nowMs());
    if (change !== undefined) this.#keepOn([change]);
  }

  #make(person: Person, { id }: CommandDevice, body: CommandBody, bulkId: string | null): CommandFacts {
    const nowMs = this.#deps.clock.nowMs();
    return {
      id: this.#newId(nowMs),
      deviceId: id,
      name: body.name,
      value: body.value ?? null,
      state: 'queued',
      createdMs: nowMs,
      createdBy: person.username,
      expiresMs: nowMs + (body.ttlS ?? COMMAND_TTL_DEFAULT_S) * 1000,
      sentMs: null,
      deliveredMs: null,
      endedMs: null,
      attempts: 0,
      via: null,
      isConfirmed: true,
      message: null,
      bulkId,
    };
  }

  #demand(name: string): CommandDevice {
    const device = this.#deps.devices.find(name);
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    return device;
  }

  #tick(): void {
    this.#delivery.retry();
    const changes = [...this.#unsaved.values(), ...this.#ledger.expire(this.#deps.clock.nowMs())];
    this.#unsaved.clear();
    for (let start = 0; start < changes.length; start += COMMIT_MAX) {
      this.#keepOn(changes.slice(start, start + COMMIT_MAX));
    }
  }

  async #store(writes: readonly Write[], drafts: readonly Draft[]): Promise<void> {
    try {
      await this.#deps.store.commit(writes);
    } catch (error) {
      for (const draft of drafts) draft.settle(false);
      throw error;
    }
    for (const draft of drafts) draft.settle(true);
  }

  /** Somebody waits for it: all of it or nothing. */
  async #commit(changes: readonly Change[]): Promise<void> {
    try {
      await this.#deps.store.commit(changes.map(({ write }) => write));
    } catch (error) {
      for (const change of changes) this.#ledger.revert(change);
      throw error;
    }
    this.#stored(changes);
  }

  /** It has happened, whether it can be stored now or only later. */
  #keepOn(changes: readonly Change[]): void {
    this.#deps.store.commit(changes.map(({ write }) => write)).then(
      () => this.#stored(changes),
      (error: unknown) => {
        for (const change of changes) this.#unsaved.set(change.after.id, change);
        this.#deps.log.warn({ err: error }, 'steps of commands are not stored yet');
      },
    );
  }

  #stored(changes: readonly Change[]): void {
    for (const { after } of changes) {
      // An earlier step that is still to be stored must not come after this one.
      this.#unsaved.delete(after.id);
      this.#changed.fire(after);
    }
  }
}

/** Its owner, and whoever commands all devices. */
export const mayCommand = (person: Person, device: Pick<CommandDevice, 'ownerId'>): boolean =>
  device.ownerId === person.userId || mayRole(person.role, 'commands.send');

function isPinWanted(command: CommandFacts, nowMs: number): boolean {
  if (!isPin(command.name) || command.value === null) return false;
  if (mustBeSent(command)) return nowMs < command.expiresMs;
  const isPolled = command.state === 'delivered' && command.via === 'http';
  return isPolled && nowMs - (command.deliveredMs ?? 0) < POLL_ECHO_MS;
}
