/** The history of a device: lines chosen by the reader, over a range that is part of the address. */
import { useMemo, useState } from 'preact/hooks';
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { t } from '../../i18n/language.ts';
import { knownRules, useRules } from '../../parts/alerts/rules-state.ts';
import { IconButton } from '../../parts/button.tsx';
import { HistoryChart } from '../../parts/history-chart/history-chart.tsx';
import { RangePicker } from '../../parts/history-chart/range-picker.tsx';
import {
  fixedRange,
  presetFor,
  queryOf,
  readRange,
  type TimeRange,
  zoomed,
} from '../../parts/history-chart/time-range.ts';
import { Icon } from '../../parts/icon.tsx';
import { Menu } from '../../parts/menu.tsx';
import { coloursOf, metricLabel, numberOf } from '../../parts/metric.ts';
import { Skeleton, WhenReady } from '../../parts/states.tsx';
import { place, setQuery } from '../../router.ts';
import { standing } from '../../state/events.ts';
import { useHistory } from '../../state/history.ts';
import { hubNowMs } from '../../state/stats.ts';
import { HistoryFiles } from './history-files.tsx';
import { chosenMetrics, drawableMetrics, LINES_MAX, linesOf, metricsText, toggled } from './history-lines.ts';
import { bandsOf, markerOf } from './limits.ts';

interface HistoryCardProps {
  device: Device;
  latest: Latest['metrics'];
}

export function HistoryCard({ device, latest }: HistoryCardProps) {
  const { query } = place.value;
  const [isTable, setTable] = useState(false);
  const [version, setVersion] = useState(0);
  // what there is to draw changes seldom; its values do with every message
  const kinds = JSON.stringify(Object.entries(latest).map(([name, { value }]) => [name, typeof value]));
  const drawable = useMemo(() => drawableMetrics(latest), [kinds]);
  // a device that came a minute ago does not begin as an empty day; what it begins with stays while the page is open
  const usual = useMemo(() => presetFor(device.createdMs, hubNowMs()), [device.id]);
  const range = readRange(query, usual);
  const names = chosenMetrics(query, drawable, device.values);
  if (drawable.length === 0) return null;
  const show = (next: TimeRange): void => setQuery(queryOf(next));
  return (
    <section class="card" aria-label={t('device.history')}>
      <header>
        <h2>{t('device.history')}</h2>
        <MetricMenu drawable={drawable} names={names} />
        <span class="end hist-tools">
          <IconButton
            icon="table-2"
            label={t('device.historyTable')}
            pressed={isTable}
            onClick={() => setTable(!isTable)}
          />
          <HistoryFiles device={device} metrics={names} range={range} onDeleted={() => setVersion(version + 1)} />
        </span>
      </header>
      <RangePicker range={range} onChange={show} />
      <Lines key={version} {...{ device, names, latest, kinds, range, isTable }} onRange={show} />
    </section>
  );
}

interface LinesProps extends HistoryCardProps {
  names: readonly string[];
  /** Changes when lines are to be made anew. */
  kinds: string;
  range: TimeRange;
  isTable: boolean;
  onRange: (range: TimeRange) => void;
}

function Lines({ device, names, latest, kinds, range, isTable, onRange }: LinesProps) {
  const history = useHistory(device.id, names, range);
  const columns = history.columns.value;
  const key = names.join();
  const series = useMemo(() => linesOf(names, columns, latest), [columns, key, kinds]);
  useRules();
  const rules = knownRules.value;
  const bands = useMemo(() => bandsOf(rules, device.id, names, latest), [rules, key, kinds]);
  const alerts = standing.value;
  const markers = useMemo(
    () => alerts.filter(({ deviceId }) => deviceId === device.id).map(markerOf),
    [alerts, device.id],
  );
  return (
    <WhenReady
      loading={history.loading.value}
      onRetry={() => void history.reload()}
      skeleton={<Skeleton rows={1} height={330} />}
    >
      <HistoryChart
        label={t('device.history')}
        series={series}
        stretch={history.stretch.value}
        isTable={isTable}
        newestOf={range.kind === 'moving' ? (name) => numberOf(latest[name]?.value) : undefined}
        bands={bands}
        markers={markers}
        onZoom={(stretch) => onRange(fixedRange(stretch))}
        onStep={(direction) => onRange(zoomed(range, direction, hubNowMs()))}
      />
    </WhenReady>
  );
}

function MetricMenu({ drawable, names }: { drawable: readonly string[]; names: readonly string[] }) {
  const colours = coloursOf(drawable);
  return (
    <Menu
      buttonClass="btn sm"
      button={
        <>
          {t('device.historyMetrics', { count: names.length })}
          <Icon name="chevron-down" />
        </>
      }
    >
      <p class="menu-row note">{t('device.historyMetricsMax', { max: LINES_MAX })}</p>
      {drawable.map((name) => (
        <label key={name} class="menu-row check" style={{ '--c': `var(--c${colours.get(name)})` }}>
          <input
            type="checkbox"
            checked={names.includes(name)}
            onChange={() => setQuery({ metrics: metricsText(toggled(names, name)) })}
          />
          <span>{metricLabel(name)}</span>
        </label>
      ))}
    </Menu>
  );
}
