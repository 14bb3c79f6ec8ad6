/** Seeded nonsense in both protocol versions against a real hub, while innocent clients go on with their work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { LANES, runLane } from './fuzz-lane.ts';
import { type Innocents, p99, startInnocents } from './innocents.ts';
import { expectUnharmed, type RssWatch, watchRss } from './watch.ts';

const CASES = repeats(20_000, 200_000);
const SEED = 20_261_120;
/** Cases after which the hub is asked whether it lives: what killed it is among the last of them. */
const LOOK_EVERY = 5_000;
/** Before the compiler has seen the paths, the hub is slower. */
const WARM_UP_MESSAGES = 400;
const CALM_MESSAGES = repeats(400, 4_000);
/** What the hub may grow by, whatever is done to it. */
const RSS_GROWTH_MAX_MIB = 256;
/** A shared machine gives a process nothing for so long now and then. */
const P99_FLOOR_MS = 25;
const P99_RATIO_MAX = 2;
const isTimed = process.env.RUCHE_TEST_LONG === '1';

let hub: Hub;
let innocents: Innocents;
let rss: RssWatch;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
  innocents = await startInnocents(hub.ports.mqtt ?? 0);
  rss = watchRss(hub);
});
afterAll(async () => {
  rss?.stop();
  innocents?.close();
  await hub?.close();
});

it(`survives ${CASES} broken packets, and nobody else notices`, async () => {
  await measure(WARM_UP_MESSAGES);
  const calm = await measure(CALM_MESSAGES);
  const attacked: number[] = [];
  for (let from = 0; from < CASES; from += LOOK_EVERY) {
    await fuzz(from, Math.min(from + LOOK_EVERY, CASES));
    attacked.push(...(await innocents.report()).latencies);
    await expectUnharmed(hub);
  }
  const { sent, received, outOfOrder, closed } = await innocents.settled();
  expect({ received, outOfOrder, closed }).toEqual({ received: sent, outOfOrder: 0, closed: 0 });
  expect(rss.peakMib).toBeLessThan(rss.startMib + RSS_GROWTH_MAX_MIB);
  console.info(
    `${CASES} cases: p99 ${p99(calm).toFixed(1)} -> ${p99(attacked).toFixed(1)} ms, RSS ${rss.startMib.toFixed()} -> ${rss.peakMib.toFixed()} MiB`,
  );
  if (isTimed) expect(p99(attacked)).toBeLessThan(P99_RATIO_MAX * p99(calm) + P99_FLOOR_MS);
});

const fuzz = (from: number, end: number) =>
  Promise.all(
    Array.from({ length: LANES }, (_none, lane) =>
      runLane(hub.ports.mqtt ?? 0, { first: SEED + from + lane, step: LANES, end: SEED + end }),
    ),
  );

/** Latencies of so many messages. */
async function measure(count: number): Promise<number[]> {
  await innocents.report();
  const found: number[] = [];
  await until(
    async () => {
      found.push(...(await innocents.report()).latencies);
      return found.length >= count;
    },
    { timeoutMs: 60_000, everyMs: 200, what: 'the calm run' },
  );
  return found;
}
