/** Up to eight measurements as lines over the same hours, with a data cursor; the whole history is on the device's page. */
import { useMemo, useRef } from 'preact/hooks';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { formatClock, formatDay, formatDuration, formatFull, formatNumber } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { type CurveFrame, CurvePlot } from '../../../parts/curve.tsx';
import { formatMetric } from '../../../parts/metric.ts';
import { Whenever } from '../../../parts/states.tsx';
import { useWidth } from '../../../parts/use-width.ts';
import { fleet } from '../../../state/devices.ts';
import { type ChartLines, type ChartStop, chartLines } from './chart-lines.ts';
import { TileFrame, TileIcon } from './tile-frame.tsx';
import { type Trail, useTrail } from './use-trail.ts';
import { CHART_RANGE_S, type Line, linesOf } from './widget-kinds.ts';

const POINTS = 200;
const MARGINS = { left: 44, right: 10, top: 8, bottom: 24 };
const DAY_MS = 86_400_000;

export function ChartTile({ spec, area }: { spec: WidgetSpec; area: string }) {
  const lines = linesOf(spec);
  const rangeS = spec.options?.rangeS ?? CHART_RANGE_S;
  const trail = useTrail(lines, rangeS, POINTS);
  const isSmall = area.includes('h2');
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="chart-line" />}
      class={`chart-tile ${area}`}
      end={t('widget.last', { range: formatDuration(rangeS * 1000) })}
    >
      <Whenever state={trail.state.value} onRetry={() => void trail.reload()}>
        {(known) => <Drawing spec={spec} lines={lines} trail={known} height={isSmall ? 74 : 238} />}
      </Whenever>
    </TileFrame>
  );
}

interface DrawingProps {
  spec: WidgetSpec;
  lines: readonly Line[];
  trail: Trail;
  height: number;
}

function Drawing({ spec, lines, trail, height }: DrawingProps) {
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure, 520);
  const { min, max } = spec.options ?? {};
  const frame = useMemo(() => ({ width, height, ...MARGINS }), [width, height]);
  const chart = useMemo(
    () => chartLines(trail.series, { frame, fromMs: trail.fromMs, toMs: trail.toMs, min, max }),
    [trail, frame, min, max],
  );
  return (
    <figure class="curve" ref={figure}>
      {chart === null ? (
        <p class="muted">{t('widget.chartEmpty')}</p>
      ) : (
        <>
          <figcaption class="vh">{summaryOf(spec, lines, chart)}</figcaption>
          <Plot spec={spec} lines={lines} trail={trail} chart={chart} frame={frame} />
        </>
      )}
    </figure>
  );
}

function Plot({
  spec,
  lines,
  trail,
  chart,
  frame,
}: Omit<DrawingProps, 'height'> & { chart: ChartLines; frame: CurveFrame }) {
  const names = lines.map((line) => nameOf(line, lines));
  const said = (stop: ChartStop): string => {
    const values = stop.values.flatMap((value, at) => {
      const line = lines[at];
      if (value === null || line === undefined) return [];
      const written = formatMetric(line.metric, Math.round(value * 100) / 100, spec.options);
      return [lines.length === 1 ? written : `${names[at]} ${written}`];
    });
    return `${formatFull(stop.atMs)} · ${values.join(', ')}`;
  };
  const isLong = trail.toMs - trail.fromMs > DAY_MS;
  const moment = (atMs: number): string => (isLong ? formatDay(atMs, trail.toMs) : formatClock(atMs));
  return (
    <CurvePlot
      frame={frame}
      points={chart.stops}
      ticks={chart.ticks.map(({ value, y }) => ({ y, text: formatNumber(value) }))}
      ends={[
        { x: frame.left, text: moment(trail.fromMs), anchor: 'start' },
        { x: frame.width - frame.right, text: moment(trail.toMs), anchor: 'end' },
      ]}
      label={t('widget.chartCursor', { name: spec.name })}
      sentence={said}
      marks={({ ys }) => ys.flatMap((y, at) => (y === null ? [] : [{ y, class: `l${at}` }]))}
      names={names}
    >
      {chart.paths.map((path, at) => (
        <path key={names[at]} class="ln" d={path} style={{ '--c': `var(--c${(at % 6) + 1})` }} />
      ))}
    </CurvePlot>
  );
}

/** Only what tells the lines apart. */
function nameOf({ deviceId, metric }: Line, lines: readonly Line[]): string {
  const name = fleet.name(deviceId).value;
  const isOneDevice = lines.every((other) => other.deviceId === deviceId);
  const isOneMetric = lines.every((other) => other.metric === metric);
  return isOneDevice ? metric : isOneMetric ? name : `${name} ${metric}`;
}

function summaryOf(spec: WidgetSpec, [first]: readonly Line[], { low, high }: ChartLines): string {
  const metric = first?.metric ?? '';
  const write = (value: number): string => formatMetric(metric, Math.round(value * 100) / 100, spec.options);
  return t('widget.chartSummary', { name: spec.name, low: write(low), high: write(high) });
}
