/** Readings, and their rollups, as text to take away: CSV (RFC 4180), JSON, and InfluxDB's line protocol. */
import type { Reading, Rollup, Value } from '../lib/rollup.ts';
import { averageOf, type Width } from './chart.ts';

export type FileFormat = 'csv' | 'json' | 'lines';

export interface FileReading extends Reading {
  readonly device: string;
  readonly metric: string;
}

export interface FileRollup extends Rollup {
  readonly device: string;
  readonly metric: string;
  readonly width: Width;
}

/** A file is its beginning, its readings or rollups with `between` between each two of them, and its end. */
export interface FileForm {
  readonly contentType: string;
  readonly extension: string;
  readonly begin: string;
  readonly beginRolled: string;
  readonly between: string;
  readonly end: string;
  one(reading: FileReading): string;
  /** Columns are those of charts; text has no min, avg and max. */
  rolled(rollup: FileRollup): string;
}

const NEW_LINE = '\r\n';
/** Measurement that readings have in the line protocol; the device is a tag, the metric a field. Rollups: `readings_hour`. */
const MEASUREMENT = 'readings';
/** Milliseconds as nanoseconds. */
const NANOSECONDS = '000000';

export const FILE_FORMS: Readonly<Record<FileFormat, FileForm>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    begin: `time,ms,device,metric,value${NEW_LINE}`,
    beginRolled: `time,ms,device,metric,min,avg,max,last,count${NEW_LINE}`,
    between: '',
    end: '',
    one({ atMs, device, metric, value }) {
      const cells = [isoTime(atMs), String(atMs), textCell(device), textCell(metric), valueCell(value)];
      return cells.join(',') + NEW_LINE;
    },
    rolled(rollup) {
      const { atMs, device, metric, last, count } = rollup;
      const { min, avg, max } = numbersOf(rollup);
      const numbers = [min, avg, max].map((number) => (number === null ? '' : String(number)));
      const of = [isoTime(atMs), String(atMs), textCell(device), textCell(metric)];
      return [...of, ...numbers, valueCell(last), String(count)].join(',') + NEW_LINE;
    },
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    extension: 'json',
    begin: '[\n',
    beginRolled: '[\n',
    between: ',\n',
    end: '\n]\n',
    one: ({ atMs, device, metric, value }) => JSON.stringify({ time: isoTime(atMs), atMs, device, metric, value }),
    rolled(rollup) {
      const { atMs, device, metric, last, count } = rollup;
      return JSON.stringify({ time: isoTime(atMs), atMs, device, metric, ...numbersOf(rollup), last, count });
    },
  },
  lines: {
    contentType: 'text/plain; charset=utf-8',
    extension: 'lp',
    begin: '',
    beginRolled: '',
    between: '',
    end: '',
    one: ({ atMs, device, metric, value }) => lineOf(MEASUREMENT, { atMs, device }, [[metric, lineValue(value)]]),
    rolled(rollup) {
      const { atMs, device, metric, width, last, count } = rollup;
      const fields: [name: string, value: string][] = [];
      for (const [name, value] of Object.entries(numbersOf(rollup)))
        if (value !== null) fields.push([`${metric}_${name}`, String(value)]);
      fields.push([`${metric}_last`, lineValue(last)], [`${metric}_count`, `${count}i`]);
      return lineOf(`${MEASUREMENT}_${width}`, { atMs, device }, fields);
    },
  },
};

function numbersOf({ numbers, min, max, sum }: Rollup): Record<'min' | 'avg' | 'max', number | null> {
  return numbers === 0 ? { min: null, avg: null, max: null } : { min, avg: averageOf(sum, numbers), max };
}

function lineOf(
  measurement: string,
  { atMs, device }: Pick<FileReading, 'atMs' | 'device'>,
  fields: readonly (readonly [name: string, value: string])[],
): string {
  const values = fields.map(([name, value]) => `${lineName(name)}=${value}`).join(',');
  return `${measurement},device=${lineName(device)} ${values} ${atMs}${NANOSECONDS}\n`;
}

/** Times beyond what a Date can say (a wrong clock's) are left out; the milliseconds say it anyway. */
function isoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

const valueCell = (value: Value): string => (typeof value === 'string' ? textCell(value) : String(value));

/** A spreadsheet takes text that begins like this for a formula: an apostrophe makes it text again. */
const FORMULA = /^[=+\-@\t\r]/;

function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Tag values and field keys. A line break ends a line whatever precedes it, and no backslash may be at the end. */
const lineName = (text: string): string =>
  text
    .replace(/[\r\n]/g, ' ')
    .replace(/[,= ]/g, (character) => `\\${character}`)
    .replace(/\\$/, '_');

function lineValue(value: Value): string {
  if (typeof value !== 'string') return String(value);
  return `"${value.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}
