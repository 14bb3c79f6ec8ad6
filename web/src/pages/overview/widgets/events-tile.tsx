/** What devices say happened, newest first. */
import { useSignal } from '@preact/signals';
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { Event } from '../../../../../hub/contract/event.ts';
import type { LiveEvents } from '../../../../../hub/contract/live.ts';
import { LIVE_EVENTS } from '../../../../../hub/contract/topics.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { formatClock } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { useLive } from '../../../live/subscribe.ts';
import { Icon, type IconName } from '../../../parts/icon.tsx';
import { fleet } from '../../../state/devices.ts';
import { shownEvents, withEvents } from './event-list.ts';
import { TileFrame, TileIcon } from './tile-frame.tsx';

const ROWS: Readonly<Record<TileSize, number>> = { S: 2, M: 6, L: 6, XL: 6 };
const LOOKS: Readonly<Record<Event['severity'], { icon: IconName; colour: string }>> = {
  info: { icon: 'info', colour: 'var(--c1)' },
  warning: { icon: 'triangle-alert', colour: 'var(--warn)' },
  critical: { icon: 'circle-alert', colour: 'var(--bad)' },
};

export function EventsTile({ spec, area, size }: { spec: WidgetSpec; area: string; size: TileSize }) {
  const events = useSignal<readonly Event[] | null>(null);
  useLive<LiveEvents>(LIVE_EVENTS, (message) => {
    events.value = withEvents(events.value ?? [], message);
  });
  const { severity, tag } = spec.options ?? {};
  const tagsOf = (id: string): readonly string[] => fleet.device(id).value?.tags ?? [];
  const shown = shownEvents(events.value ?? [], { severity, tag, deviceId: spec.deviceId, tagsOf }).slice(
    0,
    ROWS[size],
  );
  return (
    <TileFrame name={spec.name} icon={<TileIcon name="bell" />} colour={3} class={area}>
      {events.value !== null && shown.length === 0 && <p class="muted">{t('widget.eventsEmpty')}</p>}
      <ul class="wl start">
        {shown.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
    </TileFrame>
  );
}

function EventRow({ event }: { event: Event }) {
  const { icon, colour } = LOOKS[event.severity];
  return (
    <li class="ev" style={{ '--c': colour }}>
      <span class="ic">
        <Icon name={icon} />
      </span>
      <p>
        <span class="vh">{t(`widget.severity.${event.severity}`)} </span>
        {event.message ?? event.type}
        <small>{event.deviceId === null ? 'Ruche' : fleet.name(event.deviceId).value}</small>
      </p>
      <time class="num">{formatClock(event.atMs)}</time>
    </li>
  );
}
