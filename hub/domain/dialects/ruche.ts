/** How our own firmware speaks: `ruche/<device>/telemetry|status|score|ack`, one device per topic. */
import { SCORE_MAX } from '../../contract/limits.ts';
import { OWN_PREFIX } from '../../contract/topics.ts';
import { deviceTimeMs } from '../clock-sense.ts';
import type { CommandAck, HeartbeatReport, Report } from '../report.ts';
import type { Decoded, Dialect } from './dialect.ts';
import { EVENT_ID_LENGTH_MAX, Fields, invalid, NAME_LENGTH_MAX, textOf, understand } from './payload.ts';

/** Holds METRICS_MAX metrics with the longest names and texts. */
const PAYLOAD_MAX_BYTES = 32 * 1024;
const METRICS_MAX = 64;
const METRIC_NAME_LENGTH_MAX = 64;
const TEXT_VALUE_LENGTH_MAX = 256;
const STATUS_LENGTH_MAX = 64;
const COMMAND_ID_LENGTH_MAX = 64;
/** Ten years of uptime, or one of sleep, are the longest believed. */
const UPTIME_MAX_S = 10 * 31_536_000;
const SLEEP_MAX_S = 31_536_000;

/** Our firmware's client id is `ruche-<device>`. */
const CLIENT_ID_PREFIX = 'ruche-';
const DEVICE_NAME = /^[A-Za-z0-9._:-]{1,64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they who are not wanted
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

export const ruche: Dialect = {
  id: 'ruche',
  topics: {
    up: ['telemetry', 'event', 'status', 'score', 'ack', 'log'].map((kind) => `${OWN_PREFIX}+/${kind}`),
    down: ['cmd', 'config', 'ota', 'pair'].map((kind) => `${OWN_PREFIX}+/${kind}`),
  },
  identify(clientId) {
    if (!clientId.startsWith(CLIENT_ID_PREFIX)) return undefined;
    const name = clientId.slice(CLIENT_ID_PREFIX.length);
    return DEVICE_NAME.test(name) ? name : undefined;
  },
  decode(topic, payload, receivedMs): Decoded {
    if (!topic.startsWith(OWN_PREFIX)) return undefined;
    const [device, kind, ...rest] = topic.slice(OWN_PREFIX.length).split('/', 3);
    const decoder = decoderOf(kind);
    if (device === undefined || decoder === undefined || rest.length > 0) return undefined;
    return understand(() => {
      if (device === '' || device.length > NAME_LENGTH_MAX) invalid('The topic does not name a device.');
      return { reports: [decoder(device, textOf(payload, PAYLOAD_MAX_BYTES), receivedMs)] };
    });
  },
};

type Decoder = (claimedId: string, text: string, receivedMs: number) => Report;

function decoderOf(kind: string | undefined): Decoder | undefined {
  if (kind === 'telemetry') return readingsOf;
  if (kind === 'status') return heartbeatOf;
  if (kind === 'score') return gameOf;
  if (kind === 'ack') return ackOf;
  return undefined;
}

function readingsOf(claimedId: string, text: string, receivedMs: number): Report {
  const fields = Fields.parse(text);
  const values = fields.object('v');
  if (values.size > METRICS_MAX) invalid(`v: at most ${METRICS_MAX} metrics fit in one message.`);
  const metrics = new Map<string, number | boolean | string>();
  for (const [name, value] of values.entries()) {
    checkMetricName(name);
    // A sensor that could not measure says null; that is no value, and no reason to lose the others.
    if (value !== null) metrics.set(name, metricValue(name, value));
  }
  return {
    kind: 'readings',
    claimedId,
    atMs: deviceTimeMs(fields.raw('t'), fields.raw('age_ms'), receivedMs),
    metrics,
  };
}

function checkMetricName(name: string): void {
  if (name === '' || name.length > METRIC_NAME_LENGTH_MAX || CONTROL_CHARACTERS.test(name)) {
    invalid(`v: metric names have 1 to ${METRIC_NAME_LENGTH_MAX} characters and no control characters.`);
  }
}

function metricValue(name: string, value: unknown): number | boolean | string {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : invalid(`v.${name}: must be a finite number.`);
  if (typeof value !== 'string') invalid(`v.${name}: must be a number, true, false or text.`);
  if (value.length > TEXT_VALUE_LENGTH_MAX) {
    invalid(`v.${name}: text must have at most ${TEXT_VALUE_LENGTH_MAX} characters.`);
  }
  return value;
}

/** JSON, or the plain words online and offline (what most firmware leaves as its last will). */
function heartbeatOf(claimedId: string, text: string): HeartbeatReport {
  const word = text.trim().toLowerCase();
  if (word === 'online' || word === 'offline') {
    return { kind: 'heartbeat', claimedId, status: word, uptimeS: undefined, sleepS: undefined };
  }
  const fields = Fields.parse(text);
  return {
    kind: 'heartbeat',
    claimedId,
    status: fields.nonEmptyText('status', STATUS_LENGTH_MAX),
    uptimeS: fields.optionalNumber('uptime', UPTIME_MAX_S),
    sleepS: fields.optionalNumber('sleep_s', SLEEP_MAX_S),
  };
}

function gameOf(claimedId: string, text: string): Report {
  const fields = Fields.parse(text);
  if (fields.raw('score') === undefined && fields.raw('round') !== undefined) {
    return { kind: 'round', claimedId, round: fields.integer('round', SCORE_MAX) };
  }
  const score = fields.integer('score', SCORE_MAX);
  return { kind: 'score', claimedId, score, eventId: fields.optionalText('event_id', EVENT_ID_LENGTH_MAX) };
}

/** The answer to a command: done, or why not. */
function ackOf(claimedId: string, text: string): CommandAck {
  const fields = Fields.parse(text);
  const status = fields.text('status', STATUS_LENGTH_MAX);
  if (status !== 'ok' && status !== 'error') invalid('status: must be "ok" or "error".');
  return {
    kind: 'command-ack',
    claimedId,
    commandId: fields.nonEmptyText('id', COMMAND_ID_LENGTH_MAX),
    isOk: status === 'ok',
    message: fields.optionalText('message', TEXT_VALUE_LENGTH_MAX),
  };
}
