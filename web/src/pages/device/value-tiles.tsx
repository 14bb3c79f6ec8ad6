/** The last value of everything the device measures; fetched again when it has said something. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { formatBytes, formatDuration, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { splitUnit } from '../../i18n/split-unit.ts';
import { isSimon } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Spark } from '../../parts/spark.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { fleet } from '../../state/devices.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { knownMetric, lookOf, type MetricValue } from './metric.ts';

/** However fast a device talks, its values are asked for this often at most. */
const REFRESH_GAP_MS = 1000;
/** Values kept per metric while the page is open. */
const TRAIL_MAX = 60;

export function ValueTiles({ device }: { device: Device }) {
  const { id } = device;
  const latest = useResource(id, (signal) => call('GET /api/v1/devices/:id/latest', { params: { id }, signal }));
  useRefresh(id, latest);
  return (
    <section aria-label={t('device.values')}>
      <Whenever
        state={latest.state.value}
        onRetry={() => void latest.reload()}
        skeleton={<Skeleton rows={1} height={140} />}
      >
        {({ metrics }) => <Tiles metrics={metrics} isGame={isSimon(device.dialects)} />}
      </Whenever>
    </section>
  );
}

function Tiles({ metrics, isGame }: Latest & { isGame: boolean }) {
  const trails = useTrails(metrics);
  const names = Object.keys(metrics).sort();
  if (names.length === 0) {
    // a game has scores instead, and those have a card of their own
    if (isGame) return null;
    return (
      <div class="card">
        <Empty icon="activity" title={t('device.valuesEmpty')} text={t('device.valuesEmptyText')} />
      </div>
    );
  }
  return (
    <div class="vals">
      {names.map((name) => {
        const metric = metrics[name];
        return metric && <Tile key={name} name={name} {...metric} trail={trails.get(name) ?? []} />;
      })}
    </div>
  );
}

interface TileProps {
  name: string;
  value: MetricValue;
  atMs: number;
  /** The values seen since the page was opened, oldest first. */
  trail: readonly number[];
}

function Tile({ name, value, atMs, trail }: TileProps) {
  const { icon, colour } = lookOf(name);
  const known = knownMetric(name);
  const { number, unit } = valueParts(name, value);
  return (
    <section class="card tile" style={{ '--c': `var(--c${colour})` }}>
      <header>
        <span class="ic">
          <Icon name={icon} />
        </span>
        <h2 class="cut">{known === undefined ? <span class="mono">{name}</span> : t(`device.value.${known}`)}</h2>
      </header>
      <span class="v num cut">
        {number}
        <small>{unit}</small>
      </span>
      <span class="when num">
        <Time atMs={atMs} />
      </span>
      <Spark values={trail} />
    </section>
  );
}

function valueParts(name: string, value: MetricValue): { number: string; unit: string } {
  if (typeof value === 'boolean') return { number: t(value ? 'device.value.yes' : 'device.value.no'), unit: '' };
  if (typeof value === 'string') return { number: value, unit: '' };
  const { form, unit } = lookOf(name);
  if (form === 'bytes') return splitUnit(formatBytes(value));
  if (form === 'seconds') return splitUnit(formatDuration(value * 1000), 'first');
  return { number: formatNumber(value), unit };
}

/** Remembers the numbers that pass by, for a small line under each. */
function useTrails(metrics: Latest['metrics']): ReadonlyMap<string, readonly number[]> {
  const trails = useRef(new Map<string, { atMs: number; values: number[] }>());
  for (const [name, { value, atMs }] of Object.entries(metrics)) {
    const trail = trails.current.get(name) ?? { atMs: 0, values: [] };
    if (typeof value !== 'number' || trail.atMs === atMs) continue;
    trails.current.set(name, { atMs, values: [...trail.values, value].slice(-TRAIL_MAX) });
  }
  return new Map([...trails.current].map(([name, { values }]) => [name, values]));
}

interface Refreshing {
  messages: number;
  lastMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

function useRefresh(id: string, latest: Resource<Latest>): void {
  const state = useRef<Refreshing>({ messages: -1, lastMs: 0, timer: undefined });
  useSignalEffect(() => {
    const messages = fleet.device(id).value?.messages ?? -1;
    const held = state.current;
    const isFirst = held.messages === -1;
    if (messages === held.messages) return;
    held.messages = messages;
    if (isFirst) return;
    held.timer ??= setTimeout(
      () => {
        held.timer = undefined;
        held.lastMs = Date.now();
        void latest.reload();
      },
      Math.max(0, held.lastMs + REFRESH_GAP_MS - Date.now()),
    );
  });
  useEffect(() => () => clearTimeout(state.current.timer), []);
}
