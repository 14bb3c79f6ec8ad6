/** One device as a row of the table; on phones the same cells make a card of two lines. */
import type { Device } from '../../../../hub/contract/device.ts';
import { formatNumber, formatRelative } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { DeviceIcon, isSimon } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Menu, MenuLink } from '../../parts/menu.tsx';
import { formatMetric, metricLabel } from '../../parts/metric.ts';
import { Pulse } from '../../parts/pulse.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { Cell } from '../../parts/virtual-table.tsx';
import { href } from '../../router.ts';
import { may, mayManage } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { now } from '../../state/now.ts';

/** Reads its device's signal itself: a live change renders this row and no other. */
export function DeviceRow({ id }: { id: string }) {
  const device = fleet.device(id).value;
  if (device === undefined) return null;
  return (
    <>
      <NameCell device={device} />
      <Cell class="c-pulse">
        <Pulse marks={device.pulse} />
      </Cell>
      <Cell class="c-player cut">
        {device.player ?? <span class="muted">{device.owner ?? t('devices.nobody')}</span>}
      </Cell>
      <Cell class="c-values num cut">
        {device.values.map(({ metric, value, atMs }) => (
          <span key={metric} data-tip={valueTip(metric, atMs)}>
            {formatMetric(metric, value)}
          </span>
        ))}
      </Cell>
      <AccessCell device={device} />
      <Cell class="c-seen num cut">
        {device.lastSeenMs === null ? (
          <span class="muted">{t('devices.neverSeen')}</span>
        ) : (
          <Time atMs={device.lastSeenMs} />
        )}
      </Cell>
      <Cell class="c-messages num cut">
        {formatNumber(device.messages)}
        {device.refused > 0 && <small class="bad">{t('devices.refusedCount', { count: device.refused })}</small>}
      </Cell>
      <Cell class="c-menu">
        <Actions device={device} />
      </Cell>
    </>
  );
}

/** "Temperature, 3 s ago": reckoned when it is rendered, which is whenever the value changes. */
const valueTip = (metric: string, atMs: number): string =>
  `${metricLabel(metric)}, ${formatRelative(atMs, Math.max(atMs, now.peek()))}`;

function NameCell({ device }: { device: Device }) {
  return (
    <Cell class="c-name">
      <span data-tip={device.dialects.join(', ') || undefined}>
        <DeviceIcon dialects={device.dialects} />
      </span>
      <span class="nm">
        <a class="cut" href={href('/devices/:id', { id: device.id })}>
          {device.name}
        </a>
        <small class="row">
          <Status status={device.status} />
          {device.name !== device.id && <span class="mono muted cut">{device.id}</span>}
        </small>
      </span>
    </Cell>
  );
}

function AccessCell({ device }: { device: Device }) {
  return (
    <Cell class="c-access">
      {device.demo ? (
        <span class="tag">{t('devices.demo')}</span>
      ) : device.protected ? (
        <span class="tag ok">
          <Icon name="shield-check" />
          {t('devices.protected')}
        </span>
      ) : (
        <span class="tag warn" data-tip={t('devices.unprotectedHint')}>
          <Icon name="shield-alert" />
          {t('devices.unprotected')}
        </span>
      )}
    </Cell>
  );
}

function Actions({ device }: { device: Device }) {
  return (
    <Menu
      label={t('devices.actions', { name: device.name })}
      button={<Icon name="ellipsis" />}
      buttonClass="btn ghost icon sm"
    >
      <MenuLink icon="arrow-right" href={href('/devices/:id', { id: device.id })}>
        {t('devices.open')}
      </MenuLink>
      {isSimon(device.dialects) && may('pairing.self') && (
        <MenuLink icon="link" href={href('/pair', {}, { device: device.id })}>
          {t('devices.pair')}
        </MenuLink>
      )}
      {mayManage(device) && (
        <MenuLink icon="pencil" href={href('/devices/:id', { id: device.id }, { rename: '1' })}>
          {t('devices.rename')}
        </MenuLink>
      )}
    </Menu>
  );
}
