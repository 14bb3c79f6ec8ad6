/** Alerts: rules watch what is stored, the book keeps what stands, people acknowledge, snooze and make rules. */
import type { Alert, AlertRule, AlertRuleBody, AlertRulePatch, AlertsQuery } from '../../contract/alert.ts';
import { RucheError } from '../../contract/errors.ts';
import type { Event } from '../../contract/event.ts';
import { ALERT_RULES_MAX } from '../../contract/limits.ts';
import { isNamed, isOtherCondition, suggestionsFor } from '../../domain/alert-rules.ts';
import type { Report } from '../../domain/report.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { AlertRow, AlertRuleRow } from '../../store/alert-store.ts';
import type { LatestRow, PageOf, Store, Write } from '../../store/store.ts';
import { type Ack, AlertBook, type AlertBookDeps, type Cause, keyOf, type What } from './alert-book.ts';
import { BATCH, CATCH_UP_MS, TICK_MS } from './alert-limits.ts';
import { Evaluator, type EvaluatorDeps } from './evaluator.ts';
import { RuleBook } from './rule-book.ts';

export interface AlertsDeps extends Omit<AlertBookDeps, 'store'> {
  readonly store: Pick<Store, 'alerts' | 'alertRules' | 'commit'>;
  readonly devices: EvaluatorDeps['devices'] & { find(name: string): { readonly id: string } | undefined };
  readonly latestOf: (deviceId: string) => Promise<LatestRow[]>;
}

interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
  readonly isSetByPerson?: boolean;
}
/** What the mode makes an alert of. */
export interface Intrusion {
  readonly deviceId: string;
  readonly type: string;
  readonly atMs: number;
}

const PAGE_LIMIT = 100;
const STANDING: readonly AlertRow['state'][] = ['open', 'acknowledged'];
/** Devices whose metrics are looked at for suggestions. */
const SUGGESTING_DEVICES_MAX = 200;

export class Alerts {
  readonly #deps: AlertsDeps;
  readonly #book: AlertBook;
  readonly #rules: RuleBook;
  readonly #evaluator: Evaluator;
  readonly #stop: () => void;
  readonly onChanged: Slot<[alert: Alert, what: What]>;
  readonly #rulesChanged = makeSlot<[]>((error) => this.#deps.log.error({ err: error }, 'a listener of rules failed'));
  /** One was made, changed or removed, and that is stored. */
  readonly onRulesChanged = this.#rulesChanged.slot;

