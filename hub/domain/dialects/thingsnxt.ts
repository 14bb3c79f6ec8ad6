/** Seed 3's devices: HTTP alone, an opaque token in the body, values and virtual pins (`v0`, `v1`, …) under `data`. */
import { senseTime } from '../clock-sense.ts';
import type { BodyFacts, Dialect, Misunderstood, Understood } from './dialect.ts';
import { flatMetrics, type Metrics, metricsOf } from './metrics.ts';
import { Fields, invalid, NAME_LENGTH_MAX, understand } from './payload.ts';

const NOT_METRICS = new Set(['device_id', 'device_token', 'timestamp', 't', 'age_ms', 'ageMs', 'data']);
const FLAT = { except: NOT_METRICS, numeric: new Set<string>() };

export const thingsnxt: Dialect = {
  id: 'thingsnxt',
  about:
    'Devices of seed 3: HTTP with a device token in body or query; virtual pins are metrics named v0, v1 and so on.',
  topics: { up: [], down: [] },
  namedBy: 'payload',
  identify: () => undefined,
  decode: () => undefined,
  bodies: [
    { door: 'POST /devices/:id/telemetry', read },
    { door: 'POST /telemetry', read },
  ],
};

/** S3-1 has the values under `data`; the older route of S3-2 also takes them beside the token. */
function read(body: unknown, { receivedMs, claimedId = '' }: BodyFacts): Understood | Misunderstood {
  return understand(() => {
    const fields = new Fields(body);
    const time = senseTime(
      { t: fields.raw('timestamp') ?? fields.raw('t'), ageMs: fields.raw('age_ms') ?? fields.raw('ageMs') },
      receivedMs,
    );
    const metrics = valuesOf(fields);
    if (metrics.size === 0) invalid('data: must be an object with at least one value.');
    const named = fields.optionalText('device_id', NAME_LENGTH_MAX) ?? claimedId;
    return { reports: [{ kind: 'readings', claimedId: named, ...time, metrics }] };
  });
}

const valuesOf = (fields: Fields): Metrics =>
  fields.raw('data') === undefined ? flatMetrics(fields, FLAT) : metricsOf(fields.object('data'), 'data');
