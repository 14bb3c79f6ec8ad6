/** REST of history: charts, files, and forgetting. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { RucheError } from '../../contract/errors.ts';
import {
  History as HistoryAnswer,
  HistoryDeleteQuery,
  HistoryExportQuery,
  HistoryQuery,
} from '../../contract/history.ts';
import { HISTORY_POINTS } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import { FILE_FORMS } from '../../domain/history-file.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DAY_MS } from '../../lib/rollup.ts';
import {
  READING_MS_MAX,
  SERIES_PER_DEVICE_MAX,
  type TelemetryStore,
  type TimeRange,
} from '../../store/telemetry-store.ts';
import { type Http, personOf } from '../route.ts';
import { Charts } from './charts.ts';
import { exportOf } from './export.ts';
import type { History } from './history.ts';

/** Files that may be fetched at once. */
export const EXPORTS_MAX = 16;

interface KnownDevice {
  readonly id: string;
  /** User id. */
  readonly ownerId: string | null;
}

export interface HistoryRoutesDeps {
  readonly clock: Clock;
  readonly telemetry: TelemetryStore;
  readonly history: Pick<History, 'floors'>;
  /** By any of its names. */
  readonly device: (name: string) => KnownDevice | undefined;
}

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) });
const Nothing = Type.Null({ description: 'No content.' });
const tags = ['history'];

export function historyRoutes(deps: HistoryRoutesDeps): (http: Http) => void {
  return (http) => {
    chartRoute(http, deps);
    exportRoute(http, deps);
    deleteRoute(http, deps);
  };
}

function chartRoute(http: Http, deps: HistoryRoutesDeps): void {
  const { clock, telemetry, history } = deps;
  const charts = new Charts({ telemetry, floors: () => history.floors() });
  http.get('/api/v1/devices/:id/history', {
    config: { access: 'devices.read' },
    schema: {
      summary: 'What a device measured, as columns for charts',
      tags,
      params,
      querystring: HistoryQuery,
      response: { 200: HistoryAnswer, 304: Nothing },
    },
    async handler(request, reply) {
      const { metrics, points = HISTORY_POINTS, to: toMs = clock.nowMs() + 1 } = request.query;
      const { from: fromMs = Math.max(0, toMs - DAY_MS) } = request.query;
      const { id } = known(deps, request.params.id);
      const range = ordered({ fromMs, toMs });
      const columns = await charts.of(id, namesOf(metrics), { ...range, points });
      const answer = { ...range, metrics: Object.fromEntries(columns) };
      if (isFresh(reply, JSON.stringify(answer.metrics), request.headers['if-none-match']))
        return reply.code(304).send(null);
      return answer;
    },
  });
}

function exportRoute(http: Http, deps: HistoryRoutesDeps): void {
  let open = 0;
  http.get('/api/v1/devices/:id/history/export', {
    config: { access: 'devices.read' },
    // Its head would be known only when all of it has been read.
    exposeHeadRoute: false,
    schema: {
      summary: 'Every reading of a device, or its rollups, as a file',
      description:
        'CSV, a JSON array, or InfluxDB line protocol. What was swept is not in it: rollups are kept longer.',
      tags,
      params,
      querystring: HistoryExportQuery,
      response: { 200: Type.Unsafe<string | Readable>(Type.String({ description: 'The file, streamed.' })) },
    },
    async handler(request, reply) {
      const { format = 'csv', resolution = 'raw', metrics, from, to } = request.query;
      const { id } = known(deps, request.params.id);
      const names = namesOf(metrics) ?? deps.telemetry.metrics(id);
      const range = rangeOf(from, to);
      if (open >= EXPORTS_MAX) throw new RucheError('STORE_BUSY', 'Too many files are being fetched.');
      const { contentType, extension } = FILE_FORMS[format];
      const file = exportOf(deps.telemetry, { deviceId: id, metrics: names, format, resolution, ...range });
      const stream = Readable.from(file, { objectMode: false });
      open += 1;
      stream.once('close', () => {
        open -= 1;
      });
      // Not every system allows colons in names of files.
      const part = resolution === 'raw' ? '' : `-${resolution}`;
      const name = `ruche-${id.replaceAll(':', '-')}-history${part}.${extension}`;
      return reply.type(contentType).header('content-disposition', `attachment; filename="${name}"`).send(stream);
    },
  });
}

function deleteRoute(http: Http, deps: HistoryRoutesDeps): void {
  http.delete('/api/v1/devices/:id/history', {
    config: { access: 'devices.manage.own' },
    schema: {
      summary: 'Forget what a device measured',
      description: 'Of a range; latest values stay.',
      tags,
      params,
      querystring: HistoryDeleteQuery,
      response: { 204: Nothing },
    },
    async handler(request, reply) {
      const { metrics, from, to } = request.query;
      const { id } = managed(deps, request.params.id, personOf(request));
      const range = rangeOf(from, to);
      for (const metric of namesOf(metrics) ?? deps.telemetry.metrics(id))
        await deps.telemetry.erase(id, metric, range);
      return reply.code(204).send(null);
    },
  });
}

const rangeOf = (fromMs = 0, toMs = READING_MS_MAX + 1): TimeRange => ordered({ fromMs, toMs });

function ordered(range: TimeRange): TimeRange {
  if (range.fromMs > range.toMs) throw new RucheError('BODY_INVALID', 'query.from must not be after query.to.');
  return range;
}

/** Names with commas between them; undefined: all. */
function namesOf(text: string | undefined): string[] | undefined {
  if (text === undefined || text === '') return undefined;
  const names = new Set(text.split(',').map(decoded));
  if (names.size <= SERIES_PER_DEVICE_MAX) return [...names];
  throw new RucheError('BODY_INVALID', `query.metrics may name at most ${SERIES_PER_DEVICE_MAX} metrics.`);
}

/** A name may hold a `%` that means itself. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** May be kept by its browser, but must be asked for: late readings change the past. True: it has this one already. */
function isFresh(reply: FastifyReply, text: string, noneMatch: string | undefined): boolean {
  const etag = `W/"${createHash('sha1').update(text).digest('base64url')}"`;
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  return (noneMatch ?? '').split(',').some((one) => one.trim() === etag);
}

function known({ device }: HistoryRoutesDeps, name: string): KnownDevice {
  const found = device(name);
  if (found === undefined) throw new RucheError('DEVICE_UNKNOWN');
  return found;
}

/** The device, if the person may forget what it said: its owner, or whoever manages all devices. */
function managed(deps: HistoryRoutesDeps, name: string, person: Person): KnownDevice {
  const found = known(deps, name);
  if (found.ownerId !== person.userId && !mayRole(person.role, 'devices.manage')) throw new RucheError('NOT_YOURS');
  return found;
}
