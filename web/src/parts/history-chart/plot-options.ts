/** What one drawing looks like: lines, bands, axes and marks in the colours of the theme, as uPlot wants to be told. */
import type uPlot from 'uplot';
import { formatClock, formatClockSeconds, formatDay } from '../../i18n/format.ts';
import { type ChartBand, type ChartMarker, type ChartSeries, lonePoints } from './series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const AXIS_GAP = 8;
/** So that drawings below each other line up. */
const AXIS_WIDTH_MIN = 50;
/** Average width of a figure at the size of the axis. */
const FIGURE_WIDTH = 6.4;
const FONT = '450 11px Geist, system-ui, sans-serif';
const POINT_SIZE = 5;
const BAND_ALPHA = 0.16;
const FILL_ALPHA = 0.09;
/** Rows of the data of each line: mean, least, most. */
export const ROWS_A_SERIES = 3;

export interface Extras {
  bands: readonly ChartBand[];
  markers: readonly ChartMarker[];
}

/** A colour token of the theme that is on now. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** oklch(…) made translucent; canvas has no color-mix in every browser we support. */
const faded = (colour: string, alpha: number): string => colour.replace(')', ` / ${alpha})`);

export function plotOptions(
  uplot: typeof uPlot,
  panel: readonly ChartSeries[],
  given: {
    width: number;
    height: number;
    extras: () => Extras;
    onCursor: (plot: uPlot) => void;
    onSelect: (plot: uPlot) => void;
    onOut: () => void;
  },
): uPlot.Options {
  const units = [...new Set(panel.map(({ unit }) => unit))];
  return {
    width: given.width,
    height: given.height,
    ms: 1,
    legend: { show: false },
    padding: [12, units.length > 1 ? 0 : 14, 0, 0],
    series: [{}, ...panel.flatMap((series, at) => linesOf(uplot, series, at === 0))],
    bands: panel.map((series, at) => ({
      series: [at * ROWS_A_SERIES + 3, at * ROWS_A_SERIES + 2],
      fill: () => faded(token(`--c${series.colour}`), BAND_ALPHA),
    })),
    scales: {
      x: { time: true, auto: false },
      ...Object.fromEntries(units.map((unit) => [scaleOf(unit), yScale(uplot, panel, unit)])),
    },
    axes: [timeAxis(), ...units.map((unit, at) => valueAxis(panel, unit, at))],
    cursor: {
      y: false,
      points: { size: 9, width: 2.5, fill: () => token('--surface') },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          given.onOut();
          return null;
        },
      },
    },
    hooks: {
      drawClear: [(plot) => drawBands(plot, given.extras().bands)],
      draw: [(plot) => drawMarkers(plot, given.extras().markers)],
      setCursor: [given.onCursor],
      setSelect: [given.onSelect],
    },
  };
}

const scaleOf = (unit: string): string => `y ${unit}`;

/** The mean as a line; least and most only as the edges of a band. */
function linesOf(uplot: typeof uPlot, { unit, colour, isSwitch }: ChartSeries, isFirst: boolean): uPlot.Series[] {
  const stepped = isSwitch ? uplot.paths.stepped?.({ align: 1 }) : undefined;
  const shared = { scale: scaleOf(unit), ...(stepped === undefined ? {} : { paths: stepped }) };
  const stroke = (): string => token(`--c${colour}`);
  const fill = (): string => faded(stroke(), FILL_ALPHA);
  // readings that make no line to be seen are a point
  const points: uPlot.Series.Points = {
    size: POINT_SIZE,
    fill: stroke,
    filter: (plot, at, isShown) => {
      const spanMs = plot.posToVal(POINT_SIZE, 'x') - plot.posToVal(0, 'x');
      return isShown ? null : lonePoints(plot.data[0], plot.data[at] ?? [], spanMs);
    },
  };
  const edge: uPlot.Series = { ...shared, points: { show: false } };
  return [{ ...shared, stroke, width: 1.75, ...(isSwitch || isFirst ? { fill } : {}), points }, edge, edge];
}

