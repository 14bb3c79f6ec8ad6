/** What the hub has stored, as the API tells it. */
import type { Score } from '../../hub/contract/score.ts';
import type { ApiClient } from '../helpers/api-client.ts';

/** Every score, oldest first. */
export async function storedScores(owner: ApiClient): Promise<number[]> {
  const found: Score[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const { items, nextCursor } = await owner.call('GET /api/v1/scores', { query });
    found.push(...items);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return found.reverse().map(({ score }) => score);
}
