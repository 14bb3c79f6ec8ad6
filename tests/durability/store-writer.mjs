/**
 * Commits games to a store until it is killed, and says which were acknowledged: "<writer> <game>" per line.
 * Arguments: the built open.js, the directory, the durability, the first game number, the names of the writers.
 */
import { writeSync } from 'node:fs';
import { pino } from 'pino';

const [openPath = '', dir = '', durability = 'commit', first = '1', ...writers] = process.argv.slice(2);
const { openLevel } = await import(openPath);
const clock = { nowMs: () => Date.now(), after: later(setTimeout), every: later(setInterval) };
const { store } = await openLevel({ dir, durability, log: pino({ level: 'silent' }), clock });

await Promise.all(writers.map((username) => write(username, Number(first))));

/** Each commit holds a game and the count of games, which must therefore always agree. */
async function write(/** @type {string} */ username, /** @type {number} */ game) {
  for (let games = game; ; games++) {
    const score = {
      id: `${username}-${games}`,
      deviceId: 'd1',
      username,
      score: 7,
      atMs: games,
      demo: false,
      removedMs: null,
    };
    const tally = { day: 'all', username, best: 7, bestAtMs: games, games, lastAtMs: games };
    await store.commit([store.scores.put(score, 'day'), store.tallies.put(tally)]);
    say(`${username} ${games}\n`);
  }
}

/** At once, also when the reader is slow and its pipe is full: what is said later could be lost with the process. */
function say(/** @type {string} */ line) {
  let rest = Buffer.from(line);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

function later(/** @type {(callback: () => void, ms: number) => unknown} */ start) {
  return (/** @type {number} */ ms, /** @type {() => void} */ callback) => {
    start(callback, ms);
    return () => {};
  };
}
