/** A leaderboard from REST, fetched again soon after any score has come or gone. */
import { useEffect } from 'preact/hooks';
import type { LeaderboardEntry, LeaderboardWindow } from '../../../hub/contract/score.ts';
import { call } from '../api.ts';
import { type Resource, useResource } from './loading.ts';
import { scoresVersion } from './scores.ts';

/** A hundred devices that all finish games ask for one board, not a hundred. */
const REFRESH_GAP_MS = 700;

export function useLeaderboard(window: LeaderboardWindow, limit: number): Resource<LeaderboardEntry[]> {
  const board = useResource(`${window} ${limit}`, async (signal) => {
    const page = await call('GET /api/v1/leaderboard', { query: { window, limit }, signal });
    return page.items;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastMs = 0;
    let seen = scoresVersion.peek();
    const stop = scoresVersion.subscribe((version) => {
      if (version === seen) return;
      seen = version;
      timer ??= setTimeout(
        () => {
          timer = undefined;
          lastMs = Date.now();
          void board.reload();
        },
        Math.max(0, lastMs + REFRESH_GAP_MS - Date.now()),
      );
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [board]);
  return board;
}
