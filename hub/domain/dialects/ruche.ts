/** How our own firmware speaks: `ruche/<device>/telemetry|event|status|score|ack|log`, one device per topic. */
import {
  EVENT_SOURCE_LENGTH_MAX,
  EVENT_TYPE_LENGTH_MAX,
  MESSAGE_LENGTH_MAX,
  SCORE_MAX,
} from '../../contract/limits.ts';
import { OWN_PREFIX } from '../../contract/topics.ts';
import { deviceTimeMs, senseTime } from '../clock-sense.ts';
import type {
  CommandAck,
  EventReport,
  EventSeverity,
  HeartbeatReport,
  LogLevel,
  LogReport,
  Report,
} from '../report.ts';
import type { Decoded, Dialect } from './dialect.ts';
import { metricsOf } from './metrics.ts';
import {
  eventIdOf,
  Fields,
  invalid,
  jsonOf,
  NAME_LENGTH_MAX,
  oneOf,
  STATUS_LENGTH_MAX,
  textOf,
  UPTIME_MAX_S,
  understand,
} from './payload.ts';

/** Holds METRICS_MAX metrics with the longest names and texts. */
const PAYLOAD_MAX_BYTES = 32 * 1024;
const COMMAND_ID_LENGTH_MAX = 64;
/** A year of sleep is the longest believed. */
const SLEEP_MAX_S = 31_536_000;
const SEVERITIES = ['info', 'warning', 'critical'] as const satisfies readonly EventSeverity[];
const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies readonly LogLevel[];

/** Our firmware's client id is `ruche-<device>`. */
const CLIENT_ID_PREFIX = 'ruche-';
const DEVICE_NAME = /^[A-Za-z0-9._:-]{1,64}$/;

export const ruche: Dialect = {
  id: 'ruche',
  about: 'The firmware of this project, and anything that likes its topics: one device per topic, small JSON.',
  topics: {
    up: ['telemetry', 'event', 'status', 'score', 'ack', 'log'].map((kind) => `${OWN_PREFIX}+/${kind}`),
    down: ['cmd', 'config', 'ota', 'pair'].map((kind) => `${OWN_PREFIX}+/${kind}`),
  },
  namedBy: 'topic',
  identify(clientId) {
    if (!clientId.startsWith(CLIENT_ID_PREFIX)) return undefined;
    const name = clientId.slice(CLIENT_ID_PREFIX.length);
    return DEVICE_NAME.test(name) ? name : undefined;
  },
  decode(topic, payload, receivedMs): Decoded {
    if (!topic.startsWith(OWN_PREFIX)) return undefined;
    const end = topic.indexOf('/', OWN_PREFIX.length);
    const decoder = end === -1 ? undefined : DECODERS.get(topic.slice(end + 1));
    if (decoder === undefined) return undefined;
    const device = topic.slice(OWN_PREFIX.length, end);
    return understand(() => {
      if (device === '' || device.length > NAME_LENGTH_MAX) invalid('The topic does not name a device.');
      return { reports: [decoder(device, textOf(payload, PAYLOAD_MAX_BYTES), receivedMs)] };
    });
  },
};

type Decoder = (claimedId: string, text: string, receivedMs: number) => Report;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['telemetry', readingsOf],
  ['event', eventOf],
  ['status', heartbeatOf],
  ['score', gameOf],
  ['ack', ackOf],
  ['log', logOf],
]);

function readingsOf(claimedId: string, text: string, receivedMs: number): Report {
  const fields = Fields.parse(text);
  const time = senseTime({ t: fields.raw('t'), ageMs: fields.raw('age_ms') }, receivedMs);
  return { kind: 'readings', claimedId, ...time, metrics: metricsOf(fields.object('v'), 'v') };
}

function eventOf(claimedId: string, text: string, receivedMs: number): EventReport {
  const fields = Fields.parse(text);
  const t = fields.raw('t');
  return {
    kind: 'event',
    claimedId,
    atMs: deviceTimeMs(t, fields.raw('age_ms'), receivedMs),
    eventId: eventIdOf(fields),
    type: fields.nonEmptyText('type', EVENT_TYPE_LENGTH_MAX),
    severity: oneOf(fields, 'severity', SEVERITIES) ?? 'info',
    message: fields.optionalText('message', MESSAGE_LENGTH_MAX),
    source: fields.optionalText('source', EVENT_SOURCE_LENGTH_MAX),
    dataJson: jsonOf(fields, 'data'),
    originalTimestamp: typeof t === 'number' || typeof t === 'string' ? t : undefined,
    topic: `${OWN_PREFIX}${claimedId}/event`,
  };
}

function ackOf(claimedId: string, text: string): CommandAck {
  const fields = Fields.parse(text);
  const status = oneOf(fields, 'status', ['ok', 'error'] as const);
  if (status === undefined) invalid('status: must be "ok" or "error".');
  return {
    kind: 'command-ack',
    claimedId,
    commandId: fields.nonEmptyText('id', COMMAND_ID_LENGTH_MAX),
    isOk: status === 'ok',
    message: fields.optionalText('message', MESSAGE_LENGTH_MAX),
  };
}

/** A line of plain text, of which the beginning is enough, or JSON with its level. */
function logOf(claimedId: string, text: string, receivedMs: number): LogReport {
  if (!text.startsWith('{')) {
    const message = text.trimEnd().slice(0, MESSAGE_LENGTH_MAX);
    return { kind: 'log', claimedId, atMs: receivedMs, level: 'info', message };
  }
  const fields = Fields.parse(text);
  return {
    kind: 'log',
    claimedId,
    atMs: deviceTimeMs(fields.raw('t'), fields.raw('age_ms'), receivedMs),
    level: oneOf(fields, 'level', LOG_LEVELS) ?? 'info',
    message: fields.text('message', MESSAGE_LENGTH_MAX),
  };
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
  return { kind: 'score', claimedId, score, eventId: eventIdOf(fields) };
}
