/** Server-Sent Events: what happens, told to every reader who asked for it; nothing is built while nobody reads. */
import type { Alert } from '../../contract/alert.ts';
import { RucheError } from '../../contract/errors.ts';
import type { Event } from '../../contract/event.ts';
import type { StreamKind, StreamLost, StreamReading, StreamStatus } from '../../contract/stream.ts';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import { HEARTBEAT_MS, READINGS_MS, RETRY_MS, STALLED_MS, STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
import { type StreamFilter, StreamReader } from './stream-reader.ts';

export interface StreamsDeps {
  readonly clock: Clock;
  readonly limits?: Partial<StreamLimits>;
}
interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}
interface Gathered {
  readonly value: number | boolean | string;
  /** The time of the value as its device tells it. */
  readonly atMs: number;
}

const HEARTBEAT = ':\n\n';

export class Streams {
  readonly #deps: StreamsDeps;
  readonly #limits: StreamLimits;
  readonly #readers = new Set<StreamReader>();
  /** Device → metric → the newest it said since the last flush; bounded by the devices there are. */
  #readings = new Map<string, Map<string, Gathered>>();
  readonly #statuses = new Map<string, StreamStatus>();
  #cancelFlush: (() => void) | undefined;
  /** Tells the ids of one start from those of another. */
  readonly #epoch: string;
  #count = 0;
  readonly #stop: () => void;

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
    this.#limits = { ...STREAM_LIMITS, ...deps.limits };
    this.#epoch = deps.clock.nowMs().toString(36);
    this.#stop = deps.clock.every(HEARTBEAT_MS, () => this.#beat());
  }

  /** `isReturning`: it had a stream before, and may have missed something. Throws STREAMS_FULL. */
  open(person: Person, wanted: StreamFilter, isReturning: boolean): StreamReader {
    const { max, perPersonMax } = this.#limits;
    const ofPerson = [...this.#readers].filter((reader) => reader.person.userId === person.userId).length;
    if (this.#readers.size >= max) throw new RucheError('STREAMS_FULL');
    if (ofPerson >= perPersonMax) {
      throw new RucheError('STREAMS_FULL', `One person may have ${perPersonMax} streams open.`);
    }
    const lostFrame = (count: number | null): string => this.#frame('lost', { count } satisfies StreamLost);
    const reader = new StreamReader({ person, wanted, limits: this.#limits, lostFrame });
    this.#readers.add(reader);
    reader.once('close', () => this.#gone(reader));
    reader.say(`retry: ${RETRY_MS}\n\n`);
    if (isReturning) reader.say(lostFrame(null));
    return reader;
  }

  get size(): number {
    return this.#readers.size;
  }

  committed(accepted: readonly Accepted[]): void {
    if (this.#readers.size === 0) return;
    for (const { deviceId, report } of accepted) {
      if (report.kind !== 'readings') continue;
      const { atMs, metrics } = report;
      const gathered = this.#readings.get(deviceId) ?? new Map<string, Gathered>();
      for (const [metric, value] of metrics) {
        // What was held back may come after what is newer.
        if ((gathered.get(metric)?.atMs ?? atMs) <= atMs) gathered.set(metric, { value, atMs });
      }
      this.#readings.set(deviceId, gathered);
    }
    if (this.#readings.size > 0) this.#cancelFlush ??= this.#deps.clock.after(READINGS_MS, () => this.#flush());
  }

  eventAdded(event: Event): void {
    this.#tell('event', event.deviceId, event);
  }

  alertChanged(alert: Alert): void {
    this.#tell('alert', alert.deviceId, alert);
  }

  /** Called for every change of a device; told is only a change of its presence. */
  statusChanged({ deviceId, status, reason, sinceMs }: StreamStatus): void {
    const before = this.#statuses.get(deviceId);
    const isSame = before?.status === status && before.reason === reason && before.sinceMs === sinceMs;
    if (isSame) return;
    const now: StreamStatus = { deviceId, status, reason, sinceMs };
    this.#statuses.set(deviceId, now);
    this.#tell('status', deviceId, now);
  }

  /** Any step in the life of a command. */
  commandChanged(command: { readonly deviceId: string }): void {
    this.#tell('command', command.deviceId, command);
  }

  forgetDevice(deviceId: string): void {
    this.#readings.delete(deviceId);
    this.#statuses.delete(deviceId);
  }

  /** The rights of somebody ended. */
  end(isMeant: (person: Person) => boolean): void {
    for (const reader of [...this.#readers]) if (isMeant(reader.person)) reader.finish();
  }

  close(): void {
    this.#stop();
    this.#cancelFlush?.();
    this.end(() => true);
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    const readings = this.#readings;
    this.#readings = new Map();
    for (const [deviceId, gathered] of readings) {
      for (const moment of momentsOf(gathered)) {
        this.#tell('reading', deviceId, { deviceId, ...moment } satisfies StreamReading);
      }
    }
  }

  /** Encoded once for all. */
  #tell(kind: StreamKind, deviceId: string | null, data: object): void {
    let frame: string | undefined;
    for (const reader of this.#readers) {
      const { wanted } = reader;
      if (!wanted.kinds.has(kind) || (wanted.deviceId !== undefined && wanted.deviceId !== deviceId)) continue;
      frame ??= this.#frame(kind, data);
      reader.say(frame);
    }
  }

  #frame(event: string, data: object): string {
    this.#count += 1;
    return `id: ${this.#epoch}-${this.#count}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #beat(): void {
    for (const reader of [...this.#readers]) if (reader.beat(HEARTBEAT) * HEARTBEAT_MS >= STALLED_MS) reader.destroy();
  }

  #gone(reader: StreamReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#readings.clear();
  }
}

/** Values of about the same time go together, oldest first: none is told as of another time. */
function momentsOf(gathered: ReadonlyMap<string, Gathered>): Omit<StreamReading, 'deviceId'>[] {
  const moments: { fromMs: number; atMs: number; values: [string, Gathered['value']][] }[] = [];
  for (const [metric, { value, atMs }] of [...gathered].sort(([, a], [, b]) => a.atMs - b.atMs)) {
    const last = moments.at(-1);
    if (last === undefined || atMs - last.fromMs > READINGS_MS) {
      moments.push({ fromMs: atMs, atMs, values: [[metric, value]] });
    } else {
      last.atMs = atMs;
      last.values.push([metric, value]);
    }
  }
  return moments.map(({ atMs, values }) => ({ atMs, metrics: Object.fromEntries(values) }));
}
