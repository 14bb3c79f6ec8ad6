/** Events: what devices report and what the hub notices, kept with the message, listed, grouped and acknowledged. */
import { RucheError } from '../../contract/errors.ts';
import type { Event, EventsQuery, SeedEvent } from '../../contract/event.ts';
import { LIVE_EVENTS_MAX } from '../../contract/limits.ts';
import { type Group, groupRepeats } from '../../domain/event-groups.ts';
import { atLeast } from '../../domain/event-severity.ts';
import type { EventReport, Report } from '../../domain/report.ts';
import { seedEventOf } from '../../domain/seed-event.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { EventFilter, EventRow } from '../../store/event-store.ts';
import type { PageOf, PageRequest, Store, Write } from '../../store/store.ts';
import { Arrivals, ownIdOf } from './arrivals.ts';
import { EVENT_LIMITS, type EventLimits, SEED_READS_MAX } from './event-limits.ts';
import { dataOf, eventOf, type HubNote, reportOf, rowOfNote } from './event-rows.ts';
import { KeptEvents } from './kept-events.ts';
import { PresenceLog, type Standing } from './presence-log.ts';

export interface EventsDeps {
  readonly store: Pick<Store, 'events' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly limits?: Partial<EventLimits>;
  readonly devices: {
    find(name: string): { readonly id: string } | undefined;
    standingOf(deviceId: string): Standing | undefined;
    ids(): string[];
  };
  /** Whoever else keeps events takes those of the hub too, in the same commit. */
  readonly also: {
    writesFor(noticed: Accepted, receivedMs: number): Write[];
    settle(noticed: Accepted, isStored: boolean): void;
  };
}

interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}

const PAGE_LIMIT = 100;
/** Reads for one page of groups: a page full of repeats says so with fewer groups than were asked for. */
const GROUP_READS_MAX = 20;
/** Newest events looked at when the hub starts. */
const LOADED_MAX = 500;

export class Events {
  readonly #deps: EventsDeps;
  readonly #kept: KeptEvents;
  readonly #arrivals: Arrivals;
  readonly #presence: PresenceLog;
  /** The last LIVE_EVENTS_MAX, newest first. */
  #recent: EventRow[] = [];
  readonly #added = makeSlot<[event: Event]>((error) => this.#complain(error));
  readonly #changed = makeSlot<[event: Event]>((error) => this.#complain(error));
  /** It is stored. Never twice for one event. */
  readonly onAdded = this.#added.slot;
  /** Somebody acknowledged it. */
  readonly onChanged = this.#changed.slot;

