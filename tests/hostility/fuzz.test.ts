/**
 * Seeded nonsense in both protocol versions against a real hub, while innocent clients go on with their work.
 *
 * How long the innocent wait is compared with a calm run, slice by slice: what neighbours do to the machine then meets
 * both. The attacker is a program too, and with its victim it keeps two cores busy; that alone makes everybody wait for
 * the processor, whatever a hub does. So the calm slices have the same attacker at work, on another hub: what is left
 * between the two is what this hub lets its clients pay for an attack on itself.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Inspector, openInspector, WITH_INSPECTOR } from '../helpers/inspector.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { LANES, runLane } from './fuzz-lane.ts';
import { type Innocents, p99, startInnocents } from './innocents.ts';
import { LoopDelay } from './loop-delay.ts';
import { expectUnharmed, type RssWatch, watchRss } from './watch.ts';

const CASES = repeats(20_000, 200_000);
const SEED = 20_261_120;
/** Cases after which the hub is asked whether it lives: what killed it is among the last of them. */
const LOOK_EVERY = 5_000;
/** Before the compiler has seen the paths, a hub is slower. */
const WARM_UP_CASES = 2_000;
/** What the hub may grow by, whatever is done to it. */
const RSS_GROWTH_MAX_MIB = 256;
/** A shared machine gives a process nothing for so long now and then. */
const P99_FLOOR_MS = 25;
const P99_RATIO_MAX = 2;

let hub: Hub;
let decoy: Hub;
let innocents: Innocents;
let inspector: Inspector;
let rss: RssWatch;
beforeAll(async () => {
  hub = await startHub({ env: OPEN });
  decoy = await startHub({ env: OPEN });
  inspector = await openInspector(hub);
  innocents = await startInnocents(hub.ports.mqtt ?? 0);
  rss = watchRss(hub);
});
afterAll(async () => {
  rss?.stop();
  inspector?.close();
  innocents?.close();
  await hub?.close();
  await decoy?.close();
});
const OPEN = { RUCHE_ANONYMOUS: 'open', ...WITH_INSPECTOR };

it(`survives ${CASES} broken packets, and nobody else notices`, async () => {
  const calm = new Slices('calm');
  const attacked = new Slices('attacked');
  for (const target of [decoy, hub]) await fuzz(target, CASES, CASES + WARM_UP_CASES);
  await innocents.report();
  for (let from = 0; from < CASES; from += LOOK_EVERY) {
    const end = Math.min(from + LOOK_EVERY, CASES);
    await calm.during(() => fuzz(decoy, from, end));
    await attacked.during(() => fuzz(hub, from, end));
    await expectUnharmed(hub);
  }
  const { sent, received, outOfOrder, closed } = await innocents.settled();
  expect({ received, outOfOrder, closed }).toEqual({ received: sent, outOfOrder: 0, closed: 0 });
  expect(rss.peakMib).toBeLessThan(rss.startMib + RSS_GROWTH_MAX_MIB);
  console.info(
    `${CASES} cases: p99 ${p99(calm.latencies).toFixed(1)} -> ${p99(attacked.latencies).toFixed(1)} ms, ` +
      `event loop ${(await calm.loopP99()).toFixed(1)} -> ${(await attacked.loopP99()).toFixed(1)} ms, ` +
      `RSS ${rss.startMib.toFixed()} -> ${rss.peakMib.toFixed()} MiB`,
  );
  expect(p99(attacked.latencies)).toBeLessThan(P99_RATIO_MAX * p99(calm.latencies) + P99_FLOOR_MS);
  expect(await attacked.loopP99()).toBeLessThan(P99_RATIO_MAX * (await calm.loopP99()) + P99_FLOOR_MS);
});

/** What the innocent, and the event loop of their hub, saw of all slices of one kind. */
class Slices {
  readonly latencies: number[] = [];
  readonly #loop: LoopDelay;

  constructor(name: string) {
    this.#loop = new LoopDelay(inspector, name);
  }

  async during(work: () => Promise<unknown>): Promise<void> {
    await innocents.report();
    await this.#loop.during(work);
    this.latencies.push(...(await innocents.report()).latencies);
  }

  loopP99(): Promise<number> {
    return this.#loop.percentile(99);
  }
}

const fuzz = (target: Hub, from: number, end: number) =>
  Promise.all(
    Array.from({ length: LANES }, (_none, lane) =>
      runLane(target.ports.mqtt ?? 0, { first: SEED + from + lane, step: LANES, end: SEED + end }),
    ),
  );
