/** Promise 1: acknowledged means stored. The hub is killed with -9 again and again while devices publish at QoS 1. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Score } from '../../hub/contract/score.ts';
import { seededRandom } from '../../hub/lib/random.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { WindowPublisher } from './window-publisher.ts';

const ROUNDS = repeats(20, 200);
const PUBLISHERS = 4;
const WINDOW = 50;
const SEED = 20_261_120;
/** Killed after so many acknowledgements of the round, anywhere between these. */
const KILL_AFTER = { least: 20, most: 900 };
const SCORE_KINDS = 33;

let hub: Hub;
let owner: ApiClient;
const random = seededRandom(SEED);

interface Player {
  deviceId: string;
  /** The score of the n-th message: a sequence in which a lost, doubled or moved one shows. */
  scores: number[];
  publisher: WindowPublisher;
  /** Messages 0…verified-1 have been found in the store, in order. */
  verified: number;
  newestId: string | undefined;
}
const players: Player[] = [];

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  for (let index = 0; index < PUBLISHERS; index++) {
    const deviceId = `killed-${index}`;
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: deviceId } });
    const scores: number[] = [];
    const publisher = new WindowPublisher({
      credentials: { clientId: `publisher-${index}`, username: deviceId, password: token },
      topic: 'simon/scores',
      window: WINDOW,
      payloadOf(message) {
        while (scores.length <= message) scores.push(Math.floor(random() * SCORE_KINDS));
        return JSON.stringify({ device_id: deviceId, username: '', score: scores[message] });
      },
    });
    players.push({ deviceId, scores, publisher, verified: 0, newestId: undefined });
  }
});
afterAll(() => hub?.close());

it(`loses nothing acknowledged and repeats nothing over ${ROUNDS} rounds of kill -9`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const goal = acknowledgedInAll() + KILL_AFTER.least + Math.floor(random() * (KILL_AFTER.most - KILL_AFTER.least));
    await Promise.all(players.map((player) => player.publisher.connect(hub.ports.mqtt ?? 0)));
    for (const { publisher } of players) publisher.publishUpTo(Number.POSITIVE_INFINITY);
    await until(() => acknowledgedInAll() >= goal, { timeoutMs: 20_000, everyMs: 1, what: `round ${round}` });
    await hub.kill();
    for (const { publisher } of players) publisher.cut();
    const lines = hub.logs.length;
    await hub.restart();
    expect(hub.logs.slice(lines).filter((line) => line.level >= 40)).toEqual([]);
    owner = await logIn(hub);
    for (const player of players) await verify(player);
  }
  // The last open messages are sent again and must each be there exactly once.
  for (const { publisher } of players) publisher.publishUpTo(publisher.sent);
  await Promise.all(players.map((player) => player.publisher.connect(hub.ports.mqtt ?? 0)));
  await until(() => players.every(({ publisher }) => publisher.acknowledged === publisher.sent));
  for (const player of players) {
    await verify(player);
    expect(player.verified).toBe(player.publisher.sent);
    expect(player.publisher.outOfOrder).toEqual([]);
    player.publisher.cut();
  }
});

const acknowledgedInAll = (): number => players.reduce((sum, { publisher }) => sum + publisher.acknowledged, 0);

/** Reads back what was stored since the last look: it continues the sequence without a gap, and holds all that was acknowledged. */
async function verify(player: Player): Promise<void> {
  const stored = await storedSince(player);
  const end = player.verified + stored.length;
  expect(stored.map((score) => score.score)).toEqual(player.scores.slice(player.verified, end));
  expect(end).toBeGreaterThanOrEqual(player.publisher.acknowledged);
  expect(end).toBeLessThanOrEqual(player.publisher.sent);
  player.verified = end;
  player.newestId = stored.at(-1)?.id ?? player.newestId;
}

/** Oldest first, without what was verified before. */
async function storedSince({ deviceId, newestId }: Player): Promise<Score[]> {
  const found: Score[] = [];
  let cursor: string | undefined;
  do {
    const page = { device: deviceId, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const { items, nextCursor } = await owner.call('GET /api/v1/scores', { query: page });
    const known = items.findIndex((score) => score.id === newestId);
    found.push(...(known < 0 ? items : items.slice(0, known)));
    cursor = known < 0 ? nextCursor : undefined;
  } while (cursor !== undefined);
  return found.reverse();
}
