/** History as a file, page by page: nothing is read before whoever fetches it has taken what came before. */
import type { Resolution } from '../../contract/history.ts';
import { WIDTH_MS } from '../../domain/chart.ts';
import { FILE_FORMS, type FileFormat } from '../../domain/history-file.ts';
import { bucketStart } from '../../lib/rollup.ts';
import type { TelemetryStore, TimeRange } from '../../store/telemetry-store.ts';

/** Readings, or rollups, in memory at once. */
export const EXPORT_PAGE = 1000;

type Telemetry = Pick<TelemetryStore, 'readings' | 'rollups'>;
export interface ExportRequest extends TimeRange {
  readonly deviceId: string;
  readonly metrics: readonly string[];
  readonly format: FileFormat;
  readonly resolution: Resolution;
}

/** Metric after metric, oldest first. */
export async function* exportOf(telemetry: Telemetry, request: ExportRequest): AsyncGenerator<string> {
  const form = FILE_FORMS[request.format];
  yield request.resolution === 'raw' ? form.begin : form.beginRolled;
  let separator = '';
  for (const metric of request.metrics) {
    for await (const page of pagesOf(telemetry, metric, request)) {
      yield separator + page.join(form.between);
      separator = form.between;
    }
  }
  if (form.end !== '') yield form.end;
}

async function* pagesOf(telemetry: Telemetry, metric: string, request: ExportRequest): AsyncGenerator<string[]> {
  const { resolution, fromMs } = request;
  // The bucket the range begins in belongs to it.
  let from = resolution === 'raw' ? fromMs : bucketStart(fromMs, WIDTH_MS[resolution]);
  for (;;) {
    const page = await pageOf(telemetry, metric, { ...request, fromMs: from });
    if (page.length > 0) yield page.map(({ text }) => text);
    const last = page.at(-1);
    if (last === undefined || page.length < EXPORT_PAGE) return;
    from = last.atMs + 1;
  }
}

interface Line {
  readonly atMs: number;
  readonly text: string;
}

async function pageOf(
  telemetry: Telemetry,
  metric: string,
  { deviceId: device, format, resolution, fromMs, toMs }: ExportRequest,
): Promise<Line[]> {
  const form = FILE_FORMS[format];
  const range = { fromMs, toMs, limit: EXPORT_PAGE };
  if (resolution === 'raw') {
    const readings = await telemetry.readings(device, metric, range);
    return readings.map((reading) => ({ atMs: reading.atMs, text: form.one({ ...reading, device, metric }) }));
  }
  const rollups = await telemetry.rollups(device, metric, resolution, range);
  return rollups.map((rollup) => ({
    atMs: rollup.atMs,
    text: form.rolled({ ...rollup, device, metric, width: resolution }),
  }));
}
