/** The newest events as they come, and which of them a tile is about. Pure. */
import type { Event } from '../../../../../hub/contract/event.ts';
import type { LiveEvents } from '../../../../../hub/contract/live.ts';

/** A tile that shows few of them may still have to look past many of other devices. */
export const EVENTS_KEPT_MAX = 200;
const WEIGHTS: Readonly<Record<Event['severity'], number>> = { info: 0, warning: 1, critical: 2 };

/** The one received last first, each once. */
export function withEvents(
  known: readonly Event[],
  { snapshot, events, removedDevices }: Pick<LiveEvents, 'snapshot' | 'events' | 'removedDevices'>,
): readonly Event[] {
  const changed = new Set(events.map(({ id }) => id));
  const kept = snapshot ? [] : known.filter(({ id }) => !changed.has(id));
  const all = [...events, ...kept].filter(({ deviceId }) => deviceId === null || !removedDevices.includes(deviceId));
  all.sort((a, b) => b.receivedMs - a.receivedMs);
  return all.slice(0, EVENTS_KEPT_MAX);
}

interface About {
  readonly severity?: Event['severity'] | undefined;
  readonly tag?: string | undefined;
  readonly deviceId?: string | undefined;
  tagsOf(deviceId: string): readonly string[];
}

/** Of this severity or a graver one, of this device, of devices with this tag. */
export function shownEvents(events: readonly Event[], { severity = 'info', tag, deviceId, tagsOf }: About): Event[] {
  return events.filter((event) => {
    if (WEIGHTS[event.severity] < WEIGHTS[severity]) return false;
    if (deviceId !== undefined && event.deviceId !== deviceId) return false;
    return tag === undefined || (event.deviceId !== null && tagsOf(event.deviceId).includes(tag));
  });
}
