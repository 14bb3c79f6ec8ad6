/** One value, large; with the line it has drawn, or on the arc of a gauge. */
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { BigValue } from '../../../parts/big-value.tsx';
import { lookOf, numberOf } from '../../../parts/metric.ts';
import { Spark } from '../../../parts/spark.tsx';
import { Freshness, isStale, TileFrame, TileIcon } from './tile-frame.tsx';
import { useTrail } from './use-trail.ts';
import { type TileValue, useValue } from './use-value.ts';
import { SPARK_RANGE_S } from './widget-kinds.ts';
import { colourOf, levelOf } from './widget-text.ts';

const SPARK_POINTS = 60;

export interface DeviceTileProps {
  spec: WidgetSpec;
  deviceId: string;
  metric: string;
  area: string;
}

export function ValueTile(props: DeviceTileProps) {
  const { spec, deviceId, metric, area } = props;
  const tile = useValue(deviceId, metric);
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name={lookOf(metric).icon} />}
      colour={colourOf(metric)}
      class={`tile ${area}`}
      end={<Freshness device={tile.device} value={tile.value} />}
    >
      <Newest {...props} tile={tile} />
      {spec.type === 'value-spark' && <Trailing {...props} tile={tile} />}
    </TileFrame>
  );
}

function Newest({ spec, metric, tile }: DeviceTileProps & { tile: TileValue }) {
  const { device, value, isLoading } = tile;
  if (value === undefined) return <NoValue isLoading={isLoading} metric={metric} />;
  const level = levelOf(value.value, spec.options?.bands);
  return (
    <BigValue
      name={metric}
      value={value.value}
      written={spec.options}
      class={`${isStale(device) ? 'stale' : ''} ${level ?? ''}`}
    >
      {level !== undefined && <LevelMark level={level} />}
    </BigValue>
  );
}

const LevelMark = ({ level }: { level: 'ok' | 'warn' | 'bad' }) => (
  <span class={`st ${level}`}>
    <span class="vh">{t(`widget.level.${level}`)}</span>
  </span>
);

export function NoValue({ isLoading, metric }: { isLoading: boolean; metric: string }) {
  if (isLoading) return <p class="muted">{t('common.loading')}…</p>;
  return <p class="muted">{t('widget.noValue', { metric })}</p>;
}

/** What was stored, and at its end what has just been said. */
function Trailing({ spec, deviceId, metric, tile }: DeviceTileProps & { tile: TileValue }) {
  const trail = useTrail([{ deviceId, metric }], spec.options?.rangeS ?? SPARK_RANGE_S, SPARK_POINTS).state.value;
  if (trail.kind !== 'ready') return null;
  const [series] = trail.value.series;
  const values = (series?.avg ?? []).filter((value) => value !== null);
  const newest = numberOf(tile.value?.value);
  const isNews = tile.value !== undefined && tile.value.atMs > (series?.t.at(-1) ?? 0);
  return (
    <Spark
      values={newest !== undefined && isNews ? [...values, newest] : values}
      isStepped={typeof tile.value?.value === 'boolean'}
    />
  );
}

/** Half a circle from min to max. */
export function GaugeTile(props: DeviceTileProps) {
  const { spec, deviceId, metric, area } = props;
  const tile = useValue(deviceId, metric);
  const { device, value, isLoading } = tile;
  const { min = 0, max = 100, bands } = spec.options ?? {};
  const number = numberOf(value?.value);
  const share = number === undefined ? 0 : Math.min(Math.max((number - min) / (max - min), 0), 1);
  const level = levelOf(value?.value, bands);
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="gauge" />}
      colour={level === undefined ? colourOf(metric) : `var(--${level})`}
      class={`tile gauge ${area}`}
      end={<Freshness device={device} value={value} />}
    >
      {value === undefined ? (
        <NoValue isLoading={isLoading} metric={metric} />
      ) : (
        <div class="arc">
          <svg viewBox="0 0 120 64" aria-hidden="true">
            <path d="M8 60A52 52 0 0 1 112 60" pathLength="1" />
            <path d="M8 60A52 52 0 0 1 112 60" pathLength="1" class="ln" stroke-dasharray={`${share} 1`} />
          </svg>
          <BigValue name={metric} value={value.value} written={spec.options} class={isStale(device) ? 'stale' : ''}>
            {level !== undefined && <LevelMark level={level} />}
          </BigValue>
        </div>
      )}
    </TileFrame>
  );
}

/** Two numbers of one wrist. */
export function VitalsTile({ spec, deviceId, area, metrics }: Omit<DeviceTileProps, 'metric'> & { metrics: string[] }) {
  const [heart = '', oxygen = ''] = metrics;
  const first = useValue(deviceId, heart);
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="heart-pulse" />}
      colour={6}
      class={`tile vitals ${area}`}
      end={<Freshness device={first.device} value={first.value} />}
    >
      <Vital
        spec={spec}
        deviceId={deviceId}
        area={area}
        metric={heart}
        label={t('device.value.heart_rate')}
        colour={6}
      />
      <Vital spec={spec} deviceId={deviceId} area={area} metric={oxygen} label={t('device.value.spo2')} colour={5} />
    </TileFrame>
  );
}

function Vital({ label, colour, ...props }: DeviceTileProps & { label: string; colour: number }) {
  const tile = useValue(props.deviceId, props.metric);
  return (
    <div class="vital" style={{ '--c': `var(--c${colour})` }}>
      <span class="muted">{label}</span>
      <Newest {...props} spec={{ ...props.spec, options: {} }} tile={tile} />
      <Trailing {...props} tile={tile} />
    </div>
  );
}
