/** What a board may hold, and the board that is there before anybody made one: the devices and values that exist. */
import type { Tile, TileSize } from '../contract/board.ts';
import type { WidgetSpec } from '../contract/widget.ts';
import { isPin } from './command-encoding.ts';
import type { PinValue } from './commands.ts';
import { whyNotWidget } from './widgets.ts';

/** Tiles of a generated board, and of one device on it. */
export const GENERATED_TILES_MAX = 24;
const TILES_PER_DEVICE_MAX = 4;

/** A device as far as a board cares; `metrics` by name, with their latest values. */
export interface BoardDevice {
  readonly id: string;
  readonly name: string;
  readonly dialects: readonly string[];
  readonly metrics: ReadonlyMap<string, PinValue>;
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

/** The same devices always give the same tiles, with the same ids. */
export function generateTiles(devices: readonly BoardDevice[]): Tile[] {
  const tiles: Tile[] = [];
  const add = (id: string, size: TileSize, widget: WidgetSpec): void => {
    if (tiles.length < GENERATED_TILES_MAX) tiles.push({ id, size, widget });
  };
  if (devices.length > 0) add('pulse', 'L', { type: 'pulse-wall', name: 'Pulse' });
  if (devices.some(({ dialects }) => dialects.includes('simon'))) {
    add('leaders', 'L', { type: 'leaderboard', name: 'Leaderboard' });
  }
  for (const [at, device] of devices.entries()) {
    for (const [size, widget] of widgetsOf(device).slice(0, TILES_PER_DEVICE_MAX)) {
      add(`d${at}-${widget.pin ?? widget.metric ?? widget.type}`.slice(0, TILE_ID_LENGTH_MAX), size, widget);
    }
  }
  if (devices.length > 0) add('events', 'M', { type: 'events', name: 'Events' });
  return tiles;
}
const TILE_ID_LENGTH_MAX = 40;

function widgetsOf({ id, name, metrics }: BoardDevice): [TileSize, WidgetSpec][] {
  const widgets: [TileSize, WidgetSpec][] = [];
  const isVital = metrics.has(HEART_RATE) && metrics.has(SPO2);
  if (isVital) widgets.push(['M', { type: 'vitals', name, deviceId: id }]);
  for (const [metric, value] of metrics) {
    if (isPin(metric) && (value === 0 || value === 1)) {
      widgets.push(['S', { type: 'switch', name: `${name} ${metric}`, deviceId: id, pin: metric }]);
    }
  }
  for (const [metric, value] of metrics) {
    const isShown = isPin(metric) || (isVital && (metric === HEART_RATE || metric === SPO2));
    if (isShown || typeof value !== 'number') continue;
    widgets.push(['S', { type: 'value-spark', name: `${name} ${metric}`, deviceId: id, metric }]);
  }
  return widgets.map(([size, widget]) => [size, { ...widget, name: widget.name.slice(0, NAME_LENGTH_MAX) }]);
}
const HEART_RATE = 'heart_rate';
const SPO2 = 'spo2';
const NAME_LENGTH_MAX = 64;
