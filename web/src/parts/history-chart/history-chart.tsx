/** Lines over time: what they are now or at the data cursor, the drawings, a table instead, and a sentence about it all. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { formatFull, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { CurveTable } from '../curve.tsx';
import { cursorAfter } from '../curve-cursor.ts';
import { PHONE, useMedia } from '../use-media.ts';
import { useWidth } from '../use-width.ts';
import { statsOf } from './columns.ts';
import { Plot } from './plot.tsx';
import { type ChartBand, type ChartMarker, type ChartSeries, nearestIndex, panelsOf, pointAt } from './series.ts';
import type { Stretch } from './time-range.ts';

const HEIGHT = 300;
const HEIGHT_PHONE = 220;
/** Of each drawing, where there are several. */
const HEIGHT_OF_MANY = 190;
/** Rows of the table: more nobody reads. */
const ROWS_MAX = 1000;

export interface HistoryChartProps {
  label: string;
  series: readonly ChartSeries[];
  stretch: Stretch;
  isTable?: boolean;
  bands?: readonly ChartBand[] | undefined;
  markers?: readonly ChartMarker[] | undefined;
  /** Of all drawings together; without it each has one that suits the screen. */
  height?: number | undefined;
  /** Little room: the sentence about it all is for screen readers only. */
  isShort?: boolean;
  /** The last reading of a line, where it is later than its last point. */
  newestOf?: ((key: string) => number | undefined) | undefined;
  /** A stretch that was dragged over. */
  onZoom: (stretch: Stretch) => void;
  onStep: (direction: 'in' | 'out') => void;
}

const NOTHING: readonly never[] = [];

export function HistoryChart(props: HistoryChartProps) {
  const { label, series, stretch, isTable = false, bands = NOTHING, markers = NOTHING } = props;
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure, 640);
  const isPhone = useMedia(PHONE);
  const [cursorMs, setCursor] = useState<number | null>(null);
  const panels = useMemo(() => panelsOf(series), [series]);
  const extras = useMemo(() => ({ bands, markers }), [bands, markers]);
  const ownHeight = panels.length > 1 ? HEIGHT_OF_MANY : isPhone ? HEIGHT_PHONE : HEIGHT;
  const height = props.height === undefined ? ownHeight : Math.floor(props.height / Math.max(1, panels.length));
  return (
    <figure class="hist" ref={figure}>
      <Legend series={series} cursorMs={cursorMs} newestOf={props.newestOf} />
      {isTable ? (
        <HistoryTable {...props} height={height} />
      ) : (
        <DataCursor {...props} markers={markers} cursorMs={cursorMs} onCursor={setCursor}>
          {panels.map((panel) => (
            <Plot
              key={panel.map(({ key }) => key).join()}
              panel={panel}
              stretch={stretch}
              width={width}
              height={height}
              extras={extras}
              cursorMs={cursorMs}
              onCursor={setCursor}
              onZoom={props.onZoom}
              onOut={() => props.onStep('out')}
            />
          ))}
        </DataCursor>
      )}
      <figcaption class={props.isShort === true ? 'vh' : 'num'}>{summaryOf(label, series, stretch)}</figcaption>
    </figure>
  );
}

/** What each line is: at the cursor, or now. Its place stays the same, so that nothing jumps. */
function Legend({
  series,
  cursorMs,
  newestOf,
}: Pick<HistoryChartProps, 'series' | 'newestOf'> & { cursorMs: number | null }) {
  return (
    <div class="hist-keys num" aria-hidden="true">
      {series.map((one) => {
        const lastMs = one.columns.t.at(-1) ?? 0;
        const newest = cursorMs === null ? newestOf?.(one.key) : undefined;
        const value = newest ?? pointAt(one.columns, cursorMs ?? lastMs)?.avg;
        return (
          <span key={one.key} class="key" style={{ '--c': `var(--c${one.colour})` }}>
            {one.label} <b>{value === undefined ? '–' : one.format(value)}</b>
          </span>
        );
      })}
      <span class="grow" />
      {cursorMs !== null && <span class="muted">{formatFull(cursorMs)}</span>}
    </div>
  );
}

type CursorProps = HistoryChartProps & {
  markers: readonly ChartMarker[];
  cursorMs: number | null;
  onCursor: (atMs: number | null) => void;
  children: preact.ComponentChildren;
};

