/** What a board may hold, and the board that is there before anybody made one: the devices and values that exist. */
import type { Tile, TileSize } from '../contract/board.ts';
import { CHART_SERIES_MAX } from '../contract/limits.ts';
import type { WidgetSpec } from '../contract/widget.ts';
import { arranged } from './board-layout.ts';
import { isPin } from './command-encoding.ts';
import type { PinValue } from './commands.ts';
import { keyMetrics } from './key-values.ts';
import { whyNotWidget } from './widgets.ts';

/** Tiles of a generated board, and of one device on it. */
export const GENERATED_TILES_MAX = 24;
const TILES_PER_DEVICE_MAX = 4;

/** A device as far as a board cares; `metrics` by name, with their latest values; `pinNames`: what people call its pins. */
export interface BoardDevice {
  readonly id: string;
  readonly name: string;
  readonly dialects: readonly string[];
  readonly metrics: ReadonlyMap<string, PinValue>;
  readonly pinNames?: ReadonlyMap<string, string>;
}

/** What is wrong with the tiles, as one sentence; undefined: nothing. */
export function whyNotTiles(tiles: readonly Tile[], hasWidget: (id: string) => boolean): string | undefined {
  const seen = new Set<string>();
  for (const [at, { id, widgetId, widget }] of tiles.entries()) {
    const where = `tiles.${at}`;
    if (seen.has(id)) return `${where}.id: another tile is called so too.`;
    seen.add(id);
    if ((widgetId === undefined) === (widget === undefined)) return `${where}: has a widgetId or a widget, not both.`;
    if (widgetId !== undefined && !hasWidget(widgetId)) return `${where}.widgetId: there is no such widget.`;
    const problem = widget && whyNotWidget(widget);
    if (problem !== undefined) return `${where}.widget.${problem}`;
  }
  return undefined;
}

/** The same devices always give the same tiles, with the same ids; arranged so that the board is full. */
export function generateTiles(devices: readonly BoardDevice[]): Tile[] {
  if (devices.length === 0) return [];
  const values = devices.flatMap((device, at) =>
    widgetsOf(device)
      .slice(0, TILES_PER_DEVICE_MAX)
      .map(([size, widget]): Tile => {
        const id = `d${at}-${widget.pin ?? widget.metric ?? widget.type}`.slice(0, TILE_ID_LENGTH_MAX);
        return { id, size, widget };
      }),
  );
  const hasSimon = devices.some(({ dialects }) => dialects.includes('simon'));
  const leaders: Tile = { id: 'leaders', size: 'L', widget: { type: 'leaderboard', name: 'Leaderboard' } };
  return [
    ...arranged({
      chart: chartOf(devices),
      fixed: hasSimon ? [leaders] : [],
      values: values.slice(0, GENERATED_TILES_MAX - OTHERS_MAX),
      last: { id: 'events', size: 'M', widget: { type: 'events', name: 'Events' } },
      closing: { id: 'pulse', size: 'XL', widget: { type: 'pulse-wall', name: 'Pulse' } },
      // few pulses are lost in a high tile, many do not fit into half a row
      halfClosingCost: devices.length >= 4 && devices.length <= 8 ? 2 : 6,
    }),
  ];
}
const TILE_ID_LENGTH_MAX = 40;
/** The chart, the leaderboard, events and pulses. */
const OTHERS_MAX = 4;

/** What most devices measure, side by side; where each measures something else, what the first of them does. */
function chartOf(devices: readonly BoardDevice[]): Tile[] {
  const lines = devices.flatMap(({ id, metrics }) =>
    keyMetrics(numbersOf(metrics), LINES_PER_DEVICE_MAX).map((metric, at) => ({
      deviceId: id,
      metric,
      isFirst: at === 0,
    })),
  );
  const firsts = lines.filter(({ isFirst }) => isFirst);
  const alike = (metric: string) => firsts.filter((line) => line.metric === metric);
  const [first] = firsts.toSorted((a, b) => alike(b.metric).length - alike(a.metric).length);
  if (first === undefined) return [];
  const isShared = alike(first.metric).length > 1;
  const shown = isShared ? alike(first.metric) : lines.filter(({ deviceId }) => deviceId === first.deviceId);
  const series = shown.slice(0, CHART_SERIES_MAX).map(({ deviceId, metric }) => ({ deviceId, metric }));
  const device = devices.find(({ id }) => id === first.deviceId);
  const name = (isShared ? first.metric : (device?.name ?? first.deviceId)).slice(0, NAME_LENGTH_MAX);
  return [{ id: 'chart', size: 'L', widget: { type: 'chart', name, options: { series, rangeS: CHART_RANGE_S } } }];
}
const LINES_PER_DEVICE_MAX = 2;
/** Short enough that the first evening shows a line, long enough to tell a day's turn. */
const CHART_RANGE_S = 6 * 3600;

const numbersOf = (metrics: BoardDevice['metrics']): string[] =>
  [...metrics.keys()].filter((metric) => typeof metrics.get(metric) === 'number' && !isPin(metric));

function widgetsOf({ id, name, metrics, pinNames }: BoardDevice): [TileSize, WidgetSpec][] {
  const widgets: [TileSize, WidgetSpec][] = [];
  const isVital = metrics.has(HEART_RATE) && metrics.has(SPO2);
  if (isVital) widgets.push(['M', { type: 'vitals', name, deviceId: id }]);
  for (const [metric, value] of metrics) {
    if (isPin(metric) && (value === 0 || value === 1)) {
      widgets.push([
        'S',
        { type: 'switch', name: titleOf(pinNames?.get(metric) ?? metric, name), deviceId: id, pin: metric },
      ]);
    }
  }
  const numbers = numbersOf(metrics).filter((metric) => !isVital || (metric !== HEART_RATE && metric !== SPO2));
  for (const metric of keyMetrics(numbers, TILES_PER_DEVICE_MAX)) {
    widgets.push(['S', { type: 'value-spark', name: titleOf(metric, name), deviceId: id, metric }]);
  }
  return widgets.map(([size, widget]) => [size, { ...widget, name: widget.name.slice(0, NAME_LENGTH_MAX) }]);
}
/** What it is comes first: that is what differs between the tiles of one device. */
const titleOf = (what: string, device: string): string => `${what} · ${device}`;
const HEART_RATE = 'heart_rate';
const SPO2 = 'spo2';
const NAME_LENGTH_MAX = 64;
