/** Whether the store holds something that only the hub's key opens: without that key it would be lost silently. */
import type { DestinationRow } from '../store/forwarding-store.ts';
import type { DeviceRow, PageOf, PageRequest, Store } from '../store/store.ts';

const PAGE = 200;

export async function holdsSecrets({
  devices,
  destinations,
}: Pick<Store, 'devices' | 'destinations'>): Promise<boolean> {
  return (
    (await hasAny((page) => devices.list(page), isLockedDevice)) ||
    (await hasAny((page) => destinations.list(page), isLockedDestination))
  );
}

const isLockedDevice = ({ secretSealed }: DeviceRow): boolean => secretSealed !== null;
const isLockedDestination = ({ secretSealed, headers }: DestinationRow): boolean =>
  secretSealed !== null || headers.length > 0;

async function hasAny<Row>(
  list: (page: PageRequest) => Promise<PageOf<Row>>,
  isLocked: (row: Row) => boolean,
): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page = await list({ limit: PAGE, cursor });
    if (page.items.some(isLocked)) return true;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return false;
}
