/** The last value of everything the device measures, as it comes. */
import type { Device, Latest, MetricValue } from '../../../../hub/contract/device.ts';
import { t } from '../../i18n/language.ts';
import { BigValue } from '../../parts/big-value.tsx';
import { isSimon } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { coloursOf, isDiagnostic, isPin, knownMetric, lookOf, metricLabel } from '../../parts/metric.ts';
import { Spark } from '../../parts/spark.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import type { Resource } from '../../state/loading.ts';
import { useTrails } from './live-values.ts';

export function ValueTiles({ device, latest }: { device: Device; latest: Resource<Latest> }) {
  return (
    <section aria-label={t('device.values')}>
      <Whenever
        state={latest.state.value}
        onRetry={() => void latest.reload()}
        skeleton={<Skeleton rows={1} height={140} />}
      >
        {({ metrics }) => <Tiles id={device.id} metrics={metrics} isGame={isSimon(device.dialects)} />}
      </Whenever>
    </section>
  );
}

function Tiles({ id, metrics, isGame }: Latest & { id: string; isGame: boolean }) {
  const trails = useTrails(id, metrics);
  const all = Object.keys(metrics).sort();
  const colours = coloursOf(all);
  // pins and how the device itself fares have tabs of their own; a device that says nothing else shows them here
  const measured = all.filter((name) => !isPin(name) && (!isDiagnostic(name) || name.includes('batter')));
  const names = measured.length > 0 ? measured : all;
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
        const trail = trails.get(name) ?? [];
        return metric && <Tile key={name} name={name} colour={colours.get(name) ?? 1} {...metric} trail={trail} />;
      })}
    </div>
  );
}

interface TileProps {
  name: string;
  colour: number;
  value: MetricValue;
  atMs: number;
  /** Oldest first. */
  trail: readonly number[];
}

function Tile({ name, colour, value, atMs, trail }: TileProps) {
  return (
    <section class="card tile" style={{ '--c': `var(--c${colour})` }}>
      <header>
        <span class="ic">
          <Icon name={lookOf(name).icon} />
        </span>
        <h2 class={knownMetric(name) === undefined ? 'cut mono' : 'cut'}>{metricLabel(name)}</h2>
      </header>
      <BigValue name={name} value={value} />
      <span class="ago num">
        <Time atMs={atMs} />
      </span>
      <Spark values={trail} isStepped={typeof value === 'boolean'} />
    </section>
  );
}