/** The data cursor is a slider over the points: arrows move it, + and − come closer and go further, and it is read out. */
function DataCursor({ label, series, stretch, markers, cursorMs, onCursor, onStep, children }: CursorProps) {
  const times = useMemo(() => {
    const all = new Set(series.flatMap(({ columns }) => columns.t));
    return [...all].filter((atMs) => atMs >= stretch.fromMs && atMs <= stretch.toMs).sort((a, b) => a - b);
  }, [series, stretch]);
  const last = times.length - 1;
  const at = cursorMs === null ? last : nearestIndex(times, cursorMs);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === '-' || event.key === '+') {
      onStep(event.key === '-' ? 'out' : 'in');
    } else {
      const next = cursorAfter(event.key, cursorMs === null ? times.length : at, times.length);
      const atMs = next === undefined ? undefined : times[next];
      if (atMs === undefined) return;
      onCursor(atMs);
    }
    event.preventDefault();
  };
  return (
    <div
      class="plots"
      role="slider"
      tabIndex={0}
      aria-label={`${label}. ${t('chart.hint')}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, at)}
      aria-valuetext={sentenceAt(series, times[at], markers)}
      onKeyDown={onKeyDown}
      onBlur={() => onCursor(null)}
    >
      {children}
      {times.length === 0 && <p class="hist-none muted">{t('chart.nothing')}</p>}
    </div>
  );
}

/** "19 Nov 2026, 14:02:11: Temperature 27.9 °C; Humidity 71.2 %". */
function sentenceAt(series: readonly ChartSeries[], atMs: number | undefined, markers: readonly ChartMarker[]): string {
  if (atMs === undefined) return t('chart.nothing');
  const values = series.map(({ label, columns, format }) => {
    const point = pointAt(columns, atMs);
    if (point === null) return t('chart.gapAt', { label });
    const isOne = point.min === point.max;
    if (isOne) return `${label} ${format(point.avg)}`;
    return t('chart.bandAt', { label, avg: format(point.avg), min: format(point.min), max: format(point.max) });
  });
  const happened = markers.filter((marker) => marker.atMs === atMs).map((marker) => marker.label);
  return t('common.labelled', { label: formatFull(atMs), text: [...values, ...happened].join('; ') });
}

/** "Temperature: 18.9 to 28.3 °C, 23.7 °C on average. …" */
function summaryOf(label: string, series: readonly ChartSeries[], stretch: Stretch): string {
  const parts = series.flatMap((one) => {
    const stats = statsOf(one.columns, stretch);
    if (stats === null) return [];
    const { min, max, avg } = stats;
    const said = { label: one.label, min: one.format(min), max: one.format(max), avg: one.format(round(avg)) };
    return [
      t(one.isSwitch ? 'chart.summarySwitch' : 'chart.summary', { ...said, share: formatNumber(round(avg * 100)) }),
    ];
  });
  return parts.length === 0 ? t('common.labelled', { label, text: t('chart.nothing') }) : parts.join(' ');
}

/** Means have many digits; people want a few. */
const round = (value: number): number => Number(value.toPrecision(4));

function HistoryTable({ label, series, stretch, height }: HistoryChartProps & { height: number }) {
  const rows = useMemo(() => {
    const times = new Set(series.flatMap(({ columns }) => columns.t.filter((_, at) => columns.avg[at] !== null)));
    const seen = [...times].filter((atMs) => atMs >= stretch.fromMs && atMs <= stretch.toMs);
    return seen.sort((a, b) => b - a).slice(0, ROWS_MAX);
  }, [series, stretch]);
  return (
    <CurveTable
      label={label}
      height={height}
      columns={[t('chart.time'), ...series.map((one) => one.label)]}
      rows={rows.map((atMs) => ({
        key: atMs,
        cells: [formatFull(atMs), ...series.map((one) => cellOf(one, atMs))],
      }))}
    />
  );
}

function cellOf({ columns, format }: ChartSeries, atMs: number): string {
  const point = pointAt(columns, atMs);
  if (point === null || point.atMs !== atMs) return '';
  return point.min === point.max
    ? format(point.avg)
    : `${format(point.avg)} (${format(point.min)} – ${format(point.max)})`;
}
