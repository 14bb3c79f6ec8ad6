/** Devices: the whole fleet in one table, found by search and state, and whoever is waiting to join it. */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { recall, remember } from '../../memory.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Seg, Select } from '../../parts/choice.tsx';
import { SearchField } from '../../parts/field.tsx';
import { Empty, Skeleton, WhenReady } from '../../parts/states.tsx';
import { place, setQuery } from '../../router.ts';
import { devicesLoading, fleet, loadDevices } from '../../state/devices.ts';
import { DEFAULT_VIEW, type FleetView, queryOfView, SORT_KEYS, viewFromQuery } from './fleet-list.ts';
import { type Density, FleetTable } from './fleet-table.tsx';
import { NewDevices } from './new-devices.tsx';
import { StatusChips } from './status-chips.tsx';
import { useFleetOrder } from './use-fleet-order.ts';

const DENSITY = 'density';

export function DevicesPage() {
  return (
    <>
      <PageHead title={t('devices.title')} />
      <NewDevices />
      <WhenReady
        loading={devicesLoading.value}
        onRetry={() => void loadDevices()}
        skeleton={<Skeleton rows={10} height={56} />}
      >
        {fleet.ids.value.length === 0 ? <NoDevice /> : <Fleet />}
      </WhenReady>
    </>
  );
}

function NoDevice() {
  return (
    <section class="card">
      <Empty icon="cpu" title={t('devices.emptyTitle')} text={t('devices.emptyText')}>
        <LinkButton kind="primary" icon="link" href="/pair">
          {t('overview.pairAction')}
        </LinkButton>
        <LinkButton href="/">{t('overview.emptyTitle')}</LinkButton>
      </Empty>
    </section>
  );
}

function Fleet() {
  const list = useRef<HTMLElement>(null);
  const view = viewFromQuery(place.value.query);
  const ids = useFleetOrder(view, list).value;
  const [density, setDensity] = useState<Density>(recall(DENSITY) === 'compact' ? 'compact' : 'comfortable');
  const change = (part: Partial<FleetView>): void => setQuery(queryOfView({ ...view, ...part }));
  const total = fleet.ids.value.length;
  return (
    <>
      <div class="fleet-tools">
        <SearchField label={t('devices.searchHint')} value={view.q} onInput={(q) => change({ q })} />
        <StatusChips chosen={view.status} onChoose={(status) => change({ status })} />
        <span class="grow" />
        <span class="muted num shown" role="status">
          {t('devices.shown', { shown: ids.length, total })}
        </span>
        <SortSelect view={view} onChange={change} />
        <Seg
          class="hide-s"
          label={t('devices.density')}
          value={density}
          iconsOnly
          options={[
            { value: 'comfortable', label: t('devices.comfortable'), icon: 'list' },
            { value: 'compact', label: t('devices.compact'), icon: 'table-2' },
          ]}
          onChange={(next) => {
            remember(DENSITY, next);
            setDensity(next);
          }}
        />
      </div>
      <section class="card flush" ref={list} aria-label={t('devices.title')}>
        {ids.length === 0 ? (
          <Empty icon="search" title={t('devices.noMatchTitle', { total })} text={t('devices.noMatchText')}>
            <Button onClick={() => change({ q: '', status: null })}>{t('common.clear')}</Button>
          </Empty>
        ) : (
          <FleetTable
            ids={ids}
            view={view}
            density={density}
            onSort={(sort, descending) => change({ sort, descending })}
          />
        )}
      </section>
    </>
  );
}

/** The headers sort on a desk; a phone has no headers. */
function SortSelect({ view, onChange }: { view: FleetView; onChange: (part: Partial<FleetView>) => void }) {
  return (
    <div class="only-s">
      <Select
        isBare
        label={t('devices.sortBy')}
        value={view.sort}
        options={SORT_KEYS.map((value) => ({ value, label: t(`devices.sort.${value}`) }))}
        onChange={(sort) => onChange({ sort, descending: DEFAULT_VIEW.descending })}
      />
    </div>
  );
}
