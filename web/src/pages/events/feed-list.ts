/** The feed as rows: what the API listed, what has come since, repeats together. Pure. */
import type { Event } from '../../../../hub/contract/event.ts';

/** As the hub groups: repeats further apart belong to different rows. */
const GROUP_GAP_MS = 3_600_000;

export interface FeedRow {
  /** The same for as long as the row is: repeats that join it change nothing of it. */
  key: string;
  newest: Event;
  count: number;
  /** When the oldest was received. */
  firstMs: number;
}

/** Events from the live link that the page of the API does not hold yet, newest first. */
export function arrivalsOf(recent: readonly Event[], base: readonly Event[]): Event[] {
  const [top] = base;
  if (top === undefined) return [...recent];
  const isListed = ({ id, receivedMs, deviceId, type }: Event): boolean =>
    receivedMs < top.receivedMs ||
    base.some((one) => one.id === id || (keyOf(one) === keyOf({ deviceId, type }) && receivedMs <= one.receivedMs));
  return recent.filter((event) => !isListed(event));
}

/** How an event is now, where the live link has told of it since: somebody may have acknowledged it. */
export function refreshed(base: readonly Event[], recent: readonly Event[]): Event[] {
  const told = new Map(recent.map((event) => [event.id, event]));
  return base.map((event) => {
    const now = told.get(event.id);
    return now === undefined ? event : { ...event, ackedBy: now.ackedBy, ackedMs: now.ackedMs, note: now.note };
  });
}

/** Newest first, in the order of the newest of each; some may be groups already. */
export function rowsOf(events: readonly Event[]): FeedRow[] {
  const rows: FeedRow[] = [];
  const places = new Map<string, number>();
  for (const event of events) {
    const count = event.count ?? 1;
    const firstMs = event.firstMs ?? event.receivedMs;
    const name = keyOf(event);
    const place = places.get(name);
    const row = place === undefined ? undefined : rows[place];
    if (place !== undefined && row !== undefined && row.firstMs - event.receivedMs <= GROUP_GAP_MS) {
      rows[place] = { ...row, count: row.count + count, firstMs, key: `${name} ${firstMs}` };
      continue;
    }
    places.set(name, rows.length);
    rows.push({ key: `${name} ${firstMs}`, newest: event, count, firstMs });
  }
  return rows;
}

const keyOf = ({ deviceId, type }: Pick<Event, 'deviceId' | 'type'>): string =>
  `${deviceId ?? ''} ${type.toLowerCase()}`;
