/** Seed 4's sensors: events on `sensor/<what>`, the device named inside the payload; new kinds of sensors need nothing. */
import { EVENT_SOURCE_LENGTH_MAX, EVENT_TYPE_LENGTH_MAX, MESSAGE_LENGTH_MAX } from '../../contract/limits.ts';
import { SENSOR_PREFIX } from '../../contract/topics.ts';
import { senseTime } from '../clock-sense.ts';
import type { EventReport } from '../report.ts';
import type { BodyFacts, Decoded, Dialect, Misunderstood, Understood } from './dialect.ts';
import { eventIdOf, Fields, jsonOf, NAME_LENGTH_MAX, TOPIC_LENGTH_MAX, textOf, understand } from './payload.ts';

const PAYLOAD_MAX_BYTES = 16 * 1024;
/** The seed's own sensors: what comes there and is no event is a mistake. On others it may be somebody else's number. */
const SEED_TOPICS = new Set(['motion', 'pressure'].map((kind) => SENSOR_PREFIX + kind));

export const surveillance: Dialect = {
  id: 'surveillance',
  about: 'Motion, pressure and other sensors of seed 4: an event on sensor/<anything>; the payload names the device.',
  topics: { up: [`${SENSOR_PREFIX}+`], down: [] },
  namedBy: 'payload',
  identify: () => undefined,
  decode(topic, payload, receivedMs): Decoded {
    if (!topic.startsWith(SENSOR_PREFIX) || topic.includes('/', SENSOR_PREFIX.length)) return undefined;
    const fields = understand(() => Fields.parse(textOf(payload, PAYLOAD_MAX_BYTES)));
    const isRead = fields instanceof Fields;
    if (!SEED_TOPICS.has(topic) && !(isRead && isEvent(fields))) return undefined;
    return isRead ? understand(() => ({ reports: [eventOf(fields, { receivedMs }, topic)] })) : fields;
  },
  bodies: [{ door: 'POST /api/events', read: readBody }],
};

const isEvent = (fields: Fields): boolean => fields.has('device_id') && fields.has('type');

/** An event as a sensor sends it (S4-1), or as a bridge has converted it (S4-3). */
function readBody(body: unknown, facts: BodyFacts): Understood | Misunderstood {
  return understand(() => {
    const fields = new Fields(body);
    if (!fields.has('details')) return { reports: [eventOf(fields, facts)] };
    const details = fields.object('details');
    const topic = details.optionalText('mqtt_topic', TOPIC_LENGTH_MAX);
    const said = { device_id: fields.raw('device_id') ?? facts.claimedId, type: fields.raw('type') };
    const unwrapped = {
      ...Object.fromEntries(details.names().map((name) => [name, details.raw(name)])),
      ...said,
      timestamp: details.raw('original_timestamp'),
    };
    return { reports: [eventOf(new Fields(unwrapped), facts, topic)] };
  });
}

function eventOf(fields: Fields, { receivedMs, claimedId }: BodyFacts, topic?: string): EventReport {
  const timestamp = fields.raw('timestamp');
  const { atMs, deviceUptimeMs } = senseTime({ t: timestamp }, receivedMs);
  const isWorthKeeping = typeof timestamp === 'number' || typeof timestamp === 'string';
  return {
    kind: 'event',
    claimedId:
      claimedId !== undefined && !fields.has('device_id')
        ? claimedId
        : fields.nonEmptyText('device_id', NAME_LENGTH_MAX),
    atMs,
    deviceUptimeMs,
    eventId: eventIdOf(fields),
    type: fields.nonEmptyText('type', EVENT_TYPE_LENGTH_MAX),
    severity: 'info',
    message: fields.optionalText('message', MESSAGE_LENGTH_MAX),
    source: fields.optionalText('source', EVENT_SOURCE_LENGTH_MAX),
    dataJson: jsonOf(fields, 'data'),
    originalTimestamp: isWorthKeeping ? timestamp : undefined,
    topic,
  };
}
