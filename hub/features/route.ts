/** What every feature's routes.ts needs: the typed Fastify instance, who may call a route, who is calling. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { RucheError } from '../contract/errors.ts';
import type { Access } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';

export type Http = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route; a route that does not say so stops the start. */
    access?: Access;
    /**
     * How often one session (or address, without one) may call it. `strict`: where somebody could guess, and what
     * devices use. `none`: no limit. Without it: as often as the web app needs.
     */
    rate?: 'strict' | 'none';
    /** Errors as the seeds have them, `{ error }`, instead of problem+json. */
    errorForm?: 'seed';
  }
  interface FastifyRequest {
    /** Set by the guard before any handler or body parsing of a non-public route. */
    person: Person | null;
  }
}

/** The signed-in person; the guard has made sure there is one on every route that is not public. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new RucheError('AUTH_REQUIRED');
  return request.person;
}
