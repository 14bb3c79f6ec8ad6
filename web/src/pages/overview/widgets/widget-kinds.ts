/** The kinds of widgets: how each looks in a list, what it needs to know, and which options it has. Pure. */
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { WidgetOptions, WidgetSpec, WidgetType } from '../../../../../hub/contract/widget.ts';
import type { IconName } from '../../../parts/icon.tsx';

export interface WidgetKind {
  readonly icon: IconName;
  /** How large a new one is. */
  readonly size: TileSize;
  /** `value`: a metric or pin of a device; `control`: the same, to be set; `lines`: one to eight of them. */
  readonly needs: 'value' | 'control' | 'lines' | 'device' | 'nothing';
  readonly options: readonly (keyof WidgetOptions)[];
}

export const WIDGET_KINDS: Readonly<Record<WidgetType, WidgetKind>> = {
  value: { icon: 'hash', size: 'S', needs: 'value', options: ['unit', 'decimals', 'bands'] },
  'value-spark': { icon: 'activity', size: 'S', needs: 'value', options: ['unit', 'decimals', 'bands', 'rangeS'] },
  chart: { icon: 'chart-line', size: 'L', needs: 'lines', options: ['unit', 'min', 'max', 'rangeS'] },
  gauge: { icon: 'gauge', size: 'S', needs: 'value', options: ['unit', 'decimals', 'min', 'max', 'bands'] },
  switch: { icon: 'toggle-right', size: 'S', needs: 'control', options: ['on', 'off', 'confirm'] },
  slider: { icon: 'sliders-horizontal', size: 'S', needs: 'control', options: ['min', 'max', 'step', 'unit'] },
  button: { icon: 'mouse-pointer-click', size: 'S', needs: 'control', options: ['value', 'confirm'] },
  select: { icon: 'list-checks', size: 'S', needs: 'control', options: ['options', 'confirm'] },
  text: { icon: 'type', size: 'M', needs: 'nothing', options: ['text'] },
  vitals: { icon: 'heart-pulse', size: 'M', needs: 'device', options: ['heartRate', 'spo2'] },
  'pulse-wall': { icon: 'radio', size: 'L', needs: 'nothing', options: ['tag'] },
  events: { icon: 'bell', size: 'M', needs: 'nothing', options: ['severity'] },
  leaderboard: { icon: 'trophy', size: 'M', needs: 'nothing', options: ['window'] },
};

/** The pin or metric that is shown or set. */
export const targetOf = ({ pin, metric }: Pick<WidgetSpec, 'pin' | 'metric'>): string | undefined => pin ?? metric;

/** How far sparks and charts look back unless they say it. */
export const SPARK_RANGE_S = 3600;
export const CHART_RANGE_S = 86_400;
export const HEART_RATE = 'heart_rate';
export const SPO2 = 'spo2';

export interface Line {
  readonly deviceId: string;
  readonly metric: string;
}

/** What a chart draws. */
export function linesOf({ deviceId, options, ...target }: WidgetSpec): Line[] {
  if (options?.series !== undefined) return options.series;
  const metric = targetOf(target);
  return deviceId === undefined || metric === undefined ? [] : [{ deviceId, metric }];
}

const SIZES = ['S', 'M', 'L', 'XL'] as const satisfies readonly TileSize[];

/** The next size; the same at either end. */
export function sizeBeside(size: TileSize, by: 1 | -1): TileSize {
  return SIZES[SIZES.indexOf(size) + by] ?? size;
}
