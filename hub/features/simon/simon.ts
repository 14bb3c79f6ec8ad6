/** Simon: whose game a device plays, what was scored, who leads. One door for what devices report, one for people. */
import type { LiveRound } from '../../contract/live.ts';
import type { Pairing } from '../../contract/pairing.ts';
import type { LeaderboardEntry, LeaderboardQuery, Score, ScoresQuery } from '../../contract/score.ts';
import { daysOf, makeDayOf, rankPlayers } from '../../domain/scores.ts';
import type { Slot } from '../../lib/slot.ts';
import type { PageOf, Write } from '../../store/store.ts';
import { loadPairings, type Pairings } from './pairings.ts';
import { makeRounds, type Rounds } from './rounds.ts';
import { loadScores, type Scores, scoreOf } from './scores.ts';
import type { Accepted, SimonDeps } from './simon-deps.ts';

/** Tallies read for one leaderboard: a month of a thousand players. */
const TALLIES_READ_MAX = 31_000;
const SCORES_DEFAULT = 100;
const LEADERS_DEFAULT = 50;

export interface Simon {
  /** What must be stored with the message of this report; synchronous. Each call is answered by `settle`. */
  writesFor(accepted: Accepted, receivedMs: number): Write[];
  /** The commit of an accepted report succeeded (`true`) or failed. Also for reports that had nothing to write. */
  settle(accepted: Accepted, isStored: boolean): void;
  /** The paired person; null while there is none. */
  playerOf(deviceId: string): string | null;
  rounds(): LiveRound[];
  readonly pairings: Pairings;
  readonly scores: Scores;
  listScores(query: ScoresQuery): Promise<PageOf<Score>>;
  leaderboard(query: LeaderboardQuery): Promise<LeaderboardEntry[]>;
  hasDemo(): Promise<boolean>;
  removeDemo(): Promise<void>;
  /** A device has left the registry: its pairing goes, its scores stay. */
  forgetDevice(deviceId: string): void;
  readonly onPairingChanged: Slot<[Pairing]>;
  readonly onScoreAdded: Slot<[Score]>;
  readonly onScoreRemoved: Slot<[id: string]>;
  readonly onRoundsChanged: Slot<[]>;
  close(): void;
}

/** Loads pairings and tallies from the store; requests that were open go on. */
export async function createSimon(deps: SimonDeps): Promise<Simon> {
  const onError = (error: unknown): void => deps.log.error({ err: error }, 'simon: a listener failed');
  const pairings = await loadPairings(deps, onError);
  const scores = await loadScores(deps, onError);
  const rounds = makeRounds(deps.clock, onError);
  return {
    ...makeIntake(deps, { pairings, scores, rounds }),
    ...makeViews(deps),
    playerOf: (deviceId) => pairings.playerOf(deviceId) || null,
    rounds: rounds.list,
    pairings,
    scores,
    removeDemo: scores.removeDemo,
    forgetDevice(deviceId) {
      pairings.forget(deviceId);
      rounds.end(deviceId);
    },
    onPairingChanged: pairings.onChanged,
    onScoreAdded: scores.onAdded,
    onScoreRemoved: scores.onRemoved,
    onRoundsChanged: rounds.onChanged,
    close() {
      pairings.close();
      scores.close();
      rounds.close();
    },
  };
}

interface Parts {
  readonly pairings: Pairings;
  readonly scores: Scores;
  readonly rounds: Rounds;
}

/** From reports to writes, and from commits to what people see. */
function makeIntake(deps: SimonDeps, { pairings, scores, rounds }: Parts): Pick<Simon, 'writesFor' | 'settle'> {
  return {
    writesFor({ deviceId, report }, receivedMs) {
      if (report.kind === 'pairing-answer') return pairings.writesFor(deviceId, report, receivedMs);
      if (report.kind !== 'score') return [];
      const demo = deps.devices.find(deviceId)?.demo ?? false;
      return scores.writesFor(report, { deviceId, username: pairings.playerOf(deviceId), demo, receivedMs });
    },
    settle({ deviceId, report }, isStored) {
      if (report.kind === 'pairing-answer') pairings.settle(deviceId, report, isStored);
      if (report.kind === 'score') {
        scores.settle(report, isStored);
        rounds.end(deviceId);
      }
      if (report.kind === 'round' && isStored) {
        const username = pairings.playerOf(deviceId);
        rounds.note({ deviceId, username, round: report.round, atMs: deps.clock.nowMs() });
      }
    },
  };
}

function makeViews(deps: SimonDeps): Pick<Simon, 'listScores' | 'leaderboard' | 'hasDemo'> {
  const { store, devices, users, clock } = deps;
  const dayOf = makeDayOf(deps.timeZone);
  return {
    async listScores({ device, username, cursor, limit = SCORES_DEFAULT }) {
      // Scores outlive their device, so a name nobody has any more is taken as it is.
      const deviceId = device === undefined ? undefined : (devices.find(device)?.id ?? device);
      const player = username === undefined ? undefined : ((await users.byName(username))?.username ?? username);
      const { items, nextCursor } = await store.scores.list({ limit, cursor, deviceId, username: player });
      return { items: items.map(scoreOf), ...(nextCursor === undefined ? {} : { nextCursor }) };
    },
    async leaderboard({ window = 'all', limit = LEADERS_DEFAULT }) {
      const { fromDay, toDay } = daysOf(window, dayOf(clock.nowMs()));
      return rankPlayers(await store.tallies.range(fromDay, toDay, TALLIES_READ_MAX)).slice(0, limit);
    },
    hasDemo: async () => (await store.scores.demo(1)).length > 0,
  };
}
