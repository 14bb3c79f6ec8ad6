/** The rules that raise alerts: kept in memory, found by what they are about, changed by people. */
import type { AlertRuleBody, AlertRulePatch } from '../../contract/alert.ts';
import { RucheError } from '../../contract/errors.ts';
import { ALERT_RULES_MAX, ALERT_RULES_PER_DEVICE_MAX } from '../../contract/limits.ts';
import { patchedWish, type RuleWish, wishOf } from '../../domain/alert-rules.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import type { AlertRuleRow } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';

export interface RuleBookDeps {
  readonly store: Pick<Store, 'alertRules' | 'commit'>;
  readonly clock: Clock;
  /** Throws DEVICE_UNKNOWN. */
  readonly deviceIdOf: (name: string) => string;
  /** Stored; `after` undefined: it is gone. */
  readonly onChanged: (before: AlertRuleRow | undefined, after: AlertRuleRow | undefined) => void;
}

/** Changes that wait for each other. */
const WAITING_MAX = 100;
const LINE = 'rules';

export class RuleBook {
  readonly #deps: RuleBookDeps;
  readonly #rules = new Map<string, AlertRuleRow>();
  readonly #inTurn = makeInTurn({ jobsMax: WAITING_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  #thresholds = new Map<string, AlertRuleRow[]>();
  #events = new Map<string, AlertRuleRow[]>();
  #silences: AlertRuleRow[] = [];

  constructor(deps: RuleBookDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const { items } = await this.#deps.store.alertRules.list({ limit: ALERT_RULES_MAX });
    for (const row of items) this.#rules.set(row.id, row);
    this.#sort();
  }

  list(): AlertRuleRow[] {
    return [...this.#rules.values()];
  }

  get(id: string): AlertRuleRow | undefined {
    return this.#rules.get(id);
  }

  /** Throws ALERT_RULE_UNKNOWN. */
  demand(id: string): AlertRuleRow {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new RucheError('ALERT_RULE_UNKNOWN');
    return rule;
  }

  // --- those that are switched on

  thresholds(metric: string): readonly AlertRuleRow[] {
    return this.#thresholds.get(metric) ?? NONE;
  }

  events(type: string): readonly AlertRuleRow[] {
    return this.#events.get(type.toLowerCase()) ?? NONE;
  }

  get silences(): readonly AlertRuleRow[] {
    return this.#silences;
  }

  /** `ownMax`: rules this person may keep. Throws BODY_INVALID, DEVICE_UNKNOWN, ALERT_RULES_…FULL. */
  create(body: AlertRuleBody, createdBy: string, ownMax: number): Promise<AlertRuleRow> {
    return this.#inTurn(LINE, async () => {
      if (this.#rules.size >= ALERT_RULES_MAX) throw new RucheError('ALERT_RULES_FULL');
      const own = this.list().filter((rule) => rule.createdBy === createdBy);
      if (own.length >= ownMax) throw new RucheError('ALERT_RULES_OWN_FULL');
      const nowMs = this.#deps.clock.nowMs();
      const wish = this.#named(wishOf(body));
      return this.#put(undefined, { id: newId(), ...wish, createdMs: nowMs, createdBy, changedMs: nowMs });
    });
  }

  /** Throws ALERT_RULE_UNKNOWN, BODY_INVALID, DEVICE_UNKNOWN, ALERT_RULES_DEVICE_FULL. */
  patch(id: string, patch: AlertRulePatch): Promise<AlertRuleRow> {
    return this.#inTurn(LINE, async () => {
      const before = this.demand(id);
      const wish = this.#named(patchedWish(before, patch));
      return this.#put(before, { ...before, ...wish, changedMs: this.#deps.clock.nowMs() });
    });
  }

  /** Throws ALERT_RULE_UNKNOWN. */
  remove(id: string): Promise<void> {
    return this.#inTurn(LINE, async () => this.#remove(this.demand(id)));
  }

  /** The device is gone: rules about it alone have nothing left to watch. */
  forgetDevice(deviceId: string): Promise<void> {
    return this.#inTurn(LINE, async () => {
      for (const rule of this.list()) if (rule.deviceId === deviceId) await this.#remove(rule);
    });
  }

  #named(wish: RuleWish): RuleWish {
    return wish.deviceId === null ? wish : { ...wish, deviceId: this.#deps.deviceIdOf(wish.deviceId) };
  }

  async #put(before: AlertRuleRow | undefined, after: AlertRuleRow): Promise<AlertRuleRow> {
    const { store, onChanged } = this.#deps;
    const { deviceId } = after;
    if (deviceId !== null && deviceId !== before?.deviceId) {
      const others = this.list().filter((rule) => rule.deviceId === deviceId);
      if (others.length >= ALERT_RULES_PER_DEVICE_MAX) throw new RucheError('ALERT_RULES_DEVICE_FULL');
    }
    await store.commit([store.alertRules.put(after)]);
    this.#rules.set(after.id, after);
    this.#sort();
    onChanged(before, after);
    return after;
  }

  async #remove(rule: AlertRuleRow): Promise<void> {
    const { store, onChanged } = this.#deps;
    await store.commit([store.alertRules.remove(rule.id)]);
    this.#rules.delete(rule.id);
    this.#sort();
    onChanged(rule, undefined);
  }

  #sort(): void {
    this.#thresholds = new Map();
    this.#events = new Map();
    this.#silences = [];
    for (const rule of this.#rules.values()) {
      if (!rule.enabled) continue;
      if (rule.kind === 'no-data') this.#silences.push(rule);
      else if (rule.kind === 'event') addTo(this.#events, (rule.eventType ?? '').toLowerCase(), rule);
      else addTo(this.#thresholds, rule.metric ?? '', rule);
    }
  }
}

const NONE: readonly AlertRuleRow[] = [];

function addTo(map: Map<string, AlertRuleRow[]>, key: string, rule: AlertRuleRow): void {
  const rules = map.get(key);
  if (rules === undefined) map.set(key, [rule]);
  else rules.push(rule);
}
