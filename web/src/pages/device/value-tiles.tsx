/** The last value of everything the device measures; fetched again when it has said something. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { formatBytes, formatDuration, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { fleet } from '../../state/devices.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { knownMetric, lookOf, type MetricValue } from './metric.ts';

/** However fast a device talks, its values are asked for this often at most. */
const REFRESH_GAP_MS = 1000;

export function ValueTiles({ device }: { device: Device }) {
  const { id } = device;
  const latest = useResource(id, (signal) => call('GET /api/v1/devices/:id/latest', { params: { id }, signal }));
  useRefresh(id, latest);
  return (
    <section aria-label={t('device.values')}>
      <Whenever
        state={latest.state.value}
        onRetry={() => void latest.reload()}
        skeleton={<Skeleton rows={1} height={126} />}
      >
        {({ metrics }) => <Tiles metrics={metrics} />}
      </Whenever>
    </section>
  );
}

function Tiles({ metrics }: Latest) {
  const names = Object.keys(metrics).sort();
  if (names.length === 0) {
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
        return metric && <Tile key={name} name={name} value={metric.value} atMs={metric.atMs} />;
      })}
    </div>
  );
}

function Tile({ name, value, atMs }: { name: string; value: MetricValue; atMs: number }) {
  const { icon, colour, unit } = lookOf(name);
  const known = knownMetric(name);
  return (
    <section class="card tile" style={{ '--c': `var(--c${colour})` }}>
      <header>
        <span class="ic">
          <Icon name={icon} />
        </span>
        <h3 class="cut">{known === undefined ? <span class="mono">{name}</span> : t(`device.value.${known}`)}</h3>
      </header>
      <span class="v num cut">
        {valueText(name, value)}
        {unit !== '' && <small>{unit}</small>}
      </span>
      <span class="muted when num">
        <Time atMs={atMs} />
      </span>
    </section>
  );
}

function valueText(name: string, value: MetricValue): string {
  if (typeof value === 'boolean') return t(value ? 'device.value.yes' : 'device.value.no');
  if (typeof value === 'string') return value;
  const { form } = lookOf(name);
  if (form === 'bytes') return formatBytes(value);
  return form === 'seconds' ? formatDuration(value * 1000) : formatNumber(value);
}

function useRefresh(id: string, latest: Resource<Latest>): void {
  const state = useRef({ messages: -1, lastMs: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined });
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
