/** What must hold whatever happened: every promise of the hub to its devices and people, checked against what it shows. */
import type { HistorySeries } from '../../hub/contract/history.ts';
import { QUEUED_MAX } from '../../hub/features/forwarding/limits.ts';
import { PENDING_WRITES_MAX } from '../../hub/store/level/commit.ts';

/** One reading, as the export has it. */
export interface Stored {
  readonly atMs: number;
  readonly value: number;
}

/** What a device did and was promised, and what the hub shows of it. */
export interface SeenDevice {
  readonly id: string;
  readonly promised: ReadonlySet<number>;
  /** Numbers 0 to sent - 1 were sent. */
  readonly sent: number;
  readonly stored: readonly Stored[];
  readonly latest: Stored | undefined;
  /** The same readings as charts of several widths. */
  readonly charts: readonly (HistorySeries | undefined)[];
  readonly status: string;
  readonly presence: 'here' | 'gone' | 'unknown';
  readonly events: {
    readonly promised: ReadonlySet<number>;
    readonly sent: number;
    readonly stored: readonly number[];
  };
  readonly commands: SeenCommands;
}

export interface SeenCommands {
  /** Answered 202, in that order. */
  readonly promised: readonly string[];
  /** As the hub shows them: id → state. */
  readonly states: ReadonlyMap<string, string>;
  /** Done by the device, in that order. */
  readonly done: readonly string[];
  readonly repeatedWithin: readonly string[];
}

/** What reached the backend, first arrivals only: numbers of events, by device. */
export interface SeenForwarding {
  readonly arrived: ReadonlyMap<string, readonly number[]>;
  readonly queued: number;
  readonly dropped: number;
  readonly deadLetters: number;
}

/** The largest that was seen of what may wait. */
export interface SeenQueues {
  readonly forwarding: number;
  readonly pendingWrites: number;
  readonly pendingWritesNow: number;
}

/** Sentences about what is broken; none: everything holds. */
export function brokenOf(devices: readonly SeenDevice[], forwarding: SeenForwarding, queues: SeenQueues): string[] {
  return [
    ...devices.flatMap((device) =>
      [
        ...readingsOf(device),
        ...latestOf(device),
        ...rollupsOf(device),
        ...presenceOf(device),
        ...eventsOf(device),
        ...commandsOf(device.commands),
      ].map((sentence) => `${device.id}: ${sentence}`),
    ),
    ...forwardingOf(devices, forwarding),
    ...queuesOf(queues),
  ];
}

/** Nothing acknowledged is lost, nothing is there twice, nothing is there that nobody sent. */
function readingsOf({ promised, sent, stored }: SeenDevice): string[] {
  return onceEach('reading', { promised, sent, stored: stored.map(({ value }) => value) });
}

const eventsOf = ({ events }: SeenDevice): string[] => onceEach('event', events);

function onceEach(
  what: string,
  { promised, sent, stored }: { promised: ReadonlySet<number>; sent: number; stored: readonly number[] },
): string[] {
  const there = new Set(stored);
  const lost = [...promised].filter((n) => !there.has(n));
  const twice = stored.filter((n, at) => stored.indexOf(n) !== at);
  const invented = stored.filter((n) => !(n >= 0 && n < sent));
  return [
    ...told(`acknowledged ${what}s lost`, lost),
    ...told(`${what}s twice`, twice),
    ...told(`unknown ${what}s`, invented),
  ];
}

/** The latest value is a reading, and one of a later time was said before it: when a clock was ahead. */
function latestOf({ stored, latest }: SeenDevice): string[] {
  if (stored.length === 0) return [];
  if (!stored.some(({ atMs, value }) => atMs === latest?.atMs && value === latest.value)) {
    return [`the latest value is ${latest?.value} of ${latest?.atMs}, and no reading`];
  }
  const hidden = stored.filter(({ atMs, value }) => atMs > (latest?.atMs ?? 0) && value > (latest?.value ?? 0));
  return told(
    `readings later than the latest of ${latest?.atMs}`,
    hidden.map(({ value }) => value),
  );
}

