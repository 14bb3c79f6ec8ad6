/** The store in a process that is killed at random moments: acknowledged is stored, and a commit is whole or not there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../hub/lib/clock.ts';
import { openLevel } from '../../hub/store/level/open.ts';
import type { Store } from '../../hub/store/store.ts';
import { repeats } from '../helpers/long.ts';

const WRITER = fileURLToPath(new URL('store-writer.mjs', import.meta.url));
const BUILT_OPEN = fileURLToPath(new URL('../../dist/hub/store/level/open.js', import.meta.url));
const ROUNDS = repeats(6, 100);
const KILL_AFTER_MS_MAX = 300;
const WRITERS = Array.from({ length: 40 }, (_none, at) => `w${at}`);

/** User name → numbers of the games that are stored, oldest first. */
type Games = Map<string, number[]>;

interface Round {
  readonly known: Games;
  /** Number that every writer starts with. */
  readonly first: number;
  /** User name → newest game that was acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>;
}

/** Runs the writer until it has acknowledged something, and a random moment longer. Writer → highest game. */
async function writeUntilKilled(args: readonly string[]): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [WRITER, BUILT_OPEN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * KILL_AFTER_MS_MAX);
    said += text;
  });
  const [code, signal] = await once(child, 'close');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  const acknowledged = said.split('\n').slice(0, -1);
  return new Map(acknowledged.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

/**
 * Each writer's games are those known from earlier rounds and, without a gap, those from `first` to the one its tally
 * names, which is not less than what was acknowledged. Returns all games by writer.
 */
async function gamesAfter(store: Store, round: Round): Promise<Games> {
  const games: Games = new Map();
  for (const [username, known] of round.known) {
    const tally = await store.tallies.get('all', username);
    const newest = tally?.games ?? 0;
    expect(newest).toBeGreaterThanOrEqual(round.acknowledged.get(username) ?? 0);
    const { items } = await store.scores.list({ limit: 1_000_000, username });
    const fresh = Array.from({ length: Math.max(0, newest - round.first + 1) }, (_none, at) => round.first + at);
    expect(items.map((score) => score.atMs).reverse()).toEqual([...known, ...fresh]);
    games.set(username, [...known, ...fresh]);
  }
  return games;
}

/** There are more games than a call takes arguments. */
const newestOf = (games: Games): number => Math.max(0, ...[...games.values()].map((numbers) => numbers.at(-1) ?? 0));

describe('a store whose process is killed', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ruche-kill-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  for (const durability of ['commit', 'sync'] as const) {
    it(`has everything that was acknowledged, whole, and opens without repair (${durability})`, async () => {
      let known: Games = new Map(WRITERS.map((username) => [username, []]));
      for (let round = 0; round < ROUNDS; round++) {
        const first = newestOf(known) + 1;
        const acknowledged = await writeUntilKilled([dir, durability, String(first), ...WRITERS]);
        expect(acknowledged.size).toBeGreaterThan(0);
        const { store } = await openLevel({ dir, durability, log: pino({ level: 'silent' }), clock: systemClock });
        known = await gamesAfter(store, { known, first, acknowledged });
        await store.close();
      }
    });
  }
});
