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
import type { Access, Permission } from '../contract/permissions.ts';
import type { AccountPrincipal, DevicePrincipal, Person, Principal } from '../domain/principal.ts';

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
    /** Of access 'device': the token may also be `device_token` in the body (seed 3). */
    tokenInBody?: true;
    /** Of access 'device': people whose role has this permission may call it too. */
    people?: Permission;
    /** RUCHE_COMPAT_OPEN=on opens it to private addresses without credentials; see `speakerOf`. */
    compatOpen?: true;
    /** Errors as the seeds have them, `{ error }`, instead of problem+json. */
    errorForm?: 'seed';
  }
  interface FastifyRequest {
    /** Set by the guard before any handler or body parsing of a non-public route. */
    person: Person | null;
    /** The device or account, on routes of access 'device'. */
    speaker: Speaker | null;
    /** Why the body is refused once it is known who sends it; null: it is not. */
    unfitBody: RucheError | null;
  }
}

/** Who may speak on routes of access 'device'. */
export type Speaker = DevicePrincipal | AccountPrincipal;

/** What a request has to prove who it is. */
export interface Presented {
  readonly authorization: string | undefined;
  /** `device_token` of the query or the body. */
  readonly token: string | undefined;
  /** The device that the address or X-Device-ID names. */
  readonly namedId: string | undefined;
  readonly address: string;
}

/** The signed-in person; the guard has made sure there is one on every route that is not public. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new RucheError('AUTH_REQUIRED');
  return request.person;
}

/** The device or account that speaks; the guard has made sure there is one on every route of access 'device'. */
export function deviceSpeakerOf({ speaker, person }: FastifyRequest): Speaker {
  if (speaker !== null) return speaker;
  if (person !== null) throw new RucheError('FORBIDDEN', 'A person cannot speak for a device: send its own token.');
  throw new RucheError('AUTH_REQUIRED');
}

const OPEN: Principal = { kind: 'open' };

/** Whoever it is: device, account, person, or on a route with `compatOpen` somebody without credentials. */
export function speakerOf({ speaker, person, routeOptions }: FastifyRequest): Principal {
  const known = speaker ?? person;
  if (known !== null) return known;
  if (routeOptions.config.compatOpen === true) return OPEN;
  throw new RucheError('AUTH_REQUIRED');
}
