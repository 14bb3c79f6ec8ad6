/** How late the event loop turns: percentiles of the last ten seconds. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../lib/clock.ts';

const WINDOW_MS = 10_000;
const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface EventLoopWatch {
  /** Of the last whole window, or of the first one so far; undefined: nothing was measured yet. */
  read(): EventLoopDelay | undefined;
  stop(): void;
}

export function watchEventLoop(clock: Clock): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let last: EventLoopDelay | undefined;

  // What is measured is from one timer to the next; on time they are as far apart as the resolution.
  const late = (ns: number): number => Math.max(0, Math.round((ns / NS_PER_MS - RESOLUTION_MS) * 100) / 100);
  const measured = (): EventLoopDelay | undefined =>
    histogram.count === 0
      ? undefined
      : {
          p50Ms: late(histogram.percentile(50)),
          p99Ms: late(histogram.percentile(99)),
          maxMs: late(histogram.max),
        };
  const stopTurning = clock.every(WINDOW_MS, () => {
    last = measured();
    histogram.reset();
  });
  return {
    read: () => last ?? measured(),
    stop() {
      stopTurning();
      histogram.disable();
    },
  };
}
