/** The mode of the hub: kept over a restart with its countdowns, changed by people and by the schedule. */
import { RucheError } from '../../contract/errors.ts';
import type { Event } from '../../contract/event.ts';
import type { Mode, ModeBody } from '../../contract/mode.ts';
import { zoneOf } from '../../domain/local-time.ts';
import {
  entryOver,
  isArmed,
  type ModeFacts,
  NEVER_SET,
  noticed,
  type Sighting,
  saysNobody,
  scheduled,
  switched,
} from '../../domain/mode.ts';
import { isInside, nextChangeMs } from '../../domain/week-schedule.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { ModeRow, ModeWindowRow } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';

export interface ModeDeps {
  readonly store: Pick<Store, 'mode' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** IANA name: the schedule is by the hub's clocks. */
  readonly timeZone: string;
}
export interface ModeIntrusion {
  readonly deviceId: string;
  readonly type: string;
  readonly atMs: number;
}

const TICK_MS = 1_000;
/** Changes that wait for each other. */
const WAITING_MAX = 100;
const LINE = 'mode';

/** Everything that is kept: the facts, and the windows of the schedule. */
interface State {
  readonly facts: ModeFacts;
  readonly windows: readonly ModeWindowRow[];
}

export class ModeKeeper {
  readonly #deps: ModeDeps;
  readonly #zone: ReturnType<typeof zoneOf>;
  #state: State = { facts: NEVER_SET, windows: [] };
  /** Until then the schedule says the same; NaN: it must be asked. */
  #schedule: { untilMs: number; fromMs: number; nextMs: number | null } = {
    untilMs: Number.NaN,
    fromMs: 0,
    nextMs: null,
  };
  #wasArmed = false;
  /** A change is not stored yet, because the store did not answer. */
  #isUnsaved = false;
  /** Somebody will store it as it is then. */
  #isSaveAsked = false;
  readonly #inTurn = makeInTurn({ jobsMax: WAITING_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  readonly #stop: () => void;
  readonly #changed = makeSlot<[mode: Mode]>((error) => this.#complain(error));
  readonly #switched = makeSlot<[mode: Mode]>((error) => this.#complain(error));
  readonly #intruded = makeSlot<[intrusion: ModeIntrusion]>((error) => this.#complain(error));
  /** Anything that people see of it. */
  readonly onChanged = this.#changed.slot;
  /** From active to surveillance or back. */
  readonly onSwitched = this.#switched.slot;
  /** Something was noticed that must be told now. */
  readonly onIntrusion = this.#intruded.slot;

  constructor(deps: ModeDeps) {
    this.#deps = deps;
    this.#zone = zoneOf(deps.timeZone);
    this.#stop = deps.clock.every(TICK_MS, () => this.#tick());
  }

  async load(): Promise<void> {
    const row = await this.#deps.store.mode.get();
    if (row !== undefined) this.#state = stateOf(row);
    this.#wasArmed = isArmed(this.#state.facts, this.#deps.clock.nowMs());
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#inTurn(LINE, async () => undefined).catch(() => undefined);
  }

  view(): Mode {
    const { facts, windows } = this.#state;
    const { entryType: _entryType, scheduled: _scheduled, scheduleEnabled: enabled, watched, ...seen } = facts;
    return {
      ...seen,
      watched: [...watched],
      armed: isArmed(facts, this.#deps.clock.nowMs()),
      schedule: { enabled, windows: windows.map((window) => ({ ...window, days: [...window.days] })) },
      nextChangeMs: enabled ? this.#asked().nextMs : null,
      timeZone: this.#deps.timeZone,
    };
  }

  /** Stored when it resolves; when it rejects, nothing has changed. */
  change(body: ModeBody, by: string): Promise<Mode> {
    const { store, clock } = this.#deps;
    return this.#inTurn(LINE, async () => {
      const who = { by, nowMs: clock.nowMs() };
      const before = this.#state;
      const after = this.#changedBy(before, body, who);
      await store.commit([store.mode.put(rowOf(after))]);
      if (this.#state === before) {
        this.#isUnsaved = false;
        this.#become(after);
      } else {
        // A countdown or the schedule moved on while this was written: the change counts for what is now.
        this.#become(this.#changedBy(this.#state, body, who));
        this.#saveSoon();
      }
      return this.view();
    });
  }

  #changedBy(
    before: State,
    { mode, schedule, ...given }: ModeBody,
    who: { readonly by: string; readonly nowMs: number },
  ): State {
    const { facts } = before;
    // By name: a body may hold more than is asked for, and must not say who armed the hub.
    const { exitDelayS = facts.exitDelayS, entryDelayS = facts.entryDelayS, watched = facts.watched } = given;
    const scheduleEnabled = schedule?.enabled ?? facts.scheduleEnabled;
    const set: ModeFacts = { ...facts, exitDelayS, entryDelayS, watched, scheduleEnabled };
    const now = mode === undefined ? set : switched(set, mode, who);
    // Other windows are a new schedule: what the old one said last means nothing.
    const asNew = schedule === undefined ? now : { ...now, scheduled: null };
    const windows = schedule?.windows ?? before.windows;
    return { facts: this.#bySchedule(asNew, windows), windows };
  }

  /** An event was stored. */
  eventAdded(event: Event): void {
    const sighting = sightingOf(event);
    if (sighting === undefined) return;
    const { facts, isIntrusion } = noticed(this.#state.facts, sighting, this.#deps.clock.nowMs());
    if (facts !== this.#state.facts) this.#becomeAndSave(facts);
    if (isIntrusion) this.#intruded.fire({ ...sighting, atMs: event.receivedMs });
  }

  /**
   * An event was stored before the hub ended, and what came of it may not have been: a countdown that it began is begun
   * again from then. True: it was to be an alert at once.
   */
  caughtUp(event: Event): boolean {
    const sighting = sightingOf(event);
    const { sinceMs } = this.#state.facts;
    if (sighting === undefined || sinceMs === null || event.receivedMs < sinceMs) return false;
    const { facts, isIntrusion } = noticed(this.#state.facts, sighting, event.receivedMs);
    if (facts !== this.#state.facts) this.#becomeAndSave(facts);
    return isIntrusion;
  }

  #tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    const { facts, sighting } = entryOver(this.#bySchedule(this.#state.facts), nowMs);
    if (facts !== this.#state.facts) this.#becomeAndSave(facts);
    if (facts.scheduleEnabled) this.#asked();
    if (sighting !== undefined) this.#intruded.fire({ ...sighting, atMs: nowMs });
    const isNowArmed = isArmed(facts, nowMs);
    if (isNowArmed !== this.#wasArmed) this.#changed.fire(this.view());
    this.#wasArmed = isNowArmed;
    if (this.#isUnsaved) this.#saveSoon();
  }

  #bySchedule(facts: ModeFacts, windows = this.#state.windows): ModeFacts {
    const nowMs = this.#deps.clock.nowMs();
    if (!facts.scheduleEnabled) return scheduled(facts, false, nowMs);
    const isSame = nowMs >= this.#schedule.fromMs && nowMs < this.#schedule.untilMs;
    if (isSame && facts.scheduled !== null) return facts;
    return scheduled(facts, isInside(windows, this.#zone, nowMs), nowMs);
  }

  /** The zone is asked only when the last answer is no longer good. */
  #asked(): { nextMs: number | null } {
    const nowMs = this.#deps.clock.nowMs();
    const { fromMs, untilMs } = this.#schedule;
    if (nowMs < fromMs || !(nowMs < untilMs)) {
      const nextMs = nextChangeMs(this.#state.windows, this.#zone, nowMs);
      this.#schedule = { nextMs, fromMs: nowMs, untilMs: nextMs ?? nowMs + ASK_AGAIN_MS };
    }
    return this.#schedule;
  }

  #becomeAndSave(facts: ModeFacts): void {
    this.#become({ facts, windows: this.#state.windows });
    this.#saveSoon();
  }

  #become(state: State): void {
    const before = this.#state.facts.mode;
    if (state.windows !== this.#state.windows) this.#schedule.untilMs = Number.NaN;
    this.#state = state;
    this.#asked();
    this.#wasArmed = isArmed(state.facts, this.#deps.clock.nowMs());
    const view = this.view();
    this.#changed.fire(view);
    if (view.mode !== before) this.#switched.fire(view);
  }

  /** What changed by itself is stored as soon as the store takes it: until then it is tried again. */
  #saveSoon(): void {
    this.#isUnsaved = true;
    if (this.#isSaveAsked) return;
    this.#isSaveAsked = true;
    this.#inTurn(LINE, () => this.#save()).catch((error) => {
      this.#isSaveAsked = false;
      this.#deps.log.warn({ err: error }, 'the mode is not stored; tried again');
    });
  }

  async #save(): Promise<void> {
    const { store } = this.#deps;
    const state = this.#state;
    this.#isSaveAsked = false;
    await store.commit([store.mode.put(rowOf(state))]);
    if (state === this.#state) this.#isUnsaved = false;
  }

  #complain(error: unknown): void {
    this.#deps.log.error({ err: error }, 'a listener of the mode failed');
  }
}

/** A schedule that never changes is asked again after this time: somebody may set the clock. */
const ASK_AGAIN_MS = 3_600_000;

export async function createMode(deps: ModeDeps): Promise<ModeKeeper> {
  const mode = new ModeKeeper(deps);
  await mode.load();
  return mode;
}

function sightingOf({ deviceId, type, data }: Event): Sighting | undefined {
  if (deviceId === null) return undefined;
  const presence = typeof data === 'object' && data !== null && 'presence' in data ? data.presence : undefined;
  return { deviceId, type, isAbsence: saysNobody(presence) };
}

function stateOf({ windows, ...facts }: ModeRow): State {
  return { facts, windows };
}

function rowOf({ facts, windows }: State): ModeRow {
  return { ...facts, watched: [...facts.watched], windows: windows.map((window) => ({ ...window })) };
}
