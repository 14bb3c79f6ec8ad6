/**
 * The alerts that stand, one for each rule, device and metric. What happens to them by itself is changed in memory and
 * stored at once, repeats now and then; what people do is stored first.
 */
import { RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSortableIds } from '../../lib/ids.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { AlertRow } from '../../store/alert-store.ts';
import type { PageOf, PageRequest, Store, Write } from '../../store/store.ts';
import { AlertHistory } from './alert-history.ts';
import { REOPEN_MS, REPEATS_SAVED_TICKS, STANDING_MAX, WAITING_MAX } from './alert-limits.ts';

export interface AlertBookDeps {
  readonly store: Pick<Store, 'alerts' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** Why an alert is raised. */
export type Cause = Pick<
  AlertRow,
  | 'ruleId'
  | 'ruleName'
  | 'kind'
  | 'severity'
  | 'deviceId'
  | 'metric'
  | 'eventType'
  | 'message'
  | 'code'
  | 'value'
  | 'limit'
  | 'direction'
  | 'afterS'
>;
export type What = 'raised' | 'repeated' | 'acknowledged' | 'snoozed' | 'cleared';
/** Who has seen it. */
export interface Ack {
  readonly by: string;
  readonly note: string | undefined;
}
type Change = (row: AlertRow) => AlertRow;
type Because = NonNullable<AlertRow['clearedBecause']>;
const LINE = 'alerts';

export const keyOf = ({ ruleId, deviceId, metric }: Pick<AlertRow, 'ruleId' | 'deviceId' | 'metric'>): string =>
  [ruleId ?? 'surveillance', deviceId, metric ?? ''].join('\n');

export class AlertBook {
  readonly #deps: AlertBookDeps;
  readonly #history: AlertHistory;
  readonly #nextId = makeSortableIds();
  readonly #standing = new Map<string, AlertRow>();
  /** By id; the same rows. */
  readonly #byId = new Map<string, AlertRow>();
  /** Cleared a moment ago; emptied as time goes on. */
  readonly #lately = new Map<string, AlertRow>();
  /** Not stored yet, as they are now. */
  readonly #unsaved = new Map<string, AlertRow>();
  /** Ids of those that were repeated since it was last told. */
  readonly #repeated = new Set<string>();
  /** Something that is more than one more repeat waits to be stored. */
  #isUrgent = false;
  #isFull = false;
  #ticks = 0;
  /** One write after the other. */
  readonly #inTurn = makeInTurn({ jobsMax: WAITING_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  /** Somebody will store everything that is unsaved then. */
  #isFlushAsked = false;
  readonly #changed = makeSlot<[alert: AlertRow, what: What]>((error) =>
    this.#deps.log.error({ err: error }, 'a listener of alerts failed'),
  );
  readonly onChanged = this.#changed.slot;

  constructor(deps: AlertBookDeps) {
    this.#deps = deps;
    this.#history = new AlertHistory(deps);
  }

  async load(): Promise<void> {
    for (const row of await this.#deps.store.alerts.standing(STANDING_MAX)) this.#keep(row);
    await this.#history.load();
  }

  /** Stores what is only in memory. */
  async close(): Promise<void> {
    this.#history.close();
    await this.#inTurn(LINE, () => this.#write()).catch((error) =>
      this.#deps.log.warn({ err: error }, 'alerts not stored'),
    );
  }

  get size(): number {
    return this.#standing.size;
  }

