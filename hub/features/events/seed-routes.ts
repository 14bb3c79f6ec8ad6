/** Seed 4's backend: `POST /api/events` takes what its bridge converted, `GET /api/events` lists what was received. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { SeedEvent, SeedEventBody } from '../../contract/event.ts';
import { PAGE_LIMIT_MAX } from '../../contract/limits.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EventReport } from '../../domain/report.ts';
import { reportOfSeed } from '../../domain/seed-event.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Http } from '../route.ts';
import type { Events } from './events.ts';

export interface SeedEventRoutesDeps {
  readonly events: Events;
  readonly clock: Clock;
  /** Before the body is read. Throws AUTH_REQUIRED, FORBIDDEN. */
  readonly mayPost: (request: FastifyRequest) => void;
  readonly mayRead: (request: FastifyRequest) => void;
  /** In whose name the request speaks for the device that its body names. Throws DEVICE_MISMATCH, NOT_YOURS, FORBIDDEN. */
  readonly speakerOf: (request: FastifyRequest, deviceId: string) => Principal;
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
const tags = ['seeds'];
const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: PAGE_LIMIT_MAX })),
});
const Taken = Type.Interface([SeedEvent], { status: Type.Literal('success') });

export function seedEventRoutes(deps: SeedEventRoutesDeps): (http: Http) => void {
  const { events, clock, mayPost, mayRead, speakerOf, store } = deps;
  return (http) => {
    http.post(
      '/api/events',
      {
        // What devices and their bridges call: who may is more than a role, and is asked before the body is read.
        config: { access: 'public', rate: 'strict' },
        onRequest: async (request) => mayPost(request),
        schema: {
          summary: 'Seed 4: take an event, converted or as its sensor published it; the same event_id twice is one',
          tags,
          body: SeedEventBody,
          response: { 200: Taken },
        },
      },
      async (request) => {
        const receivedMs = clock.nowMs();
        const said = reportOfSeed(request.body, receivedMs);
        const eventId = said.eventId ?? newId();
        const principal = speakerOf(request, said.claimedId);
        const reports = [{ ...said, eventId }];
        const [taken] = await store({ principal, clientId: '', dialect: DIALECT, reports, receivedMs });
        const event = await events.seedEvent(taken?.deviceId ?? said.claimedId, eventId);
        return { ...event, status: 'success' as const };
      },
    );
    http.get(
      '/api/events',
      {
        config: { access: 'public' },
        onRequest: async (request) => mayRead(request),
        schema: {
          summary: 'Seed 4: the events that were received, newest first, as a bare list',
          tags,
          querystring: ListQuery,
          response: { 200: Type.Array(SeedEvent) },
        },
      },
      async (request) => events.seedList(request.query.limit ?? PAGE_LIMIT_MAX),
    );
  };
}
