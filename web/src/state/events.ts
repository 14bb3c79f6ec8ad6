/** What happens, for the whole app: alerts that stand, the newest events, the mode. One subscription while signed in. */
import { batch, signal } from '@preact/signals';
import type { Alert } from '../../../hub/contract/alert.ts';
import type { Event } from '../../../hub/contract/event.ts';
import { PAGE_LIMIT_MAX } from '../../../hub/contract/limits.ts';
import type { LiveEvents } from '../../../hub/contract/live.ts';
import type { Mode, ModeBody } from '../../../hub/contract/mode.ts';
import { LIVE_EVENTS } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { onLive } from '../live/subscribe.ts';
import { may } from '../session.ts';
import { applyAlerts, applyEvents } from './event-list.ts';
import type { Loading } from './loading.ts';

/** What nobody has seen yet first. Of very many, the newest. */
export const standing = signal<readonly Alert[]>([]);
/** How many there are in all. */
export const standingCount = signal(0);
/** Newest first. */
export const recentEvents = signal<readonly Event[]>([]);
/** Null: not known yet. */
export const mode = signal<Mode | null>(null);
export const eventsLoading = signal<Loading>({ kind: 'loading' });
/** Counts what lists fetched from the API cannot follow: messages may have been missed, a device has gone. */
export const eventsVersion = signal(0);

let stopListening: (() => void) | undefined;

export function startEvents(): void {
  if (stopListening !== undefined || !may('events.read')) return;
  stopListening = onLive<LiveEvents>(LIVE_EVENTS, take);
  void loadEvents();
}

export function stopEvents(): void {
  stopListening?.();
  stopListening = undefined;
  batch(() => {
    standing.value = [];
    standingCount.value = 0;
    recentEvents.value = [];
    mode.value = null;
    eventsLoading.value = { kind: 'loading' };
  });
}

/** Retry: asks REST. A live snapshot that arrives meanwhile is newer and wins. */
export async function loadEvents(): Promise<void> {
  if (eventsLoading.peek().kind === 'failed') eventsLoading.value = { kind: 'loading' };
  try {
    const [alerts, present] = await Promise.all([
      call('GET /api/v1/alerts', { query: { limit: PAGE_LIMIT_MAX } }),
      call('GET /api/v1/mode'),
    ]);
    if (eventsLoading.peek().kind === 'ready' || stopListening === undefined) return;
    batch(() => {
      standing.value = applyAlerts([], { snapshot: true, alerts: alerts.items, removedDevices: [] });
      standingCount.value = alerts.items.length;
      mode.value = present;
      eventsLoading.value = { kind: 'ready' };
    });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (eventsLoading.peek().kind !== 'ready') eventsLoading.value = { kind: 'failed', problem: error };
  }
}

/** The answer of the hub to what was done here, without waiting for the live message. */
export function changeAlert(alert: Alert): void {
  standing.value = applyAlerts(standing.value, { snapshot: false, alerts: [alert], removedDevices: [] });
}

/** Throws ApiProblem. */
export async function changeMode(body: ModeBody): Promise<Mode> {
  mode.value = await call('PUT /api/v1/mode', { body });
  return mode.value;
}

function take(message: LiveEvents): void {
  batch(() => {
    const wasReady = eventsLoading.peek().kind === 'ready';
    standing.value = applyAlerts(standing.value, message);
    standingCount.value = message.standing;
    recentEvents.value = applyEvents(recentEvents.value, message);
    if (message.mode !== undefined) mode.value = message.mode;
    if (message.snapshot) eventsLoading.value = { kind: 'ready' };
    if ((message.snapshot && wasReady) || message.removedDevices.length > 0) eventsVersion.value += 1;
  });
}