  standing(): AlertRow[] {
    return [...this.#standing.values()];
  }

  of(key: string): AlertRow | undefined {
    return this.#standing.get(key);
  }

  /** A new alert, or one time more of the one that stands. */
  raise(cause: Cause, atMs: number): void {
    const key = keyOf(cause);
    const before = this.#standing.get(key);
    if (before !== undefined) {
      this.#repeat(before, cause, atMs);
      return;
    }
    if (this.#standing.size >= STANDING_MAX) {
      // Said once: every further value beyond its limit comes here.
      if (!this.#isFull)
        this.#deps.log.warn({ deviceId: cause.deviceId, rule: cause.ruleName }, 'too many alerts stand; not raised');
      this.#isFull = true;
      return;
    }
    this.#isFull = false;
    this.#change(this.#reopened(key, cause, atMs) ?? this.#fresh(cause, atMs), 'raised');
  }

  clear(key: string, because: Because): void {
    const row = this.#standing.get(key);
    if (row === undefined) return;
    const clearedMs = Math.max(this.#deps.clock.nowMs(), row.raisedMs);
    const cleared: AlertRow = { ...row, state: 'cleared', clearedMs, clearedBecause: because, snoozedUntilMs: null };
    if (row.kind === 'no-data' && because === 'data-returned') this.#lately.set(key, cleared);
    this.#change(cleared, 'cleared');
  }

  /** What ended a moment ago is not continued either. */
  clearAll(isMeant: (row: AlertRow) => boolean, because: Because): void {
    for (const [key, row] of this.#lately) if (isMeant(row)) this.#lately.delete(key);
    for (const [key, row] of [...this.#standing]) if (isMeant(row)) this.clear(key, because);
  }

  /** Also of one that is over: who saw it belongs to its history. Throws ALERT_UNKNOWN; rejected, nothing has changed. */
  acknowledge(id: string, ack: Ack): Promise<AlertRow> {
    return this.#inTurn(LINE, () => this.#changeOne(id, 'acknowledged', () => this.#ackedBy(ack)));
  }

  /** In one commit, with `also`. Throws ALERT_UNKNOWN; rejected, nothing has changed. */
  acknowledgeAll(ids: readonly string[], ack: Ack, also: readonly Write[]): Promise<AlertRow[]> {
    return this.#inTurn(LINE, () => this.#changeStored(ids, 'acknowledged', () => this.#ackedBy(ack), also));
  }

  #ackedBy({ by, note }: Ack): Change {
    const ackedMs = this.#deps.clock.nowMs();
    return (row) => {
      const state = row.state === 'cleared' ? 'cleared' : 'acknowledged';
      return { ...row, state, ackedBy: by, ackedMs, note: note ?? row.note };
    };
  }

  /** `untilMs` null: no longer. Throws ALERT_UNKNOWN, ALERT_CLEARED; rejected, nothing has changed. */
  snooze(id: string, untilMs: number | null, note: string | undefined): Promise<AlertRow> {
    const changeFor = ({ state }: AlertRow): Change => {
      if (state === 'cleared') throw new RucheError('ALERT_CLEARED');
      // One that is over by the time this is stored has nothing left to put off.
      return (row) => ({ ...row, snoozedUntilMs: row.state === 'cleared' ? null : untilMs, note: note ?? row.note });
    };
    return this.#inTurn(LINE, () => this.#changeOne(id, 'snoozed', changeFor));
  }

  async get(id: string): Promise<AlertRow | undefined> {
    return this.#inMemory(id) ?? (await this.#deps.store.alerts.get(id));
  }

  /** Newest first; those that stand as they are now, not as they were stored. */
  async list(
    request: PageRequest & { states?: readonly AlertRow['state'][]; deviceId?: string | undefined },
  ): Promise<PageOf<AlertRow>> {
    // What is stored while the list is being read is not in what was read, and waits here no more.
    const unsaved = new Map(this.#unsaved);
    const { items, ...rest } = await this.#deps.store.alerts.list(request);
    const asItIs = (row: AlertRow): AlertRow => this.#inMemory(row.id) ?? unsaved.get(row.id) ?? row;
    return { items: items.map(asItIs), ...rest };
  }

  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const [key, { clearedMs }] of this.#lately) if (nowMs - (clearedMs ?? 0) > REOPEN_MS) this.#lately.delete(key);
    for (const row of this.#standing.values()) {
      const isOver = row.snoozedUntilMs !== null && row.snoozedUntilMs <= nowMs;
      if (isOver) this.#change({ ...row, snoozedUntilMs: null }, 'snoozed');
    }
    const repeated = [...this.#repeated].map((id) => this.#byId.get(id)).filter((row) => row !== undefined);
    this.#repeated.clear();
    for (const row of repeated) this.#changed.fire(row, 'repeated');
    this.#ticks += 1;
    if (this.#isUrgent || this.#ticks % REPEATS_SAVED_TICKS === 0) this.#flushSoon();
  }

  #fresh(cause: Cause, atMs: number): AlertRow {
    return {
      id: this.#nextId(this.#deps.clock.nowMs()),
      ...cause,
      ...{ state: 'open', raisedMs: atMs, lastMs: atMs, count: 1 },
      ...{ ackedBy: null, ackedMs: null, note: null, snoozedUntilMs: null, clearedMs: null, clearedBecause: null },
    };
  }

  /** The same trouble again, a moment after it was over. */
  #reopened(key: string, cause: Cause, atMs: number): AlertRow | undefined {
    const before = this.#lately.get(key);
    this.#lately.delete(key);
    if (before === undefined || atMs - (before.clearedMs ?? 0) > REOPEN_MS) return undefined;
    const state = before.ackedMs === null ? 'open' : 'acknowledged';
    const times = {
      lastMs: Math.max(atMs, before.lastMs),
      count: before.count + 1,
      clearedMs: null,
      clearedBecause: null,
    };
    return { ...before, ...cause, ...times, state };
  }

  /** What lasts was acknowledged for good; an event that happens again after it was acknowledged is news. */
  #repeat(before: AlertRow, { message, code, value, kind }: Cause, atMs: number): void {
    const isNews = before.state === 'acknowledged' && (kind === 'event' || kind === 'surveillance');
    const row: AlertRow = {
      ...before,
      ...{ message, code, value, state: isNews ? 'open' : before.state },
      ...{ lastMs: Math.max(before.lastMs, atMs), count: before.count + 1 },
    };
    if (isNews) {
      this.#change(row, 'raised');
      return;
    }
    this.#keep(row);
    this.#unsaved.set(row.id, row);
    this.#repeated.add(row.id);
  }

  async #demand(id: string): Promise<AlertRow> {
    const row = await this.get(id);
    if (row === undefined) throw new RucheError('ALERT_UNKNOWN');
    return row;
  }

  async #changeOne(id: string, what: What, changeFor: (row: AlertRow) => Change): Promise<AlertRow> {
    const [row] = await this.#changeStored([id], what, changeFor);
    if (row === undefined) throw new RucheError('ALERT_UNKNOWN');
    return row;
  }

  /** Stored first: who is told that it failed can rely on it. `changeFor` is asked once, with the alert as it is then. */
  async #changeStored(
    ids: readonly string[],
    what: What,
    changeFor: (row: AlertRow) => Change,
    also: readonly Write[] = [],
  ): Promise<AlertRow[]> {
    const { store } = this.#deps;
    const known: AlertRow[] = [];
    for (const id of ids) known.push(await this.#demand(id));
    const plans = known.map((stored) => {
      const before = this.#inMemory(stored.id);
      const change = changeFor(before ?? stored);
      return { id: stored.id, before, change, after: change(before ?? stored) };
    });
    await store.commit([...plans.map(({ after }) => store.alerts.put(after)), ...also]);
    return plans.map(({ id, before, change, after }) => {
      const now = this.#inMemory(id);
      if (now !== before && now !== undefined) {
        // It was repeated, or is over, since this was asked for.
        const both = change(now);
        this.#change(both, what);
        return both;
      }
      this.#unsaved.delete(id);
      this.#become(after, what);
      return after;
    });
  }

  #inMemory(id: string): AlertRow | undefined {
    return this.#byId.get(id) ?? this.#unsaved.get(id);
  }

  #change(row: AlertRow, what: What): void {
    this.#unsaved.set(row.id, row);
    this.#isUrgent = true;
    this.#become(row, what);
    this.#flushSoon();
  }

