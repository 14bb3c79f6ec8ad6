/** The pulses of the fleet side by side: a gap that several devices share is the network's, not theirs. */
import { useMemo } from 'preact/hooks';
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { formatPercent } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { DeviceName } from '../../../parts/device-name.tsx';
import { Pulse } from '../../../parts/pulse.tsx';
import { readPulse } from '../../../parts/pulse-marks.ts';
import { Status } from '../../../parts/status.tsx';
import { href } from '../../../router.ts';
import { fleet } from '../../../state/devices.ts';
import { busiest } from './busiest.ts';
import { TileFrame, TileIcon } from './tile-frame.tsx';

/** Rows that fit; the card of a fleet says where the others are. */
const ROWS: Readonly<Record<TileSize, number>> = { S: 3, M: 8, L: 8, XL: 16 };

export function PulseTile({ spec, area, size }: { spec: WidgetSpec; area: string; size: TileSize }) {
  const { tag } = spec.options ?? {};
  const ids = fleet.ids.value.filter((id) => tag === undefined || fleet.device(id).value?.tags.includes(tag) === true);
  // chosen anew when devices come or go, so that no row moves while it is looked at
  const shown = useMemo(
    () => busiest(ids, ROWS[size], (id) => fleet.device(id).peek()?.messages ?? 0),
    [ids.join(), size],
  );
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="activity" />}
      colour="var(--ok)"
      class={area}
      end={
        <a class="more" href={href('/devices', {}, tag === undefined ? {} : { q: `tag:${tag}` })}>
          {t('overview.devicesAll', { count: ids.length })}
        </a>
      }
    >
      {ids.length === 0 && <p class="muted">{t('widget.pulseEmpty')}</p>}
      <ul class="pulses">
        {shown.map((id) => (
          <PulseRow key={id} id={id} />
        ))}
      </ul>
    </TileFrame>
  );
}

function PulseRow({ id }: { id: string }) {
  const device = fleet.device(id).value;
  if (device === undefined) return null;
  return (
    <li class="pulse">
      <span class="row">
        <Status status={device.status} isBare />
        <a class="cut" href={href('/devices/:id', { id })}>
          <DeviceName name={device.name} />
        </a>
      </span>
      <Pulse marks={device.pulse} />
      <span class="pc num">{pulseShare(device.status === 'asleep', device.pulse)}</span>
    </li>
  );
}

function pulseShare(isAsleep: boolean, marks: string): string {
  if (isAsleep) return t('overview.pulseAsleep');
  const { heard } = readPulse(marks);
  return heard === null ? '–' : formatPercent(heard);
}
