/** The hub's numbers for Prometheus: name, meaning and value of each. What is not known makes no reading. Pure. */
import type { StoreStats } from '../../store/store.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';

export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Labels have few possible values: never a client, a topic or anything else that strangers make up. */
  readonly values: readonly { readonly value: number; readonly labels?: Readonly<Record<string, string>> }[];
}

export interface ProcessNumbers {
  readonly startedMs: number;
  readonly cpuS: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
}

/** How late the event loop turns, in milliseconds. */
export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Readable {
  readonly version: string;
  readonly broker: BrokerNumbers;
  readonly clientsMaximum: number;
  readonly slowClients: number;
  readonly store: StoreStats;
  readonly diskFreeBytes: number | undefined;
  /** Alerts that are not cleared. */
  readonly alertsStanding: number | undefined;
  readonly process: ProcessNumbers;
  readonly eventLoop: EventLoopDelay | undefined;
  /** Dialect → messages it failed over. */
  readonly decoderFailures: ReadonlyMap<string, number>;
}

export function readingsOf(state: Readable): Reading[] {
  const all = [brokerReadings, storeReadings, alertReadings, processReadings].flatMap((read) => read(state));
  return [...all, failuresOf(state)].filter(({ values }) => values.length > 0);
}

function brokerReadings({ broker, clientsMaximum, slowClients }: Readable): Reading[] {
  const { publishesIn, publishesOut, publishBytesIn, publishBytesOut, packetsIn, packetsOut } = broker;
  return [
    gauge('broker_clients', 'Clients connected.', broker.clients),
    gauge('broker_clients_maximum', 'Most clients connected at one time since the start.', clientsMaximum),
    gauge('broker_slow_clients', 'Clients that do not read what is sent to them.', slowClients),
    gauge('broker_sessions_away', 'Kept sessions whose client is away.', broker.sessionsAway),
    counter('broker_sessions_expired_total', 'Kept sessions that were given up.', broker.sessionsExpired),
    both('broker_publishes_total', 'PUBLISH packets.', { in: publishesIn, out: publishesOut }),
    both('broker_publish_bytes_total', 'Payloads of PUBLISH packets.', { in: publishBytesIn, out: publishBytesOut }),
    both('broker_packets_total', 'MQTT packets of every kind.', { in: packetsIn, out: packetsOut }),
    both('broker_bytes_total', 'Bytes on MQTT connections.', { in: broker.bytesIn, out: broker.bytesOut }),
    counter('broker_dropped_total', 'Deliveries that never left: nobody read them.', broker.dropped),
    counter('broker_refused_total', 'Connections, publishes and subscriptions refused.', broker.refused),
    counter('broker_commit_failures_total', 'Messages that could not be stored.', broker.commitFailures),
    gauge('broker_subscriptions', 'Subscriptions of all sessions.', broker.subscriptions),
    gauge('broker_shared_subscriptions', 'Shared subscriptions of all sessions.', broker.sharedSubscriptions),
    gauge('broker_retained_messages', 'Retained messages.', broker.retainedMessages),
    gauge('broker_retained_bytes', 'Bytes of retained messages.', broker.retainedBytes),
    gauge('broker_queued_messages', 'Messages that wait for a session.', broker.queuedMessages),
    gauge('broker_queued_bytes', 'Bytes of messages that wait for a session.', broker.queuedBytes),
    gauge('broker_in_flight_messages', 'Messages sent and not acknowledged yet.', broker.inFlight),
  ];
}

function storeReadings({ store, diskFreeBytes }: Readable): Reading[] {
  return [
    gauge('store_bytes', 'Size of the store on disk.', store.bytes ?? undefined),
    gauge('store_pending_writes', 'Writes handed to the store and not stored yet.', store.pendingWrites),
    counter('store_commits_total', 'Commits performed.', store.commits),
    counter('store_writes_total', 'Writes in them.', store.writes),
    gauge('disk_free_bytes', 'Free space on the disk of the data directory.', diskFreeBytes),
  ];
}

function alertReadings({ alertsStanding }: Readable): Reading[] {
  return [gauge('alerts_standing', 'Alerts that are not cleared.', alertsStanding)];
}

function processReadings({ version, process, eventLoop }: Readable): Reading[] {
  const quantiles = eventLoop && [
    { value: eventLoop.p50Ms / 1000, labels: { quantile: '0.5' } },
    { value: eventLoop.p99Ms / 1000, labels: { quantile: '0.99' } },
    { value: eventLoop.maxMs / 1000, labels: { quantile: '1' } },
  ];
  return [
    { name: name('info'), help: 'Which hub this is.', kind: 'gauge', values: [{ value: 1, labels: { version } }] },
    gauge('process_start_time_seconds', 'When the hub started, Unix time.', process.startedMs / 1000),
    counter('process_cpu_seconds_total', 'Processor time used.', process.cpuS),
    gauge('process_resident_memory_bytes', 'Memory the operating system gave.', process.residentBytes),
    gauge('process_heap_used_bytes', 'JavaScript heap in use.', process.heapBytes),
    gauge('process_heap_total_bytes', 'JavaScript heap reserved.', process.heapTotalBytes),
    gauge('process_external_bytes', 'Memory outside the heap that JavaScript holds.', process.externalBytes),
    {
      name: name('event_loop_delay_seconds'),
      help: 'How late timers fire.',
      kind: 'gauge',
      values: quantiles ?? [],
    },
  ];
}

const failuresOf = ({ decoderFailures }: Readable): Reading => ({
  name: name('decoder_failures_total'),
  help: 'Messages a dialect of the hub failed over: mistakes of the hub.',
  kind: 'counter',
  values: [...decoderFailures].map(([dialect, value]) => ({ value, labels: { dialect } })),
});

const name = (rest: string): string => `ruche_${rest}`;
const valuesOf = (value: number | undefined): Reading['values'] => (value === undefined ? [] : [{ value }]);
const gauge = (rest: string, help: string, value: number | undefined): Reading => {
  return { name: name(rest), help, kind: 'gauge', values: valuesOf(value) };
};
const counter = (rest: string, help: string, value: number | undefined): Reading => {
  return { name: name(rest), help, kind: 'counter', values: valuesOf(value) };
};

function both(rest: string, help: string, totals: Record<'in' | 'out', number | undefined>): Reading {
  const values = Object.entries(totals).flatMap(([direction, value]) =>
    value === undefined ? [] : [{ value, labels: { direction } }],
  );
  return { name: name(rest), help, kind: 'counter', values };
}
