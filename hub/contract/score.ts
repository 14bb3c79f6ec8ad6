/** Simon scores and leaderboards. */
import { type Static, Type } from 'typebox';
import { SCORE_MAX } from './limits.ts';
import { Ms, PageQuery } from './problem.ts';

export const Score = Type.Object(
  {
    id: Type.String(),
    deviceId: Type.String(),
    username: Type.String({ description: 'The paired person; empty while the device is unpaired.' }),
    score: Type.Integer({ minimum: 0, maximum: SCORE_MAX }),
    atMs: Ms,
    demo: Type.Boolean(),
  },
  { $id: 'Score' },
);
export type Score = Static<typeof Score>;

export const ScoresQuery = Type.Interface([PageQuery], {
  device: Type.Optional(Type.String({ maxLength: 64 })),
  username: Type.Optional(Type.String({ maxLength: 32 })),
});
export type ScoresQuery = Static<typeof ScoresQuery>;

export const LEADERBOARD_WINDOWS = ['all', 'month', 'week'] as const;
export type LeaderboardWindow = (typeof LEADERBOARD_WINDOWS)[number];
export const LeaderboardQuery = Type.Object({
  window: Type.Optional(
    Type.Union([Type.Literal('all'), Type.Literal('month'), Type.Literal('week')], { default: 'all' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});
export type LeaderboardQuery = Static<typeof LeaderboardQuery>;

export const LeaderboardEntry = Type.Object(
  { username: Type.String(), best: Type.Integer(), games: Type.Integer(), lastAtMs: Ms, bestAtMs: Ms },
  { $id: 'LeaderboardEntry' },
);
export type LeaderboardEntry = Static<typeof LeaderboardEntry>;
