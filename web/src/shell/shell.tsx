/** The frame around every page: sidebar on a desk, bottom bar on a phone, the bar that says when values are old. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { Sheet } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { fleet } from '../state/devices.ts';
import { standingCount } from '../state/events.ts';
import { waitingDevices } from '../state/waiting.ts';
import { AccountItems, AccountMenu, AccountName, PreferenceRows } from './account.tsx';
import { AlertStrip } from './alert-strip.tsx';
import { Brand } from './brand.tsx';
import { Guard } from './guard.tsx';
import { LinkBox, StaleBar } from './link-status.tsx';
import { type Destination, destinations, isUnder, TABBAR_MAX } from './navigation.ts';
import { OpenBar } from './open-bar.tsx';

export function Shell({ path, children }: { path: string; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main" data-native>
        {t('nav.skip')}
      </a>
      <div class="app">
        <Sidebar path={path} />
        <main class="main" id="main">
          <OpenBar />
          <StaleBar />
          <Guard />
          {path === '/' && <AlertStrip />}
          {children}
        </main>
      </div>
      <TabBar path={path} />
    </>
  );
}

function Sidebar({ path }: { path: string }) {
  return (
    <header class="side">
      <Brand detail={location.hostname} />
      <nav aria-label={t('nav.main')}>
        <NavGroup path={path} group="main" />
        <p class="navh">{t('nav.groupApps')}</p>
        <NavGroup path={path} group="apps" />
        <p class="navh">{t('nav.groupHub')}</p>
        <NavGroup path={path} group="hub" />
      </nav>
      <div class="side-foot">
        <AccountMenu />
        <LinkBox />
      </div>
    </header>
  );
}

function NavGroup({ path, group }: { path: string; group: Destination['group'] }) {
  return (
    <>
      {destinations()
        .filter((destination) => destination.group === group)
        .map((destination) => (
          <NavLink key={destination.path} path={path} destination={destination} />
        ))}
    </>
  );
}

function NavLink({ path, destination }: { path: string; destination: Destination }) {
  return (
    <a class="nav" href={destination.path} aria-current={isUnder(path, destination.path) ? 'page' : undefined}>
      <Icon name={destination.icon} />
      <span>{t(destination.label)}</span>
      {destination.path === '/devices' && <DeviceCount />}
      {destination.path === '/events' && <AlertCount />}
    </a>
  );
}

/** How many devices there are, and in colour how many wait to be let in. */
function DeviceCount() {
  const waiting = waitingDevices.value.length;
  const known = fleet.ids.value.length;
  if (waiting > 0) {
    return (
      <span class="n new num">
        <span aria-hidden="true">+{formatNumber(waiting)}</span>
        <span class="vh">{t('nav.waiting', { count: waiting })}</span>
      </span>
    );
  }
  return known > 0 ? <span class="n num">{formatNumber(known)}</span> : null;
}

/** How many alerts stand. */
function AlertCount() {
  const count = standingCount.value;
  if (count === 0) return null;
  return (
    <span class="n hot num">
      <span aria-hidden="true">{formatNumber(count)}</span>
      <span class="vh">{t('nav.alerts', { count })}</span>
    </span>
  );
}

function TabBar({ path }: { path: string }) {
  const [isMoreOpen, setMoreOpen] = useState(false);
  useEffect(() => setMoreOpen(false), [path]);
  const all = destinations();
  const first = all.slice(0, TABBAR_MAX);
  const rest = all.slice(TABBAR_MAX);
  const isInRest = rest.some((destination) => isUnder(path, destination.path));
  return (
    <>
      <nav class="tabbar" aria-label={t('nav.main')}>
        {first.map(({ path: to, icon, label }) => (
          <a key={to} href={to} aria-current={isUnder(path, to) ? 'page' : undefined}>
            <Icon name={icon} />
            {t(to === '/' ? 'nav.overviewShort' : label)}
            {to === '/events' && <AlertCount />}
          </a>
        ))}
        <button
          type="button"
          aria-haspopup="dialog"
          aria-current={isInRest ? 'page' : undefined}
          onClick={() => setMoreOpen(true)}
        >
          <Icon name="ellipsis" />
          {t('nav.more')}
        </button>
      </nav>
      <Sheet title={t('nav.more')} open={isMoreOpen} onClose={() => setMoreOpen(false)}>
        <nav class="more-nav" aria-label={t('nav.more')}>
          {rest.map((destination) => (
            <NavLink key={destination.path} path={path} destination={destination} />
          ))}
        </nav>
        <AccountName />
        <PreferenceRows />
        <hr />
        <AccountItems />
        <LinkBox />
      </Sheet>
    </>
  );
}
