/** Widgets that are kept by themselves, for boards that name them. */
import { PAGE_LIMIT_MAX, WIDGETS_MAX } from '../../../hub/contract/limits.ts';
import type { Widget } from '../../../hub/contract/widget.ts';
import { call } from '../api.ts';
import { makeResource } from './loading.ts';

/** By id. */
export const keptWidgets = makeResource(async (signal) => {
  const known = new Map<string, Widget>();
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: PAGE_LIMIT_MAX } : { limit: PAGE_LIMIT_MAX, cursor };
    const page = await call('GET /api/v1/widgets', { query, signal });
    for (const widget of page.items) known.set(widget.id, widget);
    cursor = page.nextCursor;
  } while (cursor !== undefined && known.size < WIDGETS_MAX);
  return known;
});
