/** Readings as a file, page by page: nothing is read before whoever fetches it has taken what came before. */
import { FILE_FORMS, type FileFormat } from '../../domain/history-file.ts';
import type { TelemetryStore, TimeRange } from '../../store/telemetry-store.ts';

/** Readings in memory at once. */
export const EXPORT_PAGE = 1000;

export interface ExportRequest extends TimeRange {
  readonly deviceId: string;
  readonly metrics: readonly string[];
  readonly format: FileFormat;
}

/** Metric after metric, oldest first. */
export async function* exportOf(
  telemetry: Pick<TelemetryStore, 'readings'>,
  { deviceId, metrics, format, fromMs, toMs }: ExportRequest,
): AsyncGenerator<string> {
  const form = FILE_FORMS[format];
  yield form.begin;
  let separator = '';
  for (const metric of metrics) {
    for (let from = fromMs; ; ) {
      const page = await telemetry.readings(deviceId, metric, { fromMs: from, toMs, limit: EXPORT_PAGE });
      let text = '';
      for (const reading of page) {
        text += separator + form.one({ ...reading, device: deviceId, metric });
        separator = form.between;
      }
      if (text !== '') yield text;
      const last = page.at(-1);
      if (last === undefined || page.length < EXPORT_PAGE) break;
      from = last.atMs + 1;
    }
  }
  if (form.end !== '') yield form.end;
}
