/** Twenty clients that did nothing wrong: nothing of theirs may be lost, and it may not take much longer. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../helpers/until.ts';

const PROGRAM = fileURLToPath(new URL('innocents.mjs', import.meta.url));
const ARRIVAL_TIMEOUT_MS = 20_000;

export interface Report {
  readonly sent: number;
  readonly received: number;
  readonly outOfOrder: number;
  readonly closed: number;
  /** Publish to arrival, in milliseconds, since the last report. */
  readonly latencies: readonly number[];
}

export interface Innocents {
  /** What happened so far. */
  report(): Promise<Report>;
  /** They pause until everything has arrived; throws when it does not. */
  settled(): Promise<Report>;
  close(): void;
}

export async function startInnocents(port: number): Promise<Innocents> {
  const child = fork(PROGRAM, [String(port)], { stdio: 'inherit' });
  await once(child, 'message');
  const report = async (): Promise<Report> => {
    const answer = once(child, 'message');
    child.send('report');
    return reportOf((await answer)[0]);
  };
  return {
    report,
    async settled() {
      child.send('pause');
      const latencies: number[] = [];
      const found = await until(
        async () => {
          const now = await report();
          latencies.push(...now.latencies);
          return now.received === now.sent && now;
        },
        { timeoutMs: ARRIVAL_TIMEOUT_MS, what: 'everything the innocent sent to arrive' },
      );
      child.send('go on');
      return { ...found, latencies };
    },
    close: () => void child.disconnect(),
  };
}

function reportOf(message: unknown): Report {
  if (!isReport(message)) throw new Error('the innocent clients said something else');
  return message;
}

const isReport = (message: unknown): message is Report =>
  typeof message === 'object' && message !== null && 'latencies' in message && 'received' in message;

/** The value that 99 of 100 do not exceed. */
export function p99(latencies: readonly number[]): number {
  const sorted = [...latencies].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}
