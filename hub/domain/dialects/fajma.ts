/**
 * Seed 1's health sensors, exactly as their firmware speaks: shared topics `fajma/esp32/…`, HTTP bodies flat and
 * nested, batches, WebSocket messages. The device is named inside the payload.
 */
import { EVENT_TYPE_LENGTH_MAX, MESSAGE_LENGTH_MAX } from '../../contract/limits.ts';
import { FAJMA_COMMANDS, FAJMA_PREFIX } from '../../contract/topics.ts';
import { type Sensed, senseTime } from '../clock-sense.ts';
import type { EventReport, EventSeverity, HeartbeatReport, ReadingsReport, Report } from '../report.ts';
import type { BadPart, BodyFacts, Decoded, Dialect, Misunderstood, Understood } from './dialect.ts';
import { type Flat, flatMetrics, METRICS_MAX } from './metrics.ts';
import {
  eventIdOf,
  Fields,
  invalid,
  NAME_LENGTH_MAX,
  STATUS_LENGTH_MAX,
  textOf,
  UPTIME_MAX_S,
  understand,
} from './payload.ts';

/** The firmware's own documents hold 300 bytes (S1-11); others add metrics. */
const PAYLOAD_MAX_BYTES = 16 * 1024;
/** Measurements in one batch; the firmware's document of 1000 bytes holds about ten (S1-14). */
export const MEASUREMENTS_MAX = 500;
/** `ESP32Client-` and a random number for every connection (S1-9). */
const CLIENT_ID = /^ESP32Client-[0-9a-f]{1,8}$/i;

/** What the seed measures as numbers: a text there is a mistake worth naming (S1-3, S1-13). */
const NUMERIC = new Set([
  'temperature',
  'humidity',
  'heart_rate',
  'spo2',
  'battery_level',
  'latitude',
  'longitude',
  'wifi_rssi',
  'free_heap',
  'uptime',
  'reset_reason',
  'chip_revision',
]);
const NOT_METRICS = new Set([
  ...['device_id', 'device_token', 'type', 'status', 'timestamp', 'batch_timestamp', 't'],
  ...['data', 'location', 'event_id', 'seq', 'boot', 'ageMs', 'age_ms'],
]);
const FLAT: Flat = { except: NOT_METRICS, numeric: NUMERIC };

export const fajma: Dialect = {
  id: 'fajma',
  about: 'Health sensors of seed 1: five shared topics, HTTP, WebSocket; the payload names the device.',
  topics: {
    up: ['data', 'heartbeat', 'alert', 'diagnostics'].map((kind) => FAJMA_PREFIX + kind),
    down: [FAJMA_COMMANDS],
  },
  namedBy: 'payload',
  identify: () => undefined,
  isPassingClientId: (clientId) => CLIENT_ID.test(clientId),
  decode(topic, payload, receivedMs): Decoded {
    const decoder = topic.startsWith(FAJMA_PREFIX) ? DECODERS.get(topic.slice(FAJMA_PREFIX.length)) : undefined;
    if (decoder === undefined) return undefined;
    return understand(() => {
      const fields = Fields.parse(textOf(payload, PAYLOAD_MAX_BYTES));
      return { reports: [decoder(fields, { topic, receivedMs })] };
    });
  },
  bodies: [
    { door: 'POST /api/iot/data', read: readData },
    { door: 'POST /api/iot/batch', read: readBatch },
    { door: '/ws/iot/:id/', read: readFrame },
  ],
};

interface Heard {
  readonly topic?: string;
  readonly receivedMs: number;
}
type Decoder = (fields: Fields, heard: Heard) => Report;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['data', (fields, heard) => readingsOf(fields, timeOf(fields, heard.receivedMs), claimedIn(fields))],
  ['heartbeat', heartbeatOf],
  ['alert', alertOf],
  ['diagnostics', diagnosticsOf],
]);

const claimedIn = (fields: Fields): string => fields.nonEmptyText('device_id', NAME_LENGTH_MAX);

/** Over MQTT and WebSocket the firmware sends `millis()` (S1-20). */
const timeOf = (fields: Fields, receivedMs: number, isUsuallyUptime = true): Sensed =>
  senseTime(
    {
      t: fields.raw('timestamp') ?? fields.raw('t'),
      ageMs: fields.raw('ageMs') ?? fields.raw('age_ms'),
      isUsuallyUptime,
    },
    receivedMs,
  );

/** Flat fields, and those under `data` and `location` (S1-19). */
function readingsOf(fields: Fields, time: Sensed, claimedId: string): ReadingsReport {
  const metrics = flatMetrics(fields, FLAT);
  for (const part of ['data', 'location']) {
    if (isObject(fields.raw(part))) flatMetrics(fields.object(part), FLAT, metrics);
  }
  if (metrics.size === 0) invalid('the payload: it has no measurement.');
  if (metrics.size > METRICS_MAX) invalid(`the payload: at most ${METRICS_MAX} metrics fit in one message.`);
  return { kind: 'readings', claimedId, ...time, metrics };
}

function heartbeatOf(fields: Fields, { receivedMs }: Heard): HeartbeatReport {
  return {
    kind: 'heartbeat',
    claimedId: claimedIn(fields),
    status: fields.optionalText('status', STATUS_LENGTH_MAX) ?? 'online',
    uptimeS: fields.optionalNumber('uptime', UPTIME_MAX_S),
    sleepS: undefined,
    deviceUptimeMs: timeOf(fields, receivedMs).deviceUptimeMs,
  };
}

