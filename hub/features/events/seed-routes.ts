/** Seed 4's backend: `POST /api/events` takes what its bridge converted, `GET /api/events` lists what was received. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { RucheError } from '../../contract/errors.ts';
import { SeedEvent, SeedEventBody } from '../../contract/event.ts';
import { PAGE_LIMIT_MAX } from '../../contract/limits.ts';
import { bodyReader } from '../../domain/dialects/dialects.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EventReport } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Http } from '../route.ts';
import type { Events } from './events.ts';

export interface SeedEventRoutesDeps {
  readonly events: Events;
  readonly clock: Clock;
  /** In whose name the request speaks for the device that its body names. Throws NOT_YOURS, PUBLISH_FORBIDDEN. */
  readonly speakerOf: (request: FastifyRequest, said: EventReport) => Principal;
  /** Throws FORBIDDEN: a device reads nothing of others. */
  readonly mustRead: (request: FastifyRequest) => void;
  /** Stored when it resolves; the device it was taken for. */
  readonly store: (heard: {
    readonly principal: Principal;
    readonly clientId: string;
    readonly dialect: string;
    readonly reports: readonly EventReport[];
    readonly receivedMs: number;
  }) => Promise<readonly { readonly deviceId: string }[]>;
}

const DIALECT = 'surveillance';
const DOOR = 'POST /api/events';
const tags = ['seeds'];
const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: PAGE_LIMIT_MAX })),
});
const Taken = Type.Interface([SeedEvent], { status: Type.Literal('success') });

export function seedEventRoutes(deps: SeedEventRoutesDeps): (http: Http) => void {
  const { events, clock, speakerOf, mustRead, store } = deps;
  const reader = bodyReader(DIALECT, DOOR);
  return (http) => {
    http.post(
      '/api/events',
      {
        config: { access: 'device', people: 'events.post.own', compatOpen: true, rate: 'strict' },
        schema: {
          summary: 'Seed 4: take an event, converted or as its sensor published it; the same event_id twice is one',
          tags,
          body: SeedEventBody,
          response: { 200: Taken },
        },
      },
      async (request) => {
        const receivedMs = clock.nowMs();
        const read = reader.read(request.body, { receivedMs });
        if ('code' in read) throw new RucheError(read.code, read.detail);
        const said = read.reports.find((report) => report.kind === 'event');
        if (said === undefined) throw new RucheError('PAYLOAD_INVALID', 'There is no event in it.');
        const eventId = said.eventId ?? newId();
        const principal = speakerOf(request, said);
        const reports = [{ ...said, eventId }];
        const [taken] = await store({ principal, clientId: '', dialect: DIALECT, reports, receivedMs });
        const event = await events.seedEvent(taken?.deviceId ?? said.claimedId, eventId);
        return { ...event, status: 'success' as const };
      },
    );
    http.get(
      '/api/events',
      {
        config: { access: 'device', people: 'events.read', compatOpen: true },
        schema: {
          summary: 'Seed 4: the events that were received, newest first, as a bare list',
          tags,
          querystring: ListQuery,
          response: { 200: Type.Array(SeedEvent) },
        },
      },
      async (request) => {
        mustRead(request);
        return events.seedList(request.query.limit ?? PAGE_LIMIT_MAX);
      },
    );
  };
}