  constructor(deps: EventsDeps) {
    this.#deps = deps;
    const { store, clock, log } = deps;
    const onRemoved = (ids: ReadonlySet<string>): void => {
      this.#recent = this.#recent.filter(({ id }) => !ids.has(id));
    };
    this.#kept = new KeptEvents({ store, clock, log, limits: { ...EVENT_LIMITS, ...deps.limits }, onRemoved });
    this.#arrivals = new Arrivals({ store, kept: this.#kept, added: (row) => this.#wasAdded(row) });
    this.#presence = new PresenceLog({
      clock,
      standingOf: deps.devices.standingOf,
      write: (notes) => this.note(notes),
    });
  }

  async load(): Promise<void> {
    await this.#kept.load();
    const { items } = await this.#deps.store.events.list({ limit: LOADED_MAX });
    this.#recent = items.slice(0, LIVE_EVENTS_MAX);
    this.#presence.load(this.#deps.devices.ids(), items);
  }

  async close(): Promise<void> {
    this.#presence.close();
    await this.#kept.close();
  }

  // --- ingest

  writesFor({ deviceId, report }: Accepted, receivedMs: number): Write[] {
    return report.kind === 'event' ? this.#arrivals.writesFor(deviceId, report, receivedMs) : [];
  }

  /** It is kept already, or on its way to the store; for those who are asked after `writesFor`. */
  isRepeated(report: EventReport): boolean {
    return this.#arrivals.isRepeated(report);
  }

  settle({ report }: Accepted, isStored: boolean): void {
    if (report.kind === 'event') this.#arrivals.settle(report, isStored);
  }

  // --- the hub itself

  /** Kept when the store can; nobody was promised it. */
  note(notes: readonly HubNote[]): void {
    const { store, clock, log, also } = this.#deps;
    const rows = notes.map((note) => rowOfNote(note, this.#arrivals.place(clock.nowMs())));
    const noticed = rows.map((row) => ({ row, accepted: { deviceId: row.deviceId, report: reportOf(row) } }));
    for (const { accepted } of noticed) this.#arrivals.isNew(accepted.report);
    const writes = noticed.flatMap(({ row, accepted }) => [
      store.events.add(row),
      ...also.writesFor(accepted, row.receivedMs),
    ]);
    const settle = (isStored: boolean): void => {
      for (const { accepted } of noticed) also.settle(accepted, isStored);
    };
    store.commit(writes).then(
      () => {
        for (const row of rows) this.#wasAdded(row);
        settle(true);
      },
      (error) => {
        settle(false);
        log.warn({ err: error, events: rows.length }, 'events of the hub not stored');
      },
    );
  }

  deviceChanged(deviceId: string): void {
    this.#presence.changed(deviceId);
  }

  /** The device was deleted: what it said goes too. */
  forgetDevice(deviceId: string): void {
    this.#presence.forget(deviceId);
    this.#kept
      .forget(deviceId)
      .catch((error) => this.#deps.log.warn({ err: error, deviceId }, 'events of a deleted device are still there'));
  }

  // --- people

  /** The newest, for a browser that begins to watch. */
  recent(): Event[] {
    return this.#recent.map(eventOf);
  }

  /** Newest events as they are kept: for who was not there when they came. */
  async newest(limit: number): Promise<Event[]> {
    return (await this.#deps.store.events.list({ limit })).items.map(eventOf);
  }

  async get(id: string): Promise<Event | undefined> {
    const row = await this.#deps.store.events.get(id);
    return row && eventOf(row);
  }

  /** Throws CURSOR_INVALID. */
  async list({ cursor, limit = PAGE_LIMIT, grouped = false, ...query }: EventsQuery): Promise<PageOf<Event>> {
    const filter = this.#filterOf(query);
    if (grouped) return this.#listGroups({ cursor, limit }, filter);
    const { items, ...rest } = await this.#deps.store.events.list({ ...filter, cursor, limit });
    return { items: items.map(eventOf), ...rest };
  }

  /** As seed 4 lists them: what devices told, not what the hub noticed. */
  async seedList(limit: number): Promise<SeedEvent[]> {
    const found: EventRow[] = [];
    let cursor: string | undefined;
    for (let reads = 0; reads < SEED_READS_MAX && found.length < limit; reads++) {
      const page = await this.#deps.store.events.list({ limit, cursor });
      found.push(...page.items.filter(({ deviceId, source }) => deviceId !== '' && source !== 'hub'));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    return found.slice(0, limit).map(seedFormOf);
  }

  /** The one a device told under an id of its own, in seed 4's form. Throws EVENT_UNKNOWN. */
  async seedEvent(deviceId: string, eventId: string): Promise<SeedEvent> {
    const row = await this.#deps.store.events.get(ownIdOf(deviceId, eventId));
    if (row === undefined) throw new RucheError('EVENT_UNKNOWN');
    return seedFormOf(row);
  }

  /** That somebody has seen it, for a commit; `stored` is called after it. Throws EVENT_UNKNOWN. */
  async acknowledging(
    id: string,
    { by, note }: { readonly by: string; readonly note: string | undefined },
  ): Promise<{ readonly write: Write; readonly stored: () => Event }> {
    const { store, clock } = this.#deps;
    const row = await store.events.get(id);
    if (row === undefined) throw new RucheError('EVENT_UNKNOWN');
    const acked: EventRow = { ...row, ackedBy: by, ackedMs: clock.nowMs(), note: note ?? row.note };
    const stored = (): Event => {
      this.#recent = this.#recent.map((one) => (one.id === id ? acked : one));
      this.#changed.fire(eventOf(acked));
      return eventOf(acked);
    };
    return { write: store.events.put(acked), stored };
  }

  #filterOf({ device, severity, minSeverity, type, from, to }: EventsQuery): EventFilter {
    // Events outlive a name: one that nobody has any more is taken as it is.
    const deviceId = device === undefined ? undefined : (this.#deps.devices.find(device)?.id ?? device);
    const wanted = minSeverity === undefined ? undefined : atLeast(minSeverity);
    const severities = severity === undefined ? wanted : (wanted ?? [severity]).filter((one) => one === severity);
    return { deviceId, severities, type, fromMs: from, toMs: to };
  }

  /** Reads on while repeats leave room in the page; a cursor always points behind everything that was counted. */
  async #listGroups({ cursor, limit }: PageRequest, filter: EventFilter): Promise<PageOf<Event>> {
    let groups: Group<EventRow>[] = [];
    let next = cursor;
    for (let reads = 0; reads < GROUP_READS_MAX && groups.length < limit; reads++) {
      const page = await this.#deps.store.events.list({ ...filter, cursor: next, limit: limit - groups.length });
      groups = groupRepeats(page.items, groups);
      next = page.nextCursor;
      if (next === undefined) break;
    }
    const items = groups.map(({ newest, count, firstMs }) => ({ ...eventOf(newest), count, firstMs }));
    return next === undefined ? { items } : { items, nextCursor: next };
  }

  #wasAdded(row: EventRow): void {
    this.#kept.added(row);
    this.#recent = [row, ...this.#recent].slice(0, LIVE_EVENTS_MAX);
    this.#added.fire(eventOf(row));
  }

  #complain(error: unknown): void {
    this.#deps.log.error({ err: error }, 'a listener of events failed');
  }
}

const seedFormOf = (row: EventRow): SeedEvent => seedEventOf({ ...row, data: dataOf(row.dataJson) });

export async function createEvents(deps: EventsDeps): Promise<Events> {
  const events = new Events(deps);
  await events.load();
  return events;
}
