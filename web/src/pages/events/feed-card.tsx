/** The feed: what happened, newest first, repeats together; what comes in meanwhile waits while somebody reads. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Event } from '../../../../hub/contract/event.ts';
import { call } from '../../api.ts';
import { formatMoment } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { typeWords } from '../../parts/alerts/alert-words.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/choice.tsx';
import { CustomRange } from '../../parts/history-chart/custom-range.tsx';
import type { Stretch } from '../../parts/history-chart/time-range.ts';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { useHeld } from '../../parts/use-held.ts';
import { place, setQuery } from '../../router.ts';
import { fleet } from '../../state/devices.ts';
import { eventsVersion, recentEvents } from '../../state/events.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { now } from '../../state/now.ts';
import { hubNowMs } from '../../state/stats.ts';
import { csvOf } from './event-csv.ts';
import { EventRow } from './event-row.tsx';
import {
  type FeedFilter,
  filterIn,
  isFiltered,
  passes,
  queryOf,
  RANGES,
  SEVERITY_FILTERS,
  stretchOf,
} from './feed-filter.ts';
import { arrivalsOf, type FeedRow, refreshed, rowsOf } from './feed-list.ts';

const PAGE = 50;
/** After so many arrivals the list is asked for again: the live link keeps no more of them. */
const ARRIVALS_MAX = 150;

interface Feed {
  items: readonly Event[];
  nextCursor: string | undefined;
}

export function FeedCard() {
  const filter = filterIn(place.value.query);
  const feed = useResource<Feed>(JSON.stringify(filter), async (signal) => {
    const { items, nextCursor } = await ask(filter, { signal });
    return { items, nextCursor };
  });
  const version = eventsVersion.value;
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) void feed.reload();
    seen.current = version;
  }, [version]);
  return (
    <Card icon="list" title={t('events.feed')} class="feed">
      <Filters filter={filter} />
      <Whenever
        state={feed.state.value}
        onRetry={() => void feed.reload()}
        skeleton={<Skeleton rows={6} height={58} />}
      >
        {(value) => <Rows feed={feed} value={value} filter={filter} />}
      </Whenever>
    </Card>
  );
}

function ask(filter: FeedFilter, { signal, cursor }: { signal?: AbortSignal; cursor?: string }) {
  const query = { ...queryOf(filter, hubNowMs()), grouped: true, limit: PAGE, ...(cursor !== undefined && { cursor }) };
  return call('GET /api/v1/events', { query, ...(signal !== undefined && { signal }) });
}

interface RowsProps {
  feed: Resource<Feed>;
  value: Feed;
  filter: FeedFilter;
}

function Rows({ feed, value, filter }: RowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const recent = recentEvents.value;
  const arrivals = arrivalsOf(
    recent.filter((event) => passes(filter, event)),
    value.items,
  );
  const held = useHeld([...arrivals, ...refreshed(value.items, recent)], list);
  const rows = rowsOf(held.items);
  useEffect(() => {
    if (arrivals.length > ARRIVALS_MAX) void feed.reload();
  }, [arrivals.length > ARRIVALS_MAX]);
  return (
    <>
      <div class="feed-news">
        {held.waiting > 0 && (
          <Button size="sm" icon="arrow-up" onClick={held.release}>
            {t('events.waiting', { count: held.waiting })}
          </Button>
        )}
      </div>
      <div ref={list}>
        {rows.length === 0 ? (
          <Nothing isFilter={isFiltered(filter)} />
        ) : (
          <ul class="rows alerts">
            {rows.map((row) => (
              <EventRow key={row.key} row={row} />
            ))}
          </ul>
        )}
      </div>
      <Foot feed={feed} value={value} filter={filter} rows={rows} />
    </>
  );
}

