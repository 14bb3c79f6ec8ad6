/** Whether the store holds something that only the hub's key opens: without that key it would be lost silently. */
import type { Store } from '../store/store.ts';

const PAGE = 200;

export async function holdsSecrets({ devices }: Pick<Store, 'devices'>): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page = await devices.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.items.some(({ secretSealed }) => secretSealed !== null)) return true;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return false;
}
