/** Rules applied to what happens: values, silences and events, after they were stored. It decides; the book keeps. */
import type { DeviceStatus } from '../../contract/device.ts';
import type { Event } from '../../contract/event.ts';
import { thresholdOf } from '../../domain/alert-rules.ts';
import {
  type Change,
  heardMsOf,
  judgeSilence,
  judgeTime,
  judgeValue,
  newWatch,
  notAhead,
  numberOf,
  type Watch,
} from '../../domain/alert-watch.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { AlertRow, AlertRuleRow } from '../../store/alert-store.ts';
import { type AlertBook, type Cause, keyOf } from './alert-book.ts';
import { ACKED_QUIET_MS, SILENCE_TICKS, WATCHES_MAX } from './alert-limits.ts';
import type { RuleBook } from './rule-book.ts';

type MetricValue = number | boolean | string;

export interface EvaluatorDeps {
  readonly book: AlertBook;
  readonly rules: RuleBook;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly devices: {
    ids(): string[];
    standingOf(deviceId: string): { readonly status: DeviceStatus; readonly lastSeenMs: number | null } | undefined;
  };
}

interface Value {
  readonly value: MetricValue;
  /** The time of the value as its device tells it. */
  readonly atMs: number;
}
interface Known extends Value {
  readonly metric: string;
}
/** When something was heard, by the hub's clock. */
interface Hearing {
  readonly heardMs: number;
  /** It was stored before, and is only looked at again: when it was heard is worked out. */
  readonly isGuessed: boolean;
}
interface Watched {
  readonly ruleId: string;
  readonly deviceId: string;
  watch: Watch;
}

export class Evaluator {
  readonly #deps: EvaluatorDeps;
  /** The hub heard nobody before: its start, or where the clock was set back to since. */
  #deafUntilMs: number;
  /** By key of the alert it would be. */
  readonly #watches = new Map<string, Watched>();
  /** Keys of values that are beyond their limit, and not yet for long enough. */
  readonly #pending = new Set<string>();
  /** Metric → device → when it was heard, for rules about the silence of a metric. */
  readonly #heard = new Map<string, Map<string, Hearing>>();
  #ticks = 0;
  #isFull = false;

  constructor(deps: EvaluatorDeps) {
    this.#deps = deps;
    this.#deafUntilMs = deps.clock.nowMs();
  }

