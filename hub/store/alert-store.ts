/** The nouns of who is told: alerts, the rules that raise them, and the mode. The promises of store.ts hold here too. */
import type { AlertCode } from '../contract/alert.ts';
import type { EventSeverity } from './event-store.ts';
import type { PageOf, PageRequest, Write } from './store.ts';

export interface AlertRuleRow {
  id: string;
  name: string;
  kind: 'threshold' | 'no-data' | 'event';
  enabled: boolean;
  severity: EventSeverity;
  /** Null: every device. */
  deviceId: string | null;
  metric: string | null;
  direction: 'above' | 'below' | null;
  limit: number | null;
  hysteresis: number;
  forS: number;
  /** Null: learned from the rhythm of each device. */
  afterS: number | null;
  eventType: string | null;
  clearAfterS: number | null;
  createdMs: number;
  createdBy: string;
  changedMs: number;
}
export interface AlertRuleStore {
  /** By time of creation, then id. */
  list(page: PageRequest): Promise<PageOf<AlertRuleRow>>;
  put(rule: AlertRuleRow): Write;
  remove(id: string): Write;
}

export interface AlertRow {
  id: string;
  /** Null: surveillance. */
  ruleId: string | null;
  ruleName: string;
  kind: 'threshold' | 'no-data' | 'event' | 'surveillance';
  deviceId: string;
  metric: string | null;
  eventType: string | null;
  severity: EventSeverity;
  message: string;
  /** Which sentence of the hub `message` is; null: words of a device, or of an earlier version of the hub. */
  code: AlertCode | null;
  state: 'open' | 'acknowledged' | 'cleared';
  raisedMs: number;
  lastMs: number;
  count: number;
  value: number | boolean | string | null;
  limit: number | null;
  direction: 'above' | 'below' | null;
  /** How long the silence of its rule is; null: the rule has none of its own. */
  afterS: number | null;
  ackedBy: string | null;
  ackedMs: number | null;
  note: string | null;
  snoozedUntilMs: number | null;
  clearedMs: number | null;
  clearedBecause: 'recovered' | 'data-returned' | 'quiet' | 'rule-changed' | 'device-removed' | null;
}
export interface AlertStore {
  get(id: string): Promise<AlertRow | undefined>;
  /** Newest first: by the time they were raised, then id. */
  list(
    page: PageRequest & { states?: readonly AlertRow['state'][] | undefined; deviceId?: string | undefined },
  ): Promise<PageOf<AlertRow>>;
  /** Those that are not cleared, oldest first. */
  standing(limit: number): Promise<AlertRow[]>;
  /** Cleared ones, those that were cleared first come first. */
  oldestCleared(limit: number): Promise<AlertRow[]>;
  put(alert: AlertRow): Write;
  remove(id: string): Write;
}

export interface ModeWindowRow {
  /** 1 = Monday. */
  days: number[];
  /** HH:MM */
  from: string;
  to: string;
}
export interface ModeRow {
  mode: 'active' | 'surveillance';
  /** Null: since ever. */
  sinceMs: number | null;
  /** User name; null: the schedule, or nobody. */
  by: string | null;
  bySchedule: boolean;
  armsAtMs: number | null;
  entryEndsMs: number | null;
  entryDeviceId: string | null;
  /** Type of the event that began the countdown. */
  entryType: string | null;
  exitDelayS: number;
  entryDelayS: number;
  watched: string[];
  scheduleEnabled: boolean;
  windows: ModeWindowRow[];
  /** What the schedule said when it was last looked at; null: never. */
  scheduled: boolean | null;
}
export interface ModeStore {
  /** Undefined: nobody has ever set anything. */
  get(): Promise<ModeRow | undefined>;
  put(mode: ModeRow): Write;
}
