/** Every page: its address, its name, who may see it and the chunk it lives in. */
import type { FunctionComponent } from 'preact';
import type { Permission } from '../../hub/contract/permissions.ts';
import type { Key } from './i18n/catalog.ts';
import { matchPath, type Params } from './router.ts';

export interface PageProps {
  params: Params;
}
export type Page = FunctionComponent<PageProps>;

export interface Route {
  pattern: string;
  title: Key;
  /** `bare`: no navigation around it (sign-in, setup, a wall screen). */
  frame: 'shell' | 'bare';
  /** Nobody needs to be signed in. */
  isPublic?: boolean;
  permission?: Permission;
  load: () => Promise<Page>;
}

export const ROUTES: readonly Route[] = [
  {
    pattern: '/',
    title: 'nav.overview',
    frame: 'shell',
    load: async () => (await import('./pages/overview/overview-page.tsx')).OverviewPage,
  },
  {
    pattern: '/boards/:id',
    title: 'nav.overview',
    frame: 'shell',
    load: async () => (await import('./pages/overview/overview-page.tsx')).OverviewPage,
  },
  {
    pattern: '/devices',
    title: 'nav.devices',
    frame: 'shell',
    load: async () => (await import('./pages/devices/devices-page.tsx')).DevicesPage,
  },
  {
    pattern: '/devices/:id/:tab?',
    title: 'nav.devices',
    frame: 'shell',
    load: async () => (await import('./pages/device/device-page.tsx')).DevicePage,
  },
  {
    pattern: '/explorer/:topic?',
    title: 'nav.explorer',
    frame: 'shell',
    load: async () => (await import('./pages/explorer/explorer-page.tsx')).ExplorerPage,
  },
  {
    pattern: '/events/:tab?',
    title: 'nav.events',
    frame: 'shell',
    load: async () => (await import('./pages/events/events-page.tsx')).EventsPage,
  },
  {
    pattern: '/pair',
    title: 'nav.pair',
    frame: 'shell',
    load: async () => (await import('./pages/pair/pair-page.tsx')).PairPage,
  },
  {
    pattern: '/scores',
    title: 'nav.scores',
    frame: 'shell',
    load: async () => (await import('./pages/scores/scores-page.tsx')).ScoresPage,
  },
  {
    pattern: '/forwarding',
    title: 'nav.forwarding',
    frame: 'shell',
    load: async () => (await import('./pages/forwarding/forwarding-page.tsx')).ForwardingPage,
  },
  {
    pattern: '/health',
    title: 'nav.health',
    frame: 'shell',
    load: async () => (await import('./pages/health/health-page.tsx')).HealthPage,
  },
  {
    pattern: '/access/:tab?',
    title: 'nav.access',
    frame: 'shell',
    load: async () => (await import('./pages/access/access-page.tsx')).AccessPage,
  },
  {
    pattern: '/settings',
    title: 'nav.settings',
    frame: 'shell',
    load: async () => (await import('./pages/settings/settings-page.tsx')).SettingsPage,
  },
  {
    pattern: '/login',
    title: 'login.title',
    frame: 'bare',
    isPublic: true,
    load: async () => (await import('./pages/login/login-page.tsx')).LoginPage,
  },
  {
    pattern: '/register',
    title: 'register.title',
    frame: 'bare',
    isPublic: true,
    load: async () => (await import('./pages/login/register-page.tsx')).RegisterPage,
  },
  {
    pattern: '/setup',
    title: 'setup.title',
    frame: 'bare',
    isPublic: true,
    load: async () => (await import('./pages/setup/setup-page.tsx')).SetupPage,
  },
];

const NOT_FOUND: Route = {
  pattern: '*',
  title: 'notFound.title',
  frame: 'shell',
  load: async () => (await import('./pages/not-found-page.tsx')).NotFoundPage,
};

export interface Match {
  route: Route;
  params: Params;
}

export function findRoute(path: string): Match {
  for (const route of ROUTES) {
    const params = matchPath(route.pattern, path);
    if (params !== undefined) return { route, params };
  }
  return { route: NOT_FOUND, params: {} };
}
