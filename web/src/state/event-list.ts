/** Events and alerts as $live/events tells of them: the pure part of events.ts. */
import type { Alert } from '../../../hub/contract/alert.ts';
import type { Event } from '../../../hub/contract/event.ts';
import type { LiveEvents } from '../../../hub/contract/live.ts';

type EventNews = Pick<LiveEvents, 'snapshot' | 'events' | 'removedDevices'>;
type AlertNews = Pick<LiveEvents, 'snapshot' | 'alerts' | 'removedDevices'>;

/** Newest events that are kept while somebody is signed in; lists of more come from the API. */
export const RECENT_MAX = 200;

const WEIGHTS: Readonly<Record<Alert['severity'], number>> = { info: 0, warning: 1, critical: 2 };

/** Newest first, each id once as it is now, at most RECENT_MAX. */
export function applyEvents(recent: readonly Event[], { snapshot, events, removedDevices }: EventNews): Event[] {
  if (snapshot) return events.slice(0, RECENT_MAX);
  const told = new Map(events.map((event) => [event.id, event]));
  const removed = new Set<string | null>(removedDevices);
  const kept = recent.map((event) => told.get(event.id) ?? event);
  const known = new Set(recent.map(({ id }) => id));
  // an old event that was acknowledged is told too, and is no news
  const oldestMs = recent.at(-1)?.receivedMs ?? 0;
  const fresh = events.filter(({ id, receivedMs }) => !known.has(id) && receivedMs >= oldestMs);
  const all = [...fresh, ...kept].filter(({ deviceId }) => !removed.has(deviceId));
  return all.sort((a, b) => b.receivedMs - a.receivedMs).slice(0, RECENT_MAX);
}

/** Those that stand: what nobody has seen yet first, then the worst, then the newest. */
export function applyAlerts(standing: readonly Alert[], { snapshot, alerts, removedDevices }: AlertNews): Alert[] {
  const byId = new Map((snapshot ? [] : standing).map((alert) => [alert.id, alert]));
  for (const alert of alerts) byId.set(alert.id, alert);
  const removed = new Set(removedDevices);
  return [...byId.values()]
    .filter(({ state, deviceId }) => state !== 'cleared' && !removed.has(deviceId))
    .sort((a, b) => Number(isHandled(a)) - Number(isHandled(b)) || weigh(b) - weigh(a) || b.raisedMs - a.raisedMs);
}

/** Somebody has seen it, or put it off. */
export const isHandled = ({ state, snoozedUntilMs }: Pick<Alert, 'state' | 'snoozedUntilMs'>): boolean =>
  state !== 'open' || snoozedUntilMs !== null;

const weigh = ({ severity }: Alert): number => WEIGHTS[severity];
