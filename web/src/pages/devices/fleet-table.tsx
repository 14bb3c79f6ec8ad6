/** The table of devices: sortable headers over virtual rows. */
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { PHONE, useMedia } from '../../parts/use-media.ts';
import { Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { DeviceRow } from './device-row.tsx';
import type { FleetView, SortKey } from './fleet-list.ts';

export type Density = 'comfortable' | 'compact';
const ROW_PX: Readonly<Record<Density, number>> = { comfortable: 56, compact: 44 };
const CARD_PX = 84;

interface FleetTableProps {
  ids: readonly string[];
  view: FleetView;
  density: Density;
  onSort: (sort: SortKey, descending: boolean) => void;
}

export function FleetTable({ ids, view, density, onSort }: FleetTableProps) {
  const isPhone = useMedia(PHONE);
  const sorting = { view, onSort };
  return (
    <VirtualTable
      label={t('devices.title')}
      class={`fleet-table ${density}`}
      ids={ids}
      rowHeight={isPhone ? CARD_PX : ROW_PX[density]}
      row={(id) => <DeviceRow id={id} />}
      header={
        <>
          <Header class="c-name" label={t('devices.column.device')} by="name" {...sorting} />
          <Header class="c-pulse" label={t('devices.column.pulse')} by="status" {...sorting} />
          <Header class="c-player" label={t('devices.column.player')} by="player" {...sorting} />
          <Column class="c-values">{t('devices.column.values')}</Column>
          <Column class="c-access">{t('devices.column.access')}</Column>
          <Header class="c-seen" label={t('devices.column.seen')} by="seen" {...sorting} />
          <Header
            class="c-messages"
            label={t('devices.column.messages')}
            tip={t('device.sinceStart')}
            by="messages"
            {...sorting}
          />
          <Column class="c-menu">
            <span class="vh">{t('common.more')}</span>
          </Column>
        </>
      }
    />
  );
}

interface HeaderProps extends Pick<FleetTableProps, 'view' | 'onSort'> {
  class: string;
  label: string;
  tip?: string;
  by: SortKey;
}

function Header({ class: className, label, tip, by, view, onSort }: HeaderProps) {
  const isSorted = view.sort === by;
  const direction = view.descending ? 'descending' : 'ascending';
  return (
    <Column class={className} sorted={isSorted ? direction : 'none'}>
      <button type="button" class="text-btn" data-tip={tip} onClick={() => onSort(by, isSorted && !view.descending)}>
        {label}
        {isSorted && <Icon name={view.descending ? 'arrow-up' : 'arrow-down'} />}
      </button>
    </Column>
  );
}
