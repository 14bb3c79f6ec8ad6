/** The seam for widgets and boards. What they look like inside is the features' business and kept as JSON. */
import type { WidgetType } from '../contract/widget.ts';
import type { PageOf, PageRequest, Write } from './store.ts';

export interface WidgetRow {
  id: string;
  type: WidgetType;
  name: string;
  deviceId: string | null;
  metric: string | null;
  pin: string | null;
  /** JSON object. */
  optionsJson: string;
  /** User id. */
  ownerId: string | null;
  createdMs: number;
}
export interface WidgetStore {
  get(id: string): Promise<WidgetRow | undefined>;
  /** Oldest first. */
  list(page: PageRequest): Promise<PageOf<WidgetRow>>;
  put(widget: WidgetRow): Write;
  remove(id: string): Write;
}

export interface BoardRow {
  id: string;
  name: string;
  shared: boolean;
  ownerId: string | null;
  /** JSON list, in their order. */
  tilesJson: string;
  revision: number;
  createdMs: number;
  changedMs: number;
  changedBy: string;
}
export interface BoardStore {
  get(id: string): Promise<BoardRow | undefined>;
  /** Oldest first. */
  list(page: PageRequest): Promise<PageOf<BoardRow>>;
  put(board: BoardRow): Write;
  remove(id: string): Write;
}
