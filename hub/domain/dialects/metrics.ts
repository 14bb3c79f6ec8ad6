/** Names and values of metrics in payloads: what is taken, and how a wrong one is named. */
import { type Fields, invalid } from './payload.ts';

/** Metrics in one message. */
export const METRICS_MAX = 64;
const METRIC_NAME_LENGTH_MAX = 64;
const TEXT_VALUE_LENGTH_MAX = 256;
/** Objects within objects that a network server decoded: `air.temperature`. */
const DEPTH_MAX = 3;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they who are not wanted
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

export type MetricValue = number | boolean | string;
export type Metrics = Map<string, MetricValue>;

/** Every field of an object is a metric; `path` is the object's own name. Null: the sensor could not measure it. */
export function metricsOf(fields: Fields, path: string): Metrics {
  const names = fields.names();
  if (names.length > METRICS_MAX) invalid(`${path}: at most ${METRICS_MAX} metrics fit in one message.`);
  const metrics: Metrics = new Map();
  for (const name of names) {
    checkName(name, path);
    const value = fields.raw(name);
    if (value !== null) metrics.set(name, metricValue(value, name, path));
  }
  return metrics;
}

export interface Flat {
  /** Fields that are something else. */
  readonly except: ReadonlySet<string>;
  /** Fields that can only be numbers. */
  readonly numeric: ReadonlySet<string>;
}

/** Metrics beside other fields: unknown objects and lists are ignored, as are nulls. */
export function flatMetrics(fields: Fields, { except, numeric }: Flat, into: Metrics = new Map()): Metrics {
  for (const name of fields.names()) {
    const value = fields.raw(name);
    if (except.has(name) || value === null) continue;
    if (numeric.has(name) && typeof value !== 'number') invalid(`${name}: must be a number.`);
    if (typeof value === 'object') continue;
    checkName(name, 'the payload');
    into.set(name, metricValue(value, name));
  }
  if (into.size > METRICS_MAX) invalid(`the payload: at most ${METRICS_MAX} metrics fit in one message.`);
  return into;
}

/** Every value inside, by its path of names; what is no value is left out. */
export function deepMetrics(fields: Fields, prefix = '', into: Metrics = new Map(), depth = 1): Metrics {
  for (const name of fields.names()) {
    if (into.size >= METRICS_MAX) return into;
    const value = fields.raw(name);
    const path = prefix + name;
    if (isPlainObject(value) && depth < DEPTH_MAX) {
      deepMetrics(fields.object(name), `${path}.`, into, depth + 1);
    } else if (isName(path) && isValue(value)) {
      into.set(path, value);
    }
  }
  return into;
}

function checkName(name: string, path: string): void {
  if (!isName(name)) {
    invalid(`${path}: metric names have 1 to ${METRIC_NAME_LENGTH_MAX} characters and no control characters.`);
  }
}

const isName = (name: string): boolean =>
  name !== '' && name.length <= METRIC_NAME_LENGTH_MAX && !CONTROL_CHARACTERS.test(name);

const isPlainObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const isValue = (value: unknown): value is MetricValue =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= TEXT_VALUE_LENGTH_MAX);

/** `within` is the name of the object it stands in. */
function metricValue(value: unknown, name: string, within?: string): MetricValue {
  if (isValue(value)) return value;
  const path = within === undefined ? name : `${within}.${name}`;
  if (typeof value === 'number') invalid(`${path}: must be a finite number.`);
  if (typeof value !== 'string') invalid(`${path}: must be a number, true, false or text.`);
  invalid(`${path}: text must have at most ${TEXT_VALUE_LENGTH_MAX} characters.`);
}
