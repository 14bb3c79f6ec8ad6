/** The devices at a glance: as many as fit, each with its state, its player and its pulse. */
import { t } from '../../i18n/language.ts';
import { DeviceIcon } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Pulse } from '../../parts/pulse.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { href } from '../../router.ts';
import { fleet } from '../../state/devices.ts';

/** More would make the card scroll; the rest is one press away. */
const TILES_MAX = 6;

export function DeviceTiles() {
  const ids = fleet.ids.value;
  return (
    <section class="card w6 h4">
      <header>
        <span class="ic">
          <Icon name="cpu" />
        </span>
        <h2>{t('overview.devices')}</h2>
        <span class="end">
          <a class="more" href="/devices">
            {t('overview.devicesAll', { count: ids.length })}
          </a>
        </span>
      </header>
      <ul class="tiles">
        {ids.slice(0, TILES_MAX).map((id) => (
          <DeviceTile key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function DeviceTile({ id }: { id: string }) {
  const device = fleet.device(id).value;
  if (device === undefined) return null;
  return (
    <li class="mini-tile">
      <div class="row">
        <DeviceIcon dialects={device.dialects} />
        <a class="nm cut" href={href('/devices/:id', { id })}>
          {device.name}
        </a>
      </div>
      <div class="row">
        <Status status={device.status} />
        <span class="end muted cut num">
          {device.player ?? (device.lastSeenMs === null ? '' : <Time atMs={device.lastSeenMs} />)}
        </span>
      </div>
      <Pulse marks={device.pulse} />
    </li>
  );
}
