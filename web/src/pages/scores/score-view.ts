/** What of the latest scores is shown. Pure. */
import type { LiveRound } from '../../../../hub/contract/live.ts';
import type { Score } from '../../../../hub/contract/score.ts';

export interface ScoreFilter {
  device: string | null;
  username: string | null;
  /** Games that ended in the first round are shown too. */
  zeros: boolean;
}

export interface FilteredScores {
  shown: Score[];
  /** Zero scores that match the filter and are folded away. */
  folded: number;
}

export function filterScores(list: readonly Score[], filter: ScoreFilter): FilteredScores {
  const matching = list.filter(
    (score) =>
      (filter.device === null || score.deviceId === filter.device) &&
      (filter.username === null || score.username === filter.username),
  );
  const shown = filter.zeros ? matching : matching.filter((score) => score.score > 0);
  return { shown, folded: matching.length - shown.length };
}

/** Rounds by device: a list that is being read does not reshuffle with every round. */
export function byDevice(rounds: readonly LiveRound[]): LiveRound[] {
  return [...rounds].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
}
