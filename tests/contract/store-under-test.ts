/** What the store's suite needs from whoever runs it on an implementation. */
import { expect } from 'vitest';
import type { PageOf, PageRequest, Store } from '../../hub/store/store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
  /** Closes it and removes the data. */
  dispose(): Promise<void>;
}
export type OpenStore = () => Promise<StoreUnderTest>;

/** Every row of a list, page by page. */
export async function everyPage<Row>(list: (page: PageRequest) => Promise<PageOf<Row>>, limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}
