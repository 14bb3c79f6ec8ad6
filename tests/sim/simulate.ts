/** Minutes in which everything may go wrong, each time followed by some in which nothing does, and by a look at what must hold. */
import { brokenOf } from './invariants.ts';
import { lookAt, measure } from './look.ts';
import { makeMischief } from './mischief.ts';
import { makeWorld, type SimPlan, STEP_MS, type World } from './world.ts';

const CHAOS_STEPS = 210;
const CALM_STEPS = 90;
const ROUND_MINUTES = ((CHAOS_STEPS + CALM_STEPS) * STEP_MS) / 60_000;
/** More, as long as something waits to be forwarded: the backend answers in real time. */
const DRAIN_STEPS = 200;
/** The time of a step passes in so many pieces, between which the hub works. */
const PIECES = 4;
/** Real milliseconds a step waits for acknowledgements; where the disk is not well, none will come. */
const SETTLE_MS = 60;
const SETTLE_ILL_MS = 3;

/** Sentences about what does not hold; none: everything does. Stops at the first round with any. */
export async function simulate(plan: SimPlan): Promise<string[]> {
  const { world, close } = await makeWorld(plan);
  try {
    for (let round = 0; round * ROUND_MINUTES < plan.minutes; round++) {
      const mischief = makeMischief(world);
      for (let step = 0; step < CHAOS_STEPS; step++) {
        await mischief.step();
        await pass(world, { isMeasuring: true });
      }
      await measure(world).catch(() => undefined);
      await mischief.end();
      for (let step = 0; step < CALM_STEPS; step++) await pass(world, { isMeasuring: step < CALM_STEPS / 2 });
      // The next attempt at what waits may be minutes away.
      await world.flush();
      for (let step = 0; step < DRAIN_STEPS && (await measure(world)).queued > 0; step++) {
        await pass(world, { isMeasuring: false });
      }
      const seen = await lookAt(world);
      const broken = brokenOf(seen.devices, seen.forwarding, seen.queues);
      if (broken.length > 0) return broken.map((sentence) => `seed ${plan.seed}, round ${round}: ${sentence}`);
    }
    return [];
  } finally {
    await close();
  }
}

/** One step of time for everybody. */
async function pass({ hub, disk, devices, posters }: World, how: { isMeasuring: boolean }): Promise<void> {
  const trueMs = hub.clock.steadyMs();
  for (const device of devices) device.live(trueMs, hub.mqttPort, how);
  for (const poster of posters) poster.live(trueMs, hub.url, how);
  const endMs = performance.now() + (disk.state === 'well' ? SETTLE_MS : SETTLE_ILL_MS);
  const isWaiting = (): boolean => devices.some((one) => one.isWaiting) || posters.some((one) => one.isWaiting);
  while (isWaiting() && performance.now() < endMs) await turn();
  for (let piece = 0; piece < PIECES; piece++) {
    hub.clock.advance(STEP_MS / PIECES);
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
