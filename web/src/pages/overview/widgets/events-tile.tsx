/** What devices say happened, newest first. */
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { Event } from '../../../../../hub/contract/event.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { formatClock } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { SEVERITY_ICONS, typeWords } from '../../../parts/alerts/alert-words.ts';
import { Icon } from '../../../parts/icon.tsx';
import { Empty, WhenReady } from '../../../parts/states.tsx';
import { fleet } from '../../../state/devices.ts';
import { eventsLoading, loadEvents, recentEvents } from '../../../state/events.ts';
import { shownEvents } from './shown-events.ts';
import { TileFrame, TileIcon } from './tile-frame.tsx';

const ROWS: Readonly<Record<TileSize, number>> = { S: 2, M: 6, L: 6, XL: 6 };

export function EventsTile({ spec, area, size }: { spec: WidgetSpec; area: string; size: TileSize }) {
  const { severity, tag } = spec.options ?? {};
  // asked only of a tile that wants a tag: a device changes with everything it says
  const tagsOf = (id: string): readonly string[] => fleet.device(id).value?.tags ?? [];
  const about = { severity, tag, deviceId: spec.deviceId, tagsOf };
  const shown = shownEvents(recentEvents.value, about).slice(0, ROWS[size]);
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="bell" />}
      colour={3}
      class={area}
      end={
        <a class="more" href="/events">
          {t('overview.seeAll')}
        </a>
      }
    >
      <WhenReady loading={eventsLoading.value} onRetry={() => void loadEvents()}>
        {shown.length === 0 && size === 'S' && <p class="muted">{t('events.none')}</p>}
        {shown.length === 0 && size !== 'S' && (
          <Empty icon="bell" title={t('events.none')} text={t('events.noneText')} />
        )}
        <ul class="wl start">
          {shown.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ul>
      </WhenReady>
    </TileFrame>
  );
}

function EventRow({ event }: { event: Event }) {
  const { severity, type, deviceId } = event;
  return (
    <li class="ev">
      <span class={`ic ${severity}`}>
        <Icon name={SEVERITY_ICONS[severity]} />
        <span class="vh">{t(`severity.${severity}`)}</span>
      </span>
      <p>
        {typeWords(type)}
        <small>{deviceId === null ? t('events.hub') : fleet.name(deviceId)}</small>
      </p>
      <time class="num">{formatClock(event.atMs)}</time>
    </li>
  );
}
