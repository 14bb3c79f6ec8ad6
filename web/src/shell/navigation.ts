/** What the sidebar, the phone's bottom bar and the keyboard can go to. */
import type { Permission } from '../../../hub/contract/permissions.ts';
import type { Key } from '../i18n/catalog.ts';
import type { IconName } from '../parts/icon.tsx';

export interface Destination {
  path: string;
  label: Key & `nav.${string}`;
  icon: IconName;
  /** After `g`. */
  key: string;
  group: 'main' | 'apps' | 'hub';
  permission?: Permission;
}

export const DESTINATIONS = [
  { path: '/', label: 'nav.overview', icon: 'layout-dashboard', key: 'o', group: 'main' },
  { path: '/devices', label: 'nav.devices', icon: 'cpu', key: 'd', group: 'main' },
  { path: '/explorer', label: 'nav.explorer', icon: 'list-tree', key: 'x', group: 'main' },
  { path: '/pair', label: 'nav.pair', icon: 'link', key: 'p', group: 'apps' },
  { path: '/scores', label: 'nav.scores', icon: 'trophy', key: 's', group: 'apps' },
  { path: '/access', label: 'nav.access', icon: 'key-round', key: 'a', group: 'hub' },
  { path: '/settings', label: 'nav.settings', icon: 'settings', key: 't', group: 'hub' },
] as const satisfies readonly Destination[];

/** How many of them the phone's bar shows before "More". */
export const TABBAR_MAX = 4;

export function isUnder(path: string, destination: string): boolean {
  return destination === '/' ? path === '/' : path === destination || path.startsWith(`${destination}/`);
}
