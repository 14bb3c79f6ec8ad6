/** Events as a CSV file for a spreadsheet, in the words of the page. */
import { eventSentence } from '../../parts/alerts/alert-words.ts';
import type { FeedRow } from './feed-list.ts';

const COLUMNS = ['time', 'severity', 'type', 'device', 'name', 'source', 'message', 'count', 'data'] as const;
/** A cell that begins like this is run as a formula by spreadsheets. */
const FORMULA = /^[=+\-@\t\r]/;

/** `nameOf`: what a device is called. */
export function csvOf(rows: readonly FeedRow[], nameOf: (deviceId: string) => string): string {
  const lines = rows.map(({ newest, count }) => {
    const { atMs, severity, type, deviceId, source, data } = newest;
    const device = deviceId ?? '';
    const cells = [new Date(atMs).toISOString(), severity, type, device, device === '' ? '' : nameOf(device)];
    const rest = [source ?? '', eventSentence(newest) ?? '', String(count), data === null ? '' : JSON.stringify(data)];
    return [...cells, ...rest].map(cell).join(',');
  });
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
