/** The alerts that stand, one for each rule, device and metric; changed in memory, stored at once, repeats now and then. */
import { RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSortableIds } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { AlertRow } from '../../store/alert-store.ts';
import type { PageOf, PageRequest, Store } from '../../store/store.ts';
import { AlertHistory } from './alert-history.ts';
import { REOPEN_MS, REPEATS_SAVED_TICKS, STANDING_MAX } from './alert-limits.ts';

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
type Because = NonNullable<AlertRow['clearedBecause']>;

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
  #writing: Promise<void> = Promise.resolve();
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
    await this.#flush().catch((error) => this.#deps.log.warn({ err: error }, 'alerts not stored'));
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

  clearAll(isMeant: (row: AlertRow) => boolean, because: Because): void {
    for (const [key, row] of [...this.#standing]) if (isMeant(row)) this.clear(key, because);
  }

  /** Also of one that is over: who saw it belongs to its history. Throws ALERT_UNKNOWN. */
  async acknowledge(id: string, by: string, note: string | undefined): Promise<AlertRow> {
    const row = await this.#demand(id);
    const state = row.state === 'cleared' ? 'cleared' : 'acknowledged';
    const ackedMs = this.#deps.clock.nowMs();
    return this.#changeNow({ ...row, state, ackedBy: by, ackedMs, note: note ?? row.note }, 'acknowledged');
  }

  /** `untilMs` null: no longer. Throws ALERT_UNKNOWN, ALERT_CLEARED. */
  async snooze(id: string, untilMs: number | null, note: string | undefined): Promise<AlertRow> {
    const row = await this.#demand(id);
    if (row.state === 'cleared') throw new RucheError('ALERT_CLEARED');
    return this.#changeNow({ ...row, snoozedUntilMs: untilMs, note: note ?? row.note }, 'snoozed');
  }

  async get(id: string): Promise<AlertRow | undefined> {
    return this.#byId.get(id) ?? this.#unsaved.get(id) ?? (await this.#deps.store.alerts.get(id));
  }

  /** Newest first; those that stand as they are now, not as they were stored. */
  async list(
    request: PageRequest & { states?: readonly AlertRow['state'][]; deviceId?: string | undefined },
  ): Promise<PageOf<AlertRow>> {
    // What is stored while the list is being read is not in what was read, and waits here no more.
    const unsaved = new Map(this.#unsaved);
    const { items, ...rest } = await this.#deps.store.alerts.list(request);
    const asItIs = (row: AlertRow): AlertRow =>
      this.#byId.get(row.id) ?? this.#unsaved.get(row.id) ?? unsaved.get(row.id) ?? row;
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

  #change(row: AlertRow, what: What): void {
    this.#note(row, what);
    this.#flushSoon();
  }

  /** Stored when it resolves. When it fails, the change is tried again later, and the caller is told. */
  async #changeNow(row: AlertRow, what: What): Promise<AlertRow> {
    this.#note(row, what);
    await this.#flush();
    return row;
  }

  #note(row: AlertRow, what: What): void {
    if (row.state === 'cleared') this.#drop(row);
    else this.#keep(row);
    this.#repeated.delete(row.id);
    this.#unsaved.set(row.id, row);
    this.#isUrgent = true;
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
    this.#flush().catch((error) => this.#deps.log.warn({ err: error }, 'alerts not stored; tried again'));
  }

  #flush(): Promise<void> {
    const done = this.#writing.then(() => this.#write());
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #write(): Promise<void> {
    const { store } = this.#deps;
    const rows = [...this.#unsaved.values()];
    if (rows.length === 0) return;
    await store.commit(rows.map((row) => store.alerts.put(row)));
    // What changed again meanwhile is not stored yet.
    for (const row of rows) if (this.#unsaved.get(row.id) === row) this.#unsaved.delete(row.id);
    this.#isUrgent &&= this.#unsaved.size > 0;
  }
}
