/** What the sidebar, the phone's bottom bar and the keyboard can go to. */
import type { Permission } from '../../../hub/contract/permissions.ts';
import type { Key } from '../i18n/catalog.ts';
import type { IconName } from '../parts/icon.tsx';
import { may } from '../session.ts';

export interface Destination {
  path: string;
  label: Key & `nav.${string}`;
  icon: IconName;
  /** After `g`. */
  key: string;
  group: 'main' | 'apps' | 'hub';
  permission?: Permission;
}

const ALL = [
  { path: '/', label: 'nav.overview', icon: 'layout-dashboard', key: 'o', group: 'main' },
  { path: '/devices', label: 'nav.devices', icon: 'cpu', key: 'd', group: 'main' },
  { path: '/events', label: 'nav.events', icon: 'bell', key: 'e', group: 'main' },
  { path: '/explorer', label: 'nav.explorer', icon: 'list-tree', key: 'x', group: 'main' },
  { path: '/pair', label: 'nav.pair', icon: 'link', key: 'p', group: 'apps' },
  { path: '/scores', label: 'nav.scores', icon: 'trophy', key: 's', group: 'apps' },
  {
    path: '/forwarding',
    label: 'nav.forwarding',
    icon: 'send',
    key: 'f',
    group: 'hub',
    permission: 'forwarding.read',
  },
  {
    path: '/health',
    label: 'nav.health',
    icon: 'heart-pulse',
    key: 'h',
    group: 'hub',
    permission: 'health.read',
  },
  { path: '/access', label: 'nav.access', icon: 'key-round', key: 'a', group: 'hub' },
  { path: '/settings', label: 'nav.settings', icon: 'settings', key: 't', group: 'hub' },
] as const satisfies readonly Destination[];

/** Those that the signed-in person may see. */
export const destinations = (): Destination[] =>
  ALL.filter((destination) => !('permission' in destination) || may(destination.permission));

/** How many of them the phone's bar shows before "More". */
export const TABBAR_MAX = 4;

export function isUnder(path: string, destination: string): boolean {
  return destination === '/'
    ? path === '/' || path.startsWith('/boards/')
    : path === destination || path.startsWith(`${destination}/`);
}