function Foot({ feed, value, filter, rows }: RowsProps & { rows: readonly FeedRow[] }) {
  const isBusy = useSignal(false);
  if (rows.length === 0) return null;
  const { nextCursor } = value;
  const more = async (cursor: string) => {
    isBusy.value = true;
    await attempt(async () => {
      const page = await ask(filter, { cursor });
      feed.set({ items: [...value.items, ...page.items], nextCursor: page.nextCursor });
    });
    isBusy.value = false;
  };
  return (
    <div class="card-foot">
      {nextCursor !== undefined && (
        <Button icon="arrow-down" busy={isBusy.value} onClick={() => void more(nextCursor)}>
          {t('events.older')}
        </Button>
      )}
      <span class="grow" />
      <Button kind="ghost" icon="download" onClick={() => saveCsv(rows)}>
        CSV
      </Button>
    </div>
  );
}

function saveCsv(rows: readonly FeedRow[]): void {
  const text = csvOf(rows, (id) => fleet.name(id).peek());
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = 'events.csv';
  link.click();
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_MS);
}
const RELEASE_MS = 60_000;

function Nothing({ isFilter }: { isFilter: boolean }) {
  if (!isFilter) return <Empty icon="bell" title={t('events.none')} text={t('events.noneText')} />;
  return (
    <Empty icon="search" title={t('events.noMatch')}>
      <Button onClick={clear}>{t('common.clear')}</Button>
    </Empty>
  );
}

const clear = (): void => setQuery({ device: '', severity: '', type: '', range: '', from: '', to: '' });

function Filters({ filter }: { filter: FeedFilter }) {
  const { device, severity, type } = filter;
  const types = new Map(recentEvents.value.map((event) => [event.type.toUpperCase(), event.type]));
  if (type !== '') types.set(type.toUpperCase(), type);
  const devices = device === '' || fleet.ids.value.includes(device) ? fleet.ids.value : [device, ...fleet.ids.value];
  return (
    <div class="tools feed-tools">
      <Select
        isBare
        label={t('events.filterSeverity')}
        value={severity}
        options={SEVERITY_FILTERS.map((value) => ({
          value,
          label: t(`events.severity.${value === '' ? 'all' : value}`),
        }))}
        onChange={(value) => setQuery({ severity: value })}
      />
      <Select
        isBare
        label={t('rules.device')}
        value={device}
        options={[
          { value: '', label: t('events.allDevices') },
          ...devices.map((id) => ({ value: id, label: fleet.name(id).value })),
        ]}
        onChange={(value) => setQuery({ device: value })}
      />
      <Select
        isBare
        label={t('rules.eventType')}
        value={type}
        options={[
          { value: '', label: t('events.allTypes') },
          ...[...types.values()].map((value) => ({ value, label: typeWords(value) })),
        ]}
        onChange={(value) => setQuery({ type: value })}
      />
      <RangeFilter filter={filter} />
      {isFiltered(filter) && <IconButton icon="x" kind="ghost" label={t('common.clear')} onClick={clear} />}
    </div>
  );
}

function RangeFilter({ filter }: { filter: FeedFilter }) {
  const { range, between } = filter;
  const isAsking = useSignal(false);
  const options = [
    ...RANGES.map((value) => ({ value, label: t(`events.range.${value === '' ? 'all' : value}`) })),
    ...(between === null ? [] : [{ value: 'between' as const, label: stretchText(between) }]),
    // always there, and never what is chosen: the same moments may be wanted again, a little different
    { value: 'custom' as const, label: t('events.range.custom') },
  ];
  return (
    <>
      <Select
        isBare
        label={t('events.filterRange')}
        value={between === null ? range : 'between'}
        options={options}
        onChange={(value) => {
          if (value === 'custom') isAsking.value = true;
          else if (value !== 'between') setQuery({ range: value, from: '', to: '' });
        }}
      />
      {isAsking.value && (
        <CustomRange
          stretch={stretchOf(filter, hubNowMs())}
          onChange={({ fromMs, toMs }) => setQuery({ range: '', from: String(fromMs), to: String(toMs) })}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}

const stretchText = ({ fromMs, toMs }: Stretch): string =>
  `${formatMoment(fromMs, now.value)} – ${formatMoment(toMs, now.value)}`;