  #become(row: AlertRow, what: What): void {
    if (row.state === 'cleared') this.#drop(row);
    else this.#keep(row);
    this.#repeated.delete(row.id);
    this.#changed.fire(row, what);
  }

  #keep(row: AlertRow): void {
    this.#standing.set(keyOf(row), row);
    this.#byId.set(row.id, row);
  }

  #drop(row: AlertRow): void {
    if (!this.#byId.delete(row.id)) return;
    this.#standing.delete(keyOf(row));
    this.#history.cleared();
  }

  #flushSoon(): void {
    if (this.#isFlushAsked) return;
    this.#isFlushAsked = true;
    this.#inTurn(LINE, () => this.#write()).catch((error) => {
      this.#isFlushAsked = false;
      this.#deps.log.warn({ err: error }, 'alerts not stored; tried again');
    });
  }

  async #write(): Promise<void> {
    const { store } = this.#deps;
    this.#isFlushAsked = false;
    const rows = [...this.#unsaved.values()];
    if (rows.length > 0) await store.commit(rows.map((row) => store.alerts.put(row)));
    // What changed again meanwhile is not stored yet.
    for (const row of rows) if (this.#unsaved.get(row.id) === row) this.#unsaved.delete(row.id);
    this.#isUrgent &&= this.#unsaved.size > 0;
  }
}
