/** How live the page is: the box in the sidebar, the short form on phones, and the bar that says what is old. */
import { useComputed } from '@preact/signals';
import type { Key } from '../i18n/catalog.ts';
import { formatClockSeconds, formatDuration, formatRate } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { type LinkState, link, retryNow } from '../live/connection.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { now } from '../state/now.ts';
import { setupState } from '../state/setup-state.ts';
import { stats } from '../state/stats.ts';

const LOOKS = {
  idle: { look: 'off', text: 'link.connecting' },
  connecting: { look: 'off', text: 'link.connecting' },
  live: { look: 'ok', text: 'link.live' },
  reconnecting: { look: 'warn', text: 'link.reconnecting' },
  offline: { look: 'bad', text: 'link.offline' },
  'signed-out': { look: 'off', text: 'link.signedOut' },
} as const satisfies Record<LinkState, { look: string; text: Key }>;

/** A link that breaks for less than this is nobody's business. */
const BAR_AFTER_MS = 2000;

export function LinkPill() {
  const { look, text } = LOOKS[link.value.state];
  return (
    <span class={`st ${look}`} role="status">
      {t(text)}
    </span>
  );
}

export function LinkBox() {
  return (
    <div class="livebox">
      <b>
        <LinkPill />
        <Rate />
      </b>
      <About />
    </div>
  );
}

function Rate() {
  const { state, sinceMs } = link.value;
  if (state === 'live') {
    const rate = stats.value === null ? '–' : formatRate(stats.value.messagesInPerS);
    return <span class="muted num end">{t('link.rate', { rate })}</span>;
  }
  if (state === 'reconnecting' || state === 'offline') {
    return <span class="muted num end">{formatDuration(Math.max(0, now.value - sinceMs))}</span>;
  }
  return null;
}

function About() {
  const setup = setupState.state.value;
  const version = setup.kind === 'ready' ? setup.value.version : '–';
  const uptime = stats.value === null ? '–' : formatDuration(stats.value.uptimeS * 1000);
  return <span class="muted num">{t('link.version', { version, uptime })}</span>;
}

/** Values keep their place while the link is away; this says from when they are. */
export function StaleBar() {
  const isLate = useComputed(() => {
    const { state, sinceMs } = link.value;
    return (state === 'reconnecting' || state === 'offline') && now.value - sinceMs >= BAR_AFTER_MS;
  });
  return (
    <div role="status" aria-live="polite">
      {isLate.value && <Bar />}
    </div>
  );
}

function Bar() {
  const { state, lastLiveMs } = link.value;
  return (
    <div class="bar-off">
      <Icon name={state === 'offline' ? 'wifi-off' : 'refresh-cw'} />
      <span>
        <b>{t(LOOKS[state].text)}…</b>{' '}
        {lastLiveMs !== null && t('link.valuesFrom', { time: formatClockSeconds(lastLiveMs) })}
      </span>
      <span class="grow" />
      <Button size="sm" onClick={retryNow}>
        {t('link.retryNow')}
      </Button>
    </div>
  );
}