function yScale(uplot: typeof uPlot, panel: readonly ChartSeries[], unit: string): uPlot.Scale {
  const isSwitch = panel.every((series) => series.unit !== unit || series.isSwitch);
  const given = panel.find((series) => series.unit === unit);
  return {
    range: (_, low, high) => {
      if (isSwitch) return [-0.08, 1.15];
      // uPlot asks before there is anything to see
      const [least, most] = [low ?? 0, high ?? 1];
      // what never changes lies in the middle
      const around = Math.max(1, Math.abs(least) * 0.1);
      const [bottom, top] = least === most ? [least - around, most + around] : uplot.rangeNum(least, most, 0.12, false);
      const [lowest, highest] = [given?.least ?? bottom ?? 0, given?.most ?? top ?? 1];
      return lowest < highest ? [lowest, highest] : [bottom, top];
    },
  };
}

function timeAxis(): uPlot.Axis {
  return {
    scale: 'x',
    space: 76,
    size: 28,
    gap: AXIS_GAP,
    font: FONT,
    stroke: () => token('--text-3'),
    grid: { show: false },
    ticks: { show: false },
    values: (_, splits, _axis, _space, stepMs) => splits.map((atMs) => timeText(atMs, stepMs)),
  };
}

/** As exact as the distance of the marks; the day at midnight. */
function timeText(atMs: number, stepMs: number): string {
  if (stepMs < MINUTE_MS) return formatClockSeconds(atMs);
  const at = new Date(atMs);
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return stepMs >= DAY_MS || isMidnight ? formatDay(atMs, Date.now()) : formatClock(atMs);
}

function valueAxis(panel: readonly ChartSeries[], unit: string, at: number): uPlot.Axis {
  const [first, second] = panel.filter((series) => series.unit === unit);
  // the axis of a single line has its colour: two units are told apart at a glance
  const colour = second === undefined && panel.length > 1 ? `--c${first?.colour ?? 1}` : '--text-3';
  return {
    scale: scaleOf(unit),
    side: at === 0 ? 3 : 1,
    space: 44,
    gap: AXIS_GAP,
    font: FONT,
    stroke: () => token(colour),
    grid: { show: at === 0, stroke: () => token('--line'), width: 1 },
    ticks: { show: false },
    size: (_, values) =>
      Math.max(
        AXIS_WIDTH_MIN,
        AXIS_GAP + 6 + FIGURE_WIDTH * Math.max(3, ...(values ?? []).map((text) => text?.length ?? 0)),
      ),
    ...(first?.isSwitch === true ? { splits: () => [0, 1] } : {}),
    values: (_, splits) => splits.map((value) => first?.format(value) ?? String(value)),
  };
}

/** What lies beyond a limit is tinted, the limit is a dashed line with its word. */
function drawBands(plot: uPlot, bands: readonly ChartBand[]): void {
  for (const { unit, from, to, level, label } of bands) {
    const scale = scaleOf(unit);
    if (plot.scales[scale]?.min === undefined) continue;
    const { ctx, bbox } = plot;
    const edge = (value: number | undefined, open: number): number =>
      value === undefined ? open : clamp(plot.valToPos(value, scale, true), bbox.top, bbox.top + bbox.height);
    const [top, bottom] = [edge(to, bbox.top), edge(from, bbox.top + bbox.height)];
    ctx.save();
    ctx.fillStyle = faded(token(`--${level}`), 0.08);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
    const limits = [from, to].filter((value) => value !== undefined);
    for (const limit of limits) drawLimit(plot, plot.valToPos(limit, scale, true), { level, label });
    ctx.restore();
  }
}

function drawLimit({ ctx, bbox }: uPlot, y: number, { level, label }: { level: string; label: string }): void {
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  const ratio = devicePixelRatio;
  ctx.strokeStyle = token(`--${level}`);
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.fillStyle = token(`--${level}`);
  ctx.font = FONT.replace('11px', `${11 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.fillText(label, bbox.left + 8 * ratio, y - 6 * ratio);
}

function drawMarkers(plot: uPlot, markers: readonly ChartMarker[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const { atMs, level } of markers) {
    const x = Math.round(plot.valToPos(atMs, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const colour = token(level === 'plain' ? '--text-3' : `--${level}`);
    ctx.strokeStyle = faded(colour, 0.5);
    ctx.fillStyle = colour;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x - 4 * ratio, bbox.top);
    ctx.lineTo(x + 4 * ratio, bbox.top);
    ctx.lineTo(x, bbox.top + 7 * ratio);
    ctx.fill();
  }
  ctx.restore();
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