function alertOf(fields: Fields, { topic, receivedMs }: Heard): EventReport {
  const { atMs, deviceUptimeMs } = timeOf(fields, receivedMs);
  const timestamp = fields.raw('timestamp');
  return {
    kind: 'event',
    claimedId: claimedIn(fields),
    atMs,
    deviceUptimeMs,
    eventId: eventIdOf(fields),
    type: fields.nonEmptyText('alert_type', EVENT_TYPE_LENGTH_MAX),
    severity: severityOf(fields.optionalText('priority', STATUS_LENGTH_MAX)),
    message: fields.optionalText('message', MESSAGE_LENGTH_MAX),
    source: undefined,
    dataJson: '',
    originalTimestamp: typeof timestamp === 'number' ? timestamp : undefined,
    topic,
  };
}

/** An alert is worth a look unless it says how much (S1-4 knows `high` alone). */
function severityOf(priority: string | undefined): EventSeverity {
  const word = priority?.toLowerCase() ?? '';
  if (['high', 'critical', 'urgent', 'emergency'].includes(word)) return 'critical';
  return word === 'low' || word === 'info' ? 'info' : 'warning';
}

/** S1-6, under names that say the unit. There is no time in it: it is sent at once. */
function diagnosticsOf(fields: Fields, { receivedMs }: Heard): ReadingsReport {
  const said = readingsOf(fields, timeOf(fields, receivedMs), claimedIn(fields));
  const metrics = new Map([...said.metrics].map(([name, value]) => [name === 'uptime' ? 'uptime_s' : name, value]));
  return { ...said, metrics };
}

function readData(body: unknown, facts: BodyFacts): Understood | Misunderstood {
  return understand(() => {
    const fields = new Fields(body);
    const time = timeOf(fields, facts.receivedMs, false);
    return { reports: [readingsOf(fields, time, claimedBy(fields, facts))] };
  });
}

/** The good measurements; the bad ones are named by their place. */
function readBatch(body: unknown, facts: BodyFacts): Understood | Misunderstood {
  return understand(() => {
    const fields = new Fields(body);
    const claimedId = claimedBy(fields, facts);
    const measurements = fields.raw('measurements');
    if (!Array.isArray(measurements)) invalid('measurements: must be a list.');
    if (measurements.length > MEASUREMENTS_MAX) {
      invalid(`measurements: at most ${MEASUREMENTS_MAX} fit in one batch; it has ${measurements.length}.`);
    }
    const sent = senseTime({ t: fields.raw('batch_timestamp') }, facts.receivedMs);
    const reports: Report[] = [];
    const bad: BadPart[] = [];
    for (const [index, measurement] of measurements.entries()) {
      const read = understand(() => ({ report: measurementOf(measurement, { index, claimedId, sent, facts }) }));
      if ('report' in read) reports.push(read.report);
      else bad.push({ index, detail: read.detail });
    }
    return bad.length === 0 ? { reports } : { reports, bad };
  });
}

interface InBatch {
  readonly index: number;
  readonly claimedId: string;
  /** When the batch was put together, if it says so. */
  readonly sent: Sensed;
  readonly facts: BodyFacts;
}

function measurementOf(measurement: unknown, { index, claimedId, sent, facts }: InBatch): ReadingsReport {
  const fields = new Fields(measurement, 'the measurement');
  const named = fields.optionalText('device_id', NAME_LENGTH_MAX);
  if (named !== undefined && named !== claimedId) invalid('device_id: must be that of the batch.');
  const time = timeOf(fields, facts.receivedMs, false);
  const isTimed = time.isDated || time.deviceUptimeMs !== undefined;
  return readingsOf(fields, isTimed ? time : placeIn(sent, index), claimedId);
}

/** Without times of their own they keep their order, and the same batch gives the same times again. */
function placeIn({ atMs, isDated, deviceUptimeMs }: Sensed, index: number): Sensed {
  if (isDated) return { atMs: atMs + index, isDated };
  return { atMs, isDated, deviceUptimeMs: deviceUptimeMs === undefined ? undefined : deviceUptimeMs + index };
}

/** S1-23, S1-24. */
function readFrame(body: unknown, facts: BodyFacts): Understood | Misunderstood {
  return understand(() => {
    const fields = new Fields(body);
    const claimedId = claimedBy(fields, facts);
    const { receivedMs } = facts;
    const type = fields.optionalText('type', STATUS_LENGTH_MAX) ?? 'realtime_data';
    const time = timeOf(fields, receivedMs);
    if (type !== 'connection') return { reports: [readingsOf(fields, time, claimedId)] };
    const { deviceUptimeMs } = time;
    const heartbeat = { kind: 'heartbeat', claimedId, status: 'online', sleepS: undefined, deviceUptimeMs } as const;
    return { reports: [{ ...heartbeat, uptimeS: deviceUptimeMs === undefined ? undefined : deviceUptimeMs / 1000 }] };
  });
}

/** Who the body says it is; else who the door knows it is. */
function claimedBy(fields: Fields, { claimedId }: BodyFacts): string {
  const named = fields.optionalText('device_id', NAME_LENGTH_MAX);
  return named === undefined || named === '' ? (claimedId ?? claimedIn(fields)) : named;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
