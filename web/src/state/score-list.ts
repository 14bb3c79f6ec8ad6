/** Scores as they come, go and are being played: the pure part of scores.ts. */
import type { LiveRound, LiveScores } from '../../../hub/contract/live.ts';
import type { Score } from '../../../hub/contract/score.ts';

/** Seed 0 shows at most this many (S0-30). */
export const SCORES_SHOWN_MAX = 200;

/** Newest first, each id once, at most SCORES_SHOWN_MAX. */
export function applyScores(scores: readonly Score[], message: Pick<LiveScores, 'added' | 'removed'>): Score[] {
  const gone = new Set([...message.removed, ...message.added.map(({ id }) => id)]);
  const merged = [...message.added, ...scores.filter(({ id }) => !gone.has(id))];
  merged.sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
  return merged.slice(0, SCORES_SHOWN_MAX);
}

/** The rounds being played: one per device; a score of that device ends its round. */
export function applyRounds(rounds: readonly LiveRound[], message: LiveScores): LiveRound[] {
  const kept = message.snapshot ? [] : rounds;
  const byDevice = new Map(kept.map((round) => [round.deviceId, round]));
  for (const { deviceId } of message.added) byDevice.delete(deviceId);
  for (const round of message.rounds) byDevice.set(round.deviceId, round);
  return [...byDevice.values()];
}
