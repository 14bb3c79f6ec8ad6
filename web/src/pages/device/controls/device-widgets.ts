/** The widgets of one device, as they are kept. */
import { PAGE_LIMIT_MAX } from '../../../../../hub/contract/limits.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { call } from '../../../api.ts';
import { useListNews } from '../../../state/lists.ts';
import { type Resource, useResource } from '../../../state/loading.ts';

export type DeviceWidgets = Resource<readonly Widget[]>;

export function useDeviceWidgets(deviceId: string): DeviceWidgets {
  const widgets = useResource(deviceId, (signal) => widgetsOf(deviceId, signal));
  useListNews('widgets', widgets.reload);
  return widgets;
}

async function widgetsOf(deviceId: string, signal: AbortSignal): Promise<readonly Widget[]> {
  const found: Widget[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: PAGE_LIMIT_MAX } : { limit: PAGE_LIMIT_MAX, cursor };
    const page = await call('GET /api/v1/widgets', { query, signal });
    found.push(...page.items.filter((widget) => widget.deviceId === deviceId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}