/** Count, least, largest, mean and last of every point are what the readings between it and the next one give. */
function rollupsOf({ charts, stored }: SeenDevice): string[] {
  return charts.flatMap((chart, at) => (isChartOf(chart, stored) ? [] : [`chart ${at} is not what the readings say`]));
}

export function isChartOf(chart: HistorySeries | undefined, stored: readonly Stored[]): boolean {
  const t = chart?.t ?? [];
  const points = t.map((): number[] => []);
  let point = -1;
  for (const { atMs, value } of [...stored].sort((a, b) => a.atMs - b.atMs)) {
    while (atMs >= (t[point + 1] ?? Number.POSITIVE_INFINITY)) point++;
    if (point < 0) return false;
    points[point]?.push(value);
  }
  return points.every((values, at) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const isEmpty = values.length === 0;
    return (
      chart?.count[at] === values.length &&
      chart.min[at] === (isEmpty ? null : values.reduce((a, b) => Math.min(a, b))) &&
      chart.max[at] === (isEmpty ? null : values.reduce((a, b) => Math.max(a, b))) &&
      chart.last[at] === (isEmpty ? null : values.at(-1)) &&
      (isEmpty || Math.abs((chart.avg[at] ?? Number.NaN) - mean) < 1e-6)
    );
  });
}

/** Who is connected and speaks is online; who is gone is not, once that can be known. */
function presenceOf({ status, presence }: SeenDevice): string[] {
  if (presence === 'here' && status !== 'online') return [`is connected and shown as ${status}`];
  if (presence === 'gone' && status !== 'offline' && status !== 'late') return [`is gone and shown as ${status}`];
  return [];
}

/** Everything promised is done, in order, once; what the hub calls done was done. */
function commandsOf({ promised, states, done, repeatedWithin }: SeenCommands): string[] {
  const wanted = new Set(promised);
  const inOrder = done.filter((id) => wanted.has(id));
  const mustBe = promised.filter((id) => states.get(id) === 'delivered' || states.get(id) === 'acknowledged');
  const undone = mustBe.filter((id) => !done.includes(id));
  const isOrdered = inOrder.every(
    (id, at) => at === 0 || promised.indexOf(inOrder[at - 1] ?? '') < promised.indexOf(id),
  );
  return [
    ...told('commands delivered twice over one connection', repeatedWithin),
    ...told('commands called delivered that never came', undone),
    ...(new Set(done).size === done.length ? [] : ['a command was done twice']),
    ...(isOrdered ? [] : ['commands were not done in the order they were given']),
  ];
}

/** Everything acknowledged goes on, in the order of each device. */
function forwardingOf(devices: readonly SeenDevice[], { arrived, dropped, deadLetters }: SeenForwarding): string[] {
  const broken = devices.flatMap(({ id, events }) => {
    const there = arrived.get(id) ?? [];
    const lost = [...events.promised].filter((n) => !there.includes(n));
    const isOrdered = there.every((n, at) => at === 0 || (there[at - 1] ?? -1) < n);
    return [
      ...told(`${id}: events not forwarded`, lost),
      ...(isOrdered ? [] : [`${id}: events forwarded out of order: ${there.join(' ')}`]),
    ];
  });
  return [
    ...broken,
    ...(dropped + deadLetters === 0 ? [] : [`forwarding gave up ${dropped} and ${deadLetters} entries`]),
  ];
}

/** Every queue keeps its limit, and is empty when there was time to empty it. */
function queuesOf({ forwarding, pendingWrites, pendingWritesNow }: SeenQueues): string[] {
  return [
    ...(forwarding <= QUEUED_MAX ? [] : [`${forwarding} entries waited to be forwarded`]),
    ...(pendingWrites <= PENDING_WRITES_MAX ? [] : [`${pendingWrites} writes waited for the store`]),
    ...(pendingWritesNow <= PENDING_WRITES_CALM_MAX ? [] : [`${pendingWritesNow} writes still wait for the store`]),
  ];
}
/** The hub writes a little of its own at any time. */
const PENDING_WRITES_CALM_MAX = 500;

const SHOWN_MAX = 10;
const told = (what: string, list: readonly unknown[]): string[] =>
  list.length === 0 ? [] : [`${what} (${list.length}): ${list.slice(0, SHOWN_MAX).join(', ')}`];
