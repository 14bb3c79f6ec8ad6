/** Seeded nonsense in both protocol versions against a real hub, while innocent clients go on with their work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repeats } from '../helpers/long.ts';
import type { Hub } from '../helpers/start-hub.ts';
import { LANES, runLane } from './fuzz-lane.ts';
import { type Arena, openArena } from './slices.ts';
import { expectUnharmed, type RssWatch, watchRss } from './watch.ts';

const CASES = repeats(20_000, 200_000);
const SEED = 20_261_120;
/** Cases after which the hub is asked whether it lives: what killed it is among the last of them. */
const LOOK_EVERY = 5_000;
/** Before the compiler has seen the paths, a hub is slower. */
const WARM_UP_CASES = 2_000;
/** What the hub may grow by, whatever is done to it. */
const RSS_GROWTH_MAX_MIB = 256;

let arena: Arena;
let rss: RssWatch;
beforeAll(async () => {
  arena = await openArena();
  rss = watchRss(arena.hub);
});
afterAll(async () => {
  rss?.stop();
  await arena?.close();
});

it(`survives ${CASES} broken packets, and nobody else notices`, async () => {
  const { hub, decoy, innocents, calm, attacked } = arena;
  for (const target of [decoy, hub]) await fuzz(target, CASES, CASES + WARM_UP_CASES);
  for (let from = 0; from < CASES; from += LOOK_EVERY) {
    const end = Math.min(from + LOOK_EVERY, CASES);
    await calm.during(() => fuzz(decoy, from, end));
    await attacked.during(() => fuzz(hub, from, end));
    await expectUnharmed(hub);
  }
  const { sent, received, outOfOrder, closed } = await innocents.settled();
  expect({ received, outOfOrder, closed }).toEqual({ received: sent, outOfOrder: 0, closed: 0 });
  console.info(`RSS ${rss.startMib.toFixed()} -> ${rss.peakMib.toFixed()} MiB`);
  arena.expectUnnoticed(`${CASES} cases`);
  expect(rss.peakMib).toBeLessThan(rss.startMib + RSS_GROWTH_MAX_MIB);
});

const fuzz = (target: Hub, from: number, end: number) =>
  Promise.all(
    Array.from({ length: LANES }, (_none, lane) =>
      runLane(target.ports.mqtt ?? 0, { first: SEED + from + lane, step: LANES, end: SEED + end }),
    ),
  );
