/** Repeats in a feed: events of one type and device that follow each other closely are one group with a count. */

/** Two repeats further apart than this belong to different groups. */
export const GROUP_GAP_MS = 3_600_000;

export interface Happening {
  readonly deviceId: string;
  readonly type: string;
  readonly receivedMs: number;
}
export interface Group<Item extends Happening> {
  readonly newest: Item;
  readonly count: number;
  /** When the oldest was received. */
  readonly firstMs: number;
}

/** `events` newest first, all of them older than what `before` was made of; groups in the order of their newest. */
export function groupRepeats<Item extends Happening>(
  events: readonly Item[],
  before: readonly Group<Item>[] = [],
): Group<Item>[] {
  const groups = [...before];
  const places = new Map<string, number>();
  groups.forEach(({ newest }, place) => {
    places.set(keyOf(newest), place);
  });
  for (const event of events) {
    const place = places.get(keyOf(event));
    const group = place === undefined ? undefined : groups[place];
    if (place !== undefined && group !== undefined && group.firstMs - event.receivedMs <= GROUP_GAP_MS) {
      groups[place] = { ...group, count: group.count + 1, firstMs: event.receivedMs };
      continue;
    }
    places.set(keyOf(event), groups.length);
    groups.push({ newest: event, count: 1, firstMs: event.receivedMs });
  }
  return groups;
}

const keyOf = ({ deviceId, type }: Happening): string => `${deviceId}\n${type.toLowerCase()}`;
