/** A tile: what it shows, of which device, and, when the device is not there, that this is how it was. */
import type { ComponentChildren } from 'preact';
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { Device, DeviceValue } from '../../../../../hub/contract/device.ts';
import { formatFull } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { Icon, type IconName } from '../../../parts/icon.tsx';
import { Status } from '../../../parts/status.tsx';
import { Time } from '../../../parts/time.tsx';

/** Columns and rows of the grid. */
export const TILE_AREA: Readonly<Record<TileSize, string>> = { S: 'w3 h2', M: 'w3 h4', L: 'w6 h4', XL: 'w12 h4' };

interface TileFrameProps {
  name: string;
  icon: ComponentChildren;
  /** Of the series colours. */
  colour?: number | string | undefined;
  /** At the right end of the heading. */
  end?: ComponentChildren;
  class?: string | undefined;
  children: ComponentChildren;
}

export function TileFrame({ name, icon, colour, end, class: extra = '', children }: TileFrameProps) {
  const series = colour === undefined ? undefined : typeof colour === 'number' ? `var(--c${colour})` : colour;
  return (
    <section class={`card ${extra}`} aria-label={name} style={series === undefined ? undefined : { '--c': series }}>
      <header>
        {icon}
        <h2 class="cut" title={name}>
          {name}
        </h2>
        {end !== undefined && <span class="end">{end}</span>}
      </header>
      {children}
    </section>
  );
}

export const TileIcon = ({ name }: { name: IconName }) => (
  <span class="ic">
    <Icon name={name} />
  </span>
);

/** A device in one of these states may be other than its last value says. */
export const isStale = (device: Device | undefined): boolean => device !== undefined && device.status !== 'online';

/** How old the value is; or why it is old. */
export function Freshness({ device, value }: { device: Device | undefined; value: DeviceValue | undefined }) {
  if (device !== undefined && isStale(device)) {
    const since = value === undefined ? '' : ` · ${formatFull(value.atMs)}`;
    return (
      <span data-tip={`${t(`reason.${device.reason}`)}${since}`}>
        <Status status={device.status} />
      </span>
    );
  }
  return value === undefined ? null : (
    <span class="num">
      <Time atMs={value.atMs} />
    </span>
  );
}
