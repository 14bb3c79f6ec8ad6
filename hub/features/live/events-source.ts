/** $live/events: the feed as it grows, alerts as they change, the mode. */
import type { Alert } from '../../contract/alert.ts';
import type { Event } from '../../contract/event.ts';
import { LIVE_ALERTS_MAX, LIVE_EVENTS_MAX } from '../../contract/limits.ts';
import type { LiveEvents } from '../../contract/live.ts';
import type { Mode } from '../../contract/mode.ts';
import type { Source } from './channel.ts';

export interface EventViews {
  /** The newest, the last one received first. */
  recent(): Event[];
  /** Alerts that are not cleared, newest first. */
  alerts(): Alert[];
  mode(): Mode;
}

/** More news than this within one period: watchers get the present state instead. */
export const EVENT_NEWS_MAX = 200;

export class EventsSource implements Source {
  readonly #views: EventViews;
  readonly #events = new Map<string, Event>();
  readonly #alerts = new Map<string, Alert>();
  readonly #removedDevices = new Set<string>();
  #isModeChanged = false;

  constructor(views: EventViews) {
    this.#views = views;
  }

  /** New, or acknowledged. */
  event(event: Event): void {
    if (this.#events.size <= EVENT_NEWS_MAX) this.#events.set(event.id, event);
  }

  alert(alert: Alert): void {
    if (this.#alerts.size <= EVENT_NEWS_MAX) this.#alerts.set(alert.id, alert);
  }

  deviceRemoved(deviceId: string): void {
    this.#removedDevices.add(deviceId);
  }

  modeChanged(): void {
    this.#isModeChanged = true;
  }

  snapshot(): () => string {
    const events = this.#views.recent().slice(0, LIVE_EVENTS_MAX);
    const standing = this.#views.alerts();
    const message: LiveEvents = {
      ...{ snapshot: true, events, alerts: standing.slice(0, LIVE_ALERTS_MAX), standing: standing.length },
      ...{ removedDevices: [], mode: this.#views.mode() },
    };
    const text = JSON.stringify(message);
    return () => text;
  }

  update(): () => string {
    const events = [...this.#events.values()].sort((a, b) => b.receivedMs - a.receivedMs);
    const alerts = [...this.#alerts.values()];
    const removedDevices = [...this.#removedDevices];
    const standing = this.#views.alerts().length;
    const news: LiveEvents = { snapshot: false, events, alerts, standing, removedDevices };
    const isModeChanged = this.#isModeChanged;
    this.reset();
    if (Math.max(events.length, alerts.length) > EVENT_NEWS_MAX) return this.snapshot();
    const text = JSON.stringify(isModeChanged ? { ...news, mode: this.#views.mode() } : news);
    return () => text;
  }

  reset(): void {
    this.#events.clear();
    this.#alerts.clear();
    this.#removedDevices.clear();
    this.#isModeChanged = false;
  }
}
