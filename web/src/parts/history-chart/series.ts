/** The lines of a chart: set side by side for drawing, grouped by unit, and asked for their value at a time. Pure. */
import type { Columns } from './columns.ts';

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  /** Lines of one unit share an axis. */
  readonly unit: string;
  /** 1 to 6: a colour of the theme. */
  readonly colour: number;
  /** On or off: drawn as steps between 0 and 1. */
  readonly isSwitch: boolean;
  readonly columns: Columns;
  /** Value and unit, for people. */
  readonly format: (value: number) => string;
  /** Ends of its axis, where they are given. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** A stretch of values that is marked; open ends go to the edge. */
export interface ChartBand {
  readonly unit: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly level: 'warn' | 'bad';
  readonly label: string;
}

/** Something that happened. */
export interface ChartMarker {
  readonly atMs: number;
  readonly level: 'plain' | 'warn' | 'bad';
  readonly label: string;
}

/** Axes a drawing has room for: left and right. */
const UNITS_A_PANEL = 2;

/** Undefined: this line has no point there. Null: a gap. */
export type Row = (number | null | undefined)[];
/** Times, and for each line its mean, least and most. */
export interface Aligned {
  readonly xs: number[];
  readonly rows: Row[];
}

/** All times of all lines, each once and in order. */
export function alignedOf(series: readonly Pick<ChartSeries, 'columns'>[]): Aligned {
  const xs = [...new Set(series.flatMap(({ columns }) => columns.t))].sort((a, b) => a - b);
  const places = new Map(xs.map((atMs, at) => [atMs, at]));
  const rows = series.flatMap(({ columns }) =>
    [columns.avg, columns.min, columns.max].map((values) => {
      const row: Row = new Array<undefined>(xs.length).fill(undefined);
      columns.t.forEach((atMs, at) => {
        row[places.get(atMs) ?? 0] = values[at] ?? null;
      });
      return row;
    }),
  );
  return { xs, rows };
}

/** The last place of each run of values between gaps that spans no more than `spanMs`: too short for a line to be seen. */
export function lonePoints(xs: ArrayLike<number>, row: ArrayLike<number | null | undefined>, spanMs: number): number[] {
  const lone: number[] = [];
  let run: { first: number; last: number } | undefined;
  for (let at = 0; at <= row.length; at += 1) {
    const value = at < row.length ? row[at] : null;
    if (value === undefined) continue;
    if (value !== null) run = { first: run?.first ?? at, last: at };
    else if (run !== undefined) {
      if ((xs[run.last] ?? 0) - (xs[run.first] ?? 0) <= spanMs) lone.push(run.last);
      run = undefined;
    }
  }
  return lone;
}

/** Lines with one unit together, two units in one drawing, in the order of the lines. */
export function panelsOf(series: readonly ChartSeries[]): ChartSeries[][] {
  const units = [...new Set(series.map(({ unit }) => unit))];
  const panels: ChartSeries[][] = [];
  for (let at = 0; at < units.length; at += UNITS_A_PANEL) {
    const here = units.slice(at, at + UNITS_A_PANEL);
    panels.push(series.filter(({ unit }) => here.includes(unit)));
  }
  return panels;
}

export interface PointAt {
  readonly atMs: number;
  readonly avg: number;
  readonly min: number;
  readonly max: number;
}

/** The point nearest to a time; null in a gap and where there is none. */
export function pointAt({ t, avg, min, max }: Columns, atMs: number): PointAt | null {
  const at = nearestIndex(t, atMs);
  const mean = avg[at];
  const time = t[at];
  if (mean === null || mean === undefined || time === undefined) return null;
  return { atMs: time, avg: mean, min: min[at] ?? mean, max: max[at] ?? mean };
}

/** Of sorted times the nearest one; -1 when there is none. */
export function nearestIndex(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  const here = times[low];
  if (here === undefined) return -1;
  return before !== undefined && atMs - before <= here - atMs ? low - 1 : low;
}
