/** The numbers that the operating system and the broker give, in the form in which the features want them. */
import { statfs } from 'node:fs/promises';
import type { HealthListener } from '../contract/live.ts';
import type { Broker } from '../features/broker/broker.ts';
import type { BrokerNumbers } from '../features/broker-numbers.ts';
import type { Disk } from '../features/health/room.ts';
import type { ProcessNumbers } from '../features/metrics/readings.ts';
import type { Config } from './config.ts';

const US_PER_S = 1e6;

export function brokerNumbers(broker: Pick<Broker, 'stats'>): BrokerNumbers {
  const { messagesIn, messagesOut, leftOut, dropped, waiting, waitingBytes, retained, keptSessionsAway, ...stats } =
    broker.stats();
  return {
    ...stats,
    publishesIn: messagesIn,
    publishesOut: messagesOut,
    dropped: leftOut + dropped,
    queuedMessages: waiting,
    queuedBytes: waitingBytes,
    retainedMessages: retained,
    sessionsAway: keptSessionsAway,
  };
}

export function processNumbers(startedMs: number): ProcessNumbers {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    startedMs,
    cpuS: (user + system) / US_PER_S,
    residentBytes: rss,
    heapBytes: heapUsed,
    heapTotalBytes: heapTotal,
    externalBytes: external,
  };
}

/** What is free for programs that are not root. */
export async function diskOf(dir: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Every port that is open; extra web ports carry the same clients as the first. */
export function listenersOf(
  { host, extraHttpPorts }: Pick<Config, 'host' | 'extraHttpPorts'>,
  { ports, broker }: { ports: { http: number | null; mqtt: number | null }; broker: Pick<Broker, 'sessions'> },
): HealthListener[] {
  const clients = { tcp: 0, ws: 0 };
  for (const { transport } of broker.sessions()) clients[transport]++;
  const web = [ports.http, ...extraHttpPorts].filter((port) => port !== null);
  return [
    ...(ports.mqtt === null ? [] : [{ kind: 'mqtt' as const, host, port: ports.mqtt, clients: clients.tcp }]),
    ...web.map((port) => ({ kind: 'web' as const, host, port, clients: clients.ws })),
  ];
}