  constructor(deps: AlertsDeps) {
    this.#deps = deps;
    const { store, clock, log, devices } = deps;
    this.#book = new AlertBook({ store, clock, log });
    const onChanged = (before: AlertRuleRow | undefined, after: AlertRuleRow | undefined): void =>
      this.#ruleChanged(before, after);
    this.#rules = new RuleBook({ store, clock, onChanged, deviceIdOf: (name) => this.#deviceIdOf(name) });
    this.#evaluator = new Evaluator({ book: this.#book, rules: this.#rules, clock, log, devices });
    this.onChanged = this.#book.onChanged;
    this.#stop = clock.every(TICK_MS, () => {
      this.#evaluator.tick();
      this.#book.tick();
    });
  }

  /** What was raised stands again, and every rule is judged by the latest values. */
  async load(): Promise<void> {
    await this.#book.load();
    await this.#rules.load();
    // Gone in the moment before the hub ended, and their alerts not cleared any more.
    const { standingOf } = this.#deps.devices;
    this.#book.clearAll(({ deviceId }) => standingOf(deviceId) === undefined, 'device-removed');
    const isOff = (ruleId: string | null): boolean => ruleId !== null && this.#rules.get(ruleId)?.enabled !== true;
    this.#book.clearAll(({ ruleId }) => isOff(ruleId), 'rule-changed');
    await this.#evaluator.begin(this.#rules.list(), this.#deps.latestOf);
  }

  /**
   * Events that were stored in the last moments before the hub ended: where their alert was not stored any more, it is
   * raised now. Newest first; once, before anything else happens.
   */
  async catchUp(events: readonly Event[], isIntrusion: (event: Event) => boolean): Promise<void> {
    const sinceMs = (events[0]?.receivedMs ?? 0) - CATCH_UP_MS;
    const { items } = await this.#deps.store.alerts.list({ limit: BATCH });
    const judgedMs = new Map<string, number>();
    for (const row of items) judgedMs.set(keyOf(row), Math.max(row.lastMs, judgedMs.get(keyOf(row)) ?? 0));
    for (const event of events.toReversed()) {
      const { deviceId, receivedMs, type } = event;
      if (receivedMs < sinceMs || deviceId === null) continue;
      const isUnjudged = (key: string): boolean => (judgedMs.get(key) ?? 0) < receivedMs;
      this.#evaluator.event(event, (key, rule) => isUnjudged(key) && rule.changedMs <= receivedMs);
      const isUnseen = isUnjudged(keyOf({ ruleId: null, deviceId, metric: null }));
      if (isUnseen && isIntrusion(event)) this.intrusion({ deviceId, type, atMs: receivedMs });
    }
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#book.close();
  }

  // --- what happens

  committed(accepted: readonly Accepted[]): void {
    for (const { deviceId, report, isSetByPerson = false } of accepted) {
      // What a person wants is not so before the device says so: no press of a switch ends an alert, nor raises one.
      if (report.kind !== 'readings' || isSetByPerson) continue;
      this.#evaluator.readings(deviceId, report.atMs, report.metrics);
    }
  }

  eventAdded(event: Event): void {
    this.#evaluator.event(event);
  }

  intrusion({ deviceId, type, atMs }: Intrusion): void {
    const nothing = { metric: null, value: null, limit: null, direction: null, afterS: null };
    const about = { ruleId: null, ruleName: 'Surveillance', kind: 'surveillance', severity: 'critical' } as const;
    const cause: Cause = {
      ...about,
      deviceId,
      eventType: type,
      message: `${type} while the hub is armed.`,
      code: 'intrusion',
      ...nothing,
    };
    this.#book.raise(cause, atMs);
  }

  deviceChanged(deviceId: string): void {
    this.#evaluator.device(deviceId);
  }

  forgetDevice(deviceId: string): void {
    this.#evaluator.forgetDevice(deviceId);
    this.#book.clearAll((row) => row.deviceId === deviceId, 'device-removed');
    this.#rules
      .forgetDevice(deviceId)
      .catch((error) =>
        this.#deps.log.warn({ err: error, deviceId }, 'alert rules of a deleted device are still there'),
      );
  }

  // --- people

  get standingCount(): number {
    return this.#book.size;
  }

  /** Everything that is not cleared, newest first. */
  standing(): Alert[] {
    return this.#book.standing().sort((a, b) => b.raisedMs - a.raisedMs);
  }

  /** Those that stand and are about such events of the device. */
  about({ deviceId, type }: Pick<Event, 'deviceId' | 'type'>): Alert[] {
    const wanted = type.toLowerCase();
    return this.#book.standing().filter((row) => row.deviceId === deviceId && row.eventType?.toLowerCase() === wanted);
  }

  get(id: string): Promise<Alert | undefined> {
    return this.#book.get(id);
  }

  /** Throws CURSOR_INVALID. */
  list({ state = 'active', device, cursor, limit = PAGE_LIMIT }: AlertsQuery): Promise<PageOf<Alert>> {
    const deviceId = device === undefined ? undefined : (this.#deps.devices.find(device)?.id ?? device);
    const page = { cursor, limit, deviceId };
    if (state === 'all') return this.#book.list(page);
    return this.#book.list({ ...page, states: state === 'active' ? STANDING : [state] });
  }

  /** Throws ALERT_UNKNOWN. */
  acknowledge(id: string, by: string, note: string | undefined): Promise<Alert> {
    return this.#book.acknowledge(id, { by, note });
  }

  /** All of them and `also`, or nothing. Throws ALERT_UNKNOWN. */
  acknowledgeAll(ids: readonly string[], ack: Ack, also: readonly Write[]): Promise<Alert[]> {
    return this.#book.acknowledgeAll(ids, ack, also);
  }

  /** `untilMs` null: no longer. Throws ALERT_UNKNOWN, ALERT_CLEARED. */
  snooze(id: string, untilMs: number | null, note: string | undefined): Promise<Alert> {
    return this.#book.snooze(id, untilMs, note);
  }

  // --- rules

  rules(): AlertRule[] {
    return this.#rules.list().map(viewOf);
  }

  /** Throws ALERT_RULE_UNKNOWN. */
  rule(id: string): AlertRule {
    return viewOf(this.#rules.demand(id));
  }

  /** `ownMax`: rules this person may keep. Throws BODY_INVALID, DEVICE_UNKNOWN, ALERT_RULES_…FULL. */
  async createRule(body: AlertRuleBody, createdBy: string, ownMax = ALERT_RULES_MAX): Promise<AlertRule> {
    return viewOf(await this.#rules.create(body, createdBy, ownMax));
  }

  /** Throws ALERT_RULE_UNKNOWN, BODY_INVALID, DEVICE_UNKNOWN, ALERT_RULES_DEVICE_FULL. */
  async patchRule(id: string, patch: AlertRulePatch): Promise<AlertRule> {
    return viewOf(await this.#rules.patch(id, patch));
  }

  /** Throws ALERT_RULE_UNKNOWN. */
  removeRule(id: string): Promise<void> {
    return this.#rules.remove(id);
  }

  async suggestions(): Promise<AlertRuleBody[]> {
    const values = new Map<string, LatestRow['value']>();
    for (const deviceId of this.#deps.devices.ids().slice(0, SUGGESTING_DEVICES_MAX)) {
      for (const { metric, value } of await this.#deps.latestOf(deviceId)) values.set(metric, value);
    }
    return suggestionsFor(values, this.#rules.list());
  }

  #deviceIdOf(name: string): string {
    const device = this.#deps.devices.find(name);
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    return device.id;
  }

  #ruleChanged(before: AlertRuleRow | undefined, after: AlertRuleRow | undefined): void {
    this.#rulesChanged.fire();
    const isOther = before === undefined || after === undefined || isOtherCondition(before, after);
    if (!isOther) return;
    if (before !== undefined) {
      this.#evaluator.end(before);
      this.#book.clearAll((row) => row.ruleId === before.id, 'rule-changed');
    }
    if (after === undefined) return;
    this.#evaluator
      .begin([after], this.#deps.latestOf)
      .catch((error) =>
        this.#deps.log.warn({ err: error, rule: after.id }, 'a rule was not judged by the latest values'),
      );
  }
}

const viewOf = (row: AlertRuleRow): AlertRule => ({ ...row, named: isNamed(row) });

export async function createAlerts(deps: AlertsDeps): Promise<Alerts> {
  const alerts = new Alerts(deps);
  await alerts.load();
  return alerts;
}