  /** They came now, whatever time their device gives them. Most are nobody's business. */
  readings(deviceId: string, atMs: number, metrics: ReadonlyMap<string, MetricValue>): void {
    for (const [metric, value] of metrics) {
      if (!this.#heard.has(metric) && this.#deps.rules.thresholds(metric).length === 0) continue;
      this.#take(deviceId, { metric, value, atMs }, { heardMs: this.#deps.clock.nowMs(), isGuessed: false });
    }
  }

  /** `mayRaise` is asked with the key of the alert and the rule: for events that may have been judged before. */
  event(event: Event, mayRaise: (key: string, rule: AlertRuleRow) => boolean = () => true): void {
    const { deviceId, type, message } = event;
    // What a device says in its own words is nobody's to translate.
    const code = message === null || event.code !== null ? 'event-reported' : null;
    if (deviceId === null) return;
    for (const rule of this.#deps.rules.events(type)) {
      if (!isAbout(rule, deviceId) || !mayRaise(keyOf({ ruleId: rule.id, deviceId, metric: null }), rule)) continue;
      const cause = causeOf(rule, { deviceId, eventType: type, code, message: message ?? `${type} was reported.` });
      this.#deps.book.raise(cause, event.receivedMs);
    }
  }

  /** Called for every change of a device. */
  device(deviceId: string): void {
    for (const rule of this.#deps.rules.silences) {
      if (rule.metric === null && isAbout(rule, deviceId)) this.#judgeDevice(rule, deviceId);
    }
  }

  /** Rules are new, or were changed: from here on they count, for what is known of now too. */
  async begin(
    begun: readonly AlertRuleRow[],
    latestOf: (deviceId: string) => Promise<readonly Known[]>,
  ): Promise<void> {
    const rules = begun.filter(({ enabled, kind }) => enabled && kind !== 'event');
    const metrics = new Set(rules.map(({ metric }) => metric).filter((metric) => metric !== null));
    for (const { kind, metric } of rules) if (kind === 'no-data' && metric !== null) this.#listen(metric);
    for (const id of rules.length === 0 ? [] : this.#deps.devices.ids()) {
      for (const rule of rules) if (rule.metric === null && isAbout(rule, id)) this.#judgeDevice(rule, id);
      if (metrics.size === 0 || !rules.some((rule) => isAbout(rule, id))) continue;
      const rows = await latestOf(id);
      const nowMs = this.#deps.clock.nowMs();
      const lastSeenMs = Math.min(this.#deps.devices.standingOf(id)?.lastSeenMs ?? nowMs, nowMs);
      const newestMs = rows.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
      for (const row of rows) {
        const heardMs = heardMsOf(row.atMs, { newestMs, lastSeenMs, nowMs });
        if (metrics.has(row.metric)) this.#take(id, row, { heardMs, isGuessed: true });
      }
    }
  }

  /** What the rule had seen so far means nothing any more. */
  end(rule: AlertRuleRow): void {
    for (const [key, { ruleId }] of this.#watches) if (ruleId === rule.id) this.#drop(key);
  }

  forgetDevice(deviceId: string): void {
    for (const [key, watched] of this.#watches) if (watched.deviceId === deviceId) this.#drop(key);
    for (const heard of this.#heard.values()) heard.delete(deviceId);
  }

  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const key of [...this.#pending]) this.#judgePending(key, nowMs);
    for (const alert of this.#deps.book.standing())
      if (this.#isQuiet(alert, nowMs)) this.#deps.book.clear(keyOf(alert), 'quiet');
    this.#ticks += 1;
    if (this.#ticks % SILENCE_TICKS === 0) this.#judgeSilences(nowMs);
  }

  #take(deviceId: string, { metric, value, atMs }: Known, hearing: Hearing): void {
    const { rules, clock } = this.#deps;
    const heard = this.#heard.get(metric);
    if (heard !== undefined) this.#heardOf(heard, deviceId, hearing);
    const seen = { value, atMs: Math.min(atMs, clock.nowMs()), ...hearing };
    for (const rule of rules.thresholds(metric)) if (isAbout(rule, deviceId)) this.#judge(rule, deviceId, seen);
  }

  #judge(rule: AlertRuleRow, deviceId: string, { value, atMs, heardMs, isGuessed }: Value & Hearing): void {
    const number = numberOf(value);
    if (number === undefined) return;
    const key = keyOf({ ruleId: rule.id, deviceId, metric: rule.metric });
    const known = this.#watches.get(key) ?? this.#watched(key, rule.id, deviceId);
    if (known === undefined) return;
    const before = notAhead(known.watch, this.#deps.clock.nowMs());
    const { watch, change } = judgeValue(thresholdOf(rule), before, { value: number, atMs, heardMs });
    known.watch = watch;
    if (watch.passed === undefined) this.#pending.delete(key);
    else this.#pending.add(key);
    if (change === 'repeat' && isGuessed) return;
    this.#apply(change, rule, { deviceId, value });
  }

  #judgePending(key: string, nowMs: number): void {
    const known = this.#watches.get(key);
    const rule = known && this.#deps.rules.get(known.ruleId);
    if (known === undefined || rule === undefined) {
      this.#pending.delete(key);
      return;
    }
    const { watch, change } = judgeTime(thresholdOf(rule), notAhead(known.watch, nowMs), nowMs);
    known.watch = watch;
    if (change === undefined) return;
    this.#pending.delete(key);
    this.#apply(change, rule, { deviceId: known.deviceId, value: watch.value ?? null });
  }

  #apply(
    change: Change | undefined,
    rule: AlertRuleRow,
    { deviceId, value }: { deviceId: string; value: MetricValue | null },
  ): void {
    const { book, clock } = this.#deps;
    if (change === undefined) return;
    if (change === 'clear') {
      book.clear(keyOf({ ruleId: rule.id, deviceId, metric: rule.metric }), 'recovered');
      return;
    }
    const message = `${rule.metric} is ${value}, ${rule.direction} ${rule.limit}.`;
    const code = rule.direction === 'below' ? 'value-below' : 'value-above';
    book.raise(causeOf(rule, { deviceId, code, message, value }), clock.nowMs());
  }

  #watched(key: string, ruleId: string, deviceId: string): Watched | undefined {
    if (this.#watches.size >= WATCHES_MAX) {
      if (!this.#isFull)
        this.#deps.log.warn({ watches: WATCHES_MAX }, 'too many values to watch; alert rules miss some');
      this.#isFull = true;
      return undefined;
    }
    const watched = { ruleId, deviceId, watch: newWatch(this.#deps.book.of(key) !== undefined) };
    this.#watches.set(key, watched);
    return watched;
  }

  #drop(key: string): void {
    this.#watches.delete(key);
    this.#pending.delete(key);
  }

  #judgeDevice(rule: AlertRuleRow, deviceId: string): void {
    const standing = this.#deps.devices.standingOf(deviceId);
    if (standing === undefined) return;
    const { status, lastSeenMs } = standing;
    if (rule.afterS !== null) {
      const hearing = lastSeenMs === null ? undefined : { heardMs: lastSeenMs, isGuessed: false };
      this.#judgeSilence(rule, deviceId, hearing, this.#deps.clock.nowMs());
      return;
    }
    // Its own rhythm decides what is late and what is gone; late is not yet worth an alert, and no sign of being back.
    if (status === 'offline')
      this.#missed(rule, { deviceId, code: 'device-offline', message: 'The device is offline.' });
    else if (status !== 'late')
      this.#deps.book.clear(keyOf({ ruleId: rule.id, deviceId, metric: null }), 'data-returned');
  }

  #judgeSilences(nowMs: number): void {
    const timed = this.#deps.rules.silences.filter(({ afterS }) => afterS !== null);
    if (timed.length === 0) return;
    const ids = this.#deps.devices.ids();
    for (const rule of timed) {
      const { metric, deviceId } = rule;
      if (metric === null) for (const id of deviceId === null ? ids : [deviceId]) this.#judgeDevice(rule, id);
      else this.#judgeSilencesOf(rule, this.#listen(metric), nowMs);
    }
  }

  #judgeSilencesOf(rule: AlertRuleRow, heard: Map<string, Hearing>, nowMs: number): void {
    for (const [id, hearing] of heard) {
      // The clock was set back: its silence begins now, not at a time to come.
      const known = hearing.heardMs <= nowMs ? hearing : { ...hearing, heardMs: nowMs };
      if (known !== hearing) heard.set(id, known);
      if (isAbout(rule, id)) this.#judgeSilence(rule, id, known, nowMs);
    }
  }

  #judgeSilence(rule: AlertRuleRow, deviceId: string, hearing: Hearing | undefined, nowMs: number): void {
    const key = keyOf({ ruleId: rule.id, deviceId, metric: rule.metric });
    this.#deafUntilMs = Math.min(this.#deafUntilMs, nowMs);
    const { heardMs, isGuessed = false } = hearing ?? {};
    const silence = { heardMs, isGuessed, deafUntilMs: this.#deafUntilMs, afterMs: (rule.afterS ?? 0) * 1000 };
    const change = judgeSilence(silence, this.#deps.book.of(key) !== undefined, nowMs);
    if (change === 'clear') this.#deps.book.clear(key, 'data-returned');
    if (change !== 'raise') return;
    const code = rule.metric === null ? 'device-silent' : 'metric-silent';
    this.#missed(rule, { deviceId, code, message: `No ${rule.metric ?? 'data'} for more than ${rule.afterS} s.` });
  }

  /** Raised once; that it goes on is no repeat. */
  #missed(rule: AlertRuleRow, seen: Seen): void {
    const cause = causeOf(rule, seen);
    if (this.#deps.book.of(keyOf(cause)) === undefined) this.#deps.book.raise(cause, this.#deps.clock.nowMs());
  }

  #listen(metric: string): Map<string, Hearing> {
    const heard = this.#heard.get(metric) ?? new Map<string, Hearing>();
    this.#heard.set(metric, heard);
    return heard;
  }

  #heardOf(heard: Map<string, Hearing>, deviceId: string, hearing: Hearing): void {
    const before = heard.get(deviceId);
    if (hearing.isGuessed && before !== undefined) return;
    if (heard.size >= WATCHES_MAX && before === undefined) return;
    heard.set(deviceId, hearing);
  }

  /** Alerts about events have no value that could come back: they are over when it has been quiet. */
  #isQuiet({ kind, ruleId, state, lastMs, ackedMs }: AlertRow, nowMs: number): boolean {
    if (kind !== 'event' && kind !== 'surveillance') return false;
    const clearAfterS = ruleId === null ? null : this.#deps.rules.get(ruleId)?.clearAfterS;
    if (typeof clearAfterS === 'number' && nowMs - lastMs >= clearAfterS * 1000) return true;
    return state === 'acknowledged' && nowMs - Math.max(lastMs, ackedMs ?? 0) >= ACKED_QUIET_MS;
  }
}

const isAbout = (rule: AlertRuleRow, deviceId: string): boolean => rule.deviceId === null || rule.deviceId === deviceId;

type Seen = Pick<Cause, 'deviceId' | 'code' | 'message'> & Partial<Pick<Cause, 'eventType' | 'value'>>;

function causeOf(rule: AlertRuleRow, { deviceId, code, message, eventType = null, value = null }: Seen): Cause {
  const { id: ruleId, name: ruleName, kind, severity, metric, limit, direction, afterS } = rule;
  const about = { ruleId, ruleName, kind, severity, deviceId, metric, eventType, limit, direction, afterS };
  return { ...about, code, message, value };
}
