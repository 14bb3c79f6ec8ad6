/** Which of the newest events a tile is about. Pure. */
import type { Event } from '../../../../../hub/contract/event.ts';

const WEIGHTS: Readonly<Record<Event['severity'], number>> = { info: 0, warning: 1, critical: 2 };

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
