/** Readings as text to take away: CSV (RFC 4180), JSON, and InfluxDB's line protocol. */
import type { Reading, Value } from '../lib/rollup.ts';

export type FileFormat = 'csv' | 'json' | 'lines';

export interface FileReading extends Reading {
  readonly device: string;
  readonly metric: string;
}

/** A file is its beginning, its readings with `between` between each two of them, and its end. */
export interface FileForm {
  readonly contentType: string;
  readonly extension: string;
  readonly begin: string;
  readonly between: string;
  readonly end: string;
  one(reading: FileReading): string;
}

const NEW_LINE = '\r\n';
/** Measurement that readings have in the line protocol; the device is a tag, the metric a field. */
const MEASUREMENT = 'readings';
/** Milliseconds as nanoseconds. */
const NANOSECONDS = '000000';

export const FILE_FORMS: Readonly<Record<FileFormat, FileForm>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    begin: `time,ms,device,metric,value${NEW_LINE}`,
    between: '',
    end: '',
    one({ atMs, device, metric, value }) {
      const cells = [isoTime(atMs), String(atMs), textCell(device), textCell(metric), valueCell(value)];
      return cells.join(',') + NEW_LINE;
    },
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    extension: 'json',
    begin: '[\n',
    between: ',\n',
    end: '\n]\n',
    one: ({ atMs, device, metric, value }) => JSON.stringify({ time: isoTime(atMs), atMs, device, metric, value }),
  },
  lines: {
    contentType: 'text/plain; charset=utf-8',
    extension: 'lp',
    begin: '',
    between: '',
    end: '',
    one: ({ atMs, device, metric, value }) =>
      `${MEASUREMENT},device=${lineName(device)} ${lineName(metric)}=${lineValue(value)} ${atMs}${NANOSECONDS}\n`,
  },
};

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
