/** The device list's decisions: what matches, in which order, and when an order may change under the reader. Pure. */
import type { Device, DeviceStatus } from '../../../../hub/contract/device.ts';

export const SORT_KEYS = ['status', 'name', 'player', 'dialect', 'seen', 'messages'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export const STATUS_ORDER: readonly DeviceStatus[] = ['online', 'late', 'asleep', 'offline', 'never'];

export interface FleetView {
  q: string;
  status: DeviceStatus | null;
  sort: SortKey;
  descending: boolean;
}
export const DEFAULT_VIEW: FleetView = { q: '', status: null, sort: 'name', descending: false };

/** A view from the address bar; whatever is not understood falls back to the default. */
export function viewFromQuery(query: URLSearchParams): FleetView {
  const sort = query.get('sort') ?? '';
  const key = sort.replace(/^-/, '');
  return {
    q: query.get('q') ?? '',
    status: STATUS_ORDER.find((status) => status === query.get('status')) ?? null,
    sort: SORT_KEYS.find((known) => known === key) ?? DEFAULT_VIEW.sort,
    descending: sort.startsWith('-'),
  };
}

/** The query string of a view, without what is default. */
export function queryOfView(view: FleetView): Record<string, string | undefined> {
  const sort = `${view.descending ? '-' : ''}${view.sort}`;
  return {
    q: view.q === '' ? undefined : view.q,
    status: view.status ?? undefined,
    sort: sort === DEFAULT_VIEW.sort ? undefined : sort,
  };
}

export function countByStatus(devices: Iterable<Device>): Record<DeviceStatus, number> {
  const counts = { online: 0, late: 0, asleep: 0, offline: 0, never: 0 };
  for (const device of devices) counts[device.status] += 1;
  return counts;
}

/** Every word of the search must be found somewhere; case, accents and the colons of a MAC do not matter. */
export function matchesSearch(device: Device, search: string): boolean {
  const words = fold(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { id, name, owner, player, clientId, address, dialects, aliases } = device;
  const text = fold([id, name, owner, player, clientId, address, ...dialects, ...aliases].join('\n'));
  const plain = text.replaceAll(':', '');
  return words.every((word) => text.includes(word) || plain.includes(word.replaceAll(':', '')));
}

export function matchesView(device: Device, view: FleetView): boolean {
  return (view.status === null || device.status === view.status) && matchesSearch(device, view.q);
}

/** Ids in the wanted order. Equal ones stay by name, then id, whatever the direction: a list never shuffles. */
export function sortedIds(devices: readonly Device[], view: FleetView, collator: Intl.Collator): string[] {
  const sign = view.descending ? -1 : 1;
  const by = comparison(view.sort, collator);
  return [...devices]
    .sort((a, b) => sign * by(a, b) || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1))
    .map((device) => device.id);
}

function comparison(sort: SortKey, collator: Intl.Collator): (a: Device, b: Device) => number {
  const text = (of: (device: Device) => string | null) => (a: Device, b: Device) => {
    const [left, right] = [of(a), of(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return collator.compare(left, right);
  };
  switch (sort) {
    case 'name':
      return text((device) => device.name);
    case 'player':
      return text((device) => device.player ?? device.owner);
    case 'dialect':
      return text((device) => device.dialects[0] ?? null);
    case 'status':
      return (a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status);
    case 'seen':
      return (a, b) => (b.lastSeenMs ?? 0) - (a.lastSeenMs ?? 0);
    case 'messages':
      return (a, b) => b.messages - a.messages;
  }
}

/** What is shown keeps its place; what newly matches comes last; what no longer matches goes. */
export function keepOrder(shown: readonly string[], matching: readonly string[]): string[] {
  const wanted = new Set(matching);
  const kept = shown.filter((id) => wanted.delete(id));
  return [...kept, ...wanted];
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
