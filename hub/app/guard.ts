/** Who may call a route, decided before its body is looked at; and how often. */
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { RucheError } from '../contract/errors.ts';
import { type Access, mayRole, type Permission } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import { isLocalRequest, isPrivateRequest } from '../features/local-request.ts';
import type { Http, Presented, Speaker } from '../features/route.ts';

export interface RateLimits {
  /** Requests in a window where somebody could guess, and on what devices use: for each route by itself. */
  readonly strictMax: number;
  /** Requests in a window on everything else: what a busy web app needs. */
  readonly sessionMax: number;
}

/** Who asks: the three ways to be known, asked for every request. */
export interface Callers {
  /** Throws RucheError AUTH_* when the token opens nothing. */
  principalOfToken(accessToken: string): Promise<Person>;
  /** Null: nothing was presented. Throws RucheError. */
  deviceOf(presented: Presented): Promise<Speaker | null>;
  /** RUCHE_COMPAT_OPEN. */
  readonly isCompatOpen: boolean;
}

export const RATE_WINDOW_MS = 60_000;
export const RATE_LIMITS: RateLimits = { strictMax: 100, sessionMax: 1000 };
/** Sessions and addresses counted at the same time; the one counted longest ago is forgotten first. */
const COUNTED_MAX = 5000;
const BEARER = /^Bearer +([\w.~+/=-]{1,4096})$/i;
/** Access tokens of people have two dots, as have JWTs of devices. */
const JSON_WEB_TOKEN = /^[^.]+\.[^.]+\.[^.]*$/;

type Found = Person | Speaker | RucheError | null;

export function addGuard(http: Http, callers: Callers, limits: RateLimits = RATE_LIMITS): void {
  const mustNotBeTooOften = rateCheck(http, limits);
  http.decorateRequest('person', null);
  http.decorateRequest('speaker', null);

  http.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`route ${method} ${url} does not declare config.access`);
  });

  http.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { access, rate } = request.routeOptions.config;
    if (access !== 'public' || request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    const found = access === 'device' ? await speakerOf(request, callers) : await personOf(request, callers);
    note(request, found);
    if (rate !== 'none') await mustNotBeTooOften(request);
    if (!isTokenToCome(request, found)) mustBeAllowed(request, callers, found);
  });

  http.addHook('preValidation', async (request) => {
    if (!isTokenToCome(request, request.speaker ?? request.person)) return;
    const found = await speakerOf(request, callers, textIn(request.body, 'device_token'));
    note(request, found);
    await mustNotBeTooOften(request);
    mustBeAllowed(request, callers, found);
  });

  // Whoever may not be here is told that first.
  http.addHook('preValidation', async ({ unfitBody }) => {
    if (unfitBody !== null) throw unfitBody;
  });
}

function note(request: FastifyRequest, found: Found): void {
  if (found === null || found instanceof RucheError) return;
  if (found.kind === 'person') request.person = found;
  else request.speaker = found;
}

/** Seed 3's token is in the body, which is not read yet. */
const isTokenToCome = ({ routeOptions }: FastifyRequest, found: Found): boolean =>
  found === null && routeOptions.config.tokenInBody === true;

/** The person of the access token, null without one, or why it opens nothing. */
async function personOf(
  { headers }: FastifyRequest,
  { principalOfToken }: Callers,
): Promise<Person | RucheError | null> {
  const { authorization } = headers;
  if (authorization === undefined) return null;
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) return new RucheError('AUTH_REQUIRED', 'The Authorization header is not "Bearer <token>".');
  // Public routes and the rate limit come first: a useless token must not be a way around either.
  return orRefusal(() => principalOfToken(token));
}

/** The device or account behind a token, a JWT or a password; or the person, who may look in on some of these routes. */
async function speakerOf(
  request: FastifyRequest,
  { principalOfToken, deviceOf }: Callers,
  ofBody?: string,
): Promise<Found> {
  const { authorization } = request.headers;
  const token = textIn(request.query, 'device_token') ?? ofBody;
  const bearer = token === undefined ? BEARER.exec(authorization ?? '')?.[1] : undefined;
  if (bearer !== undefined && JSON_WEB_TOKEN.test(bearer)) {
    const person = await orRefusal(() => principalOfToken(bearer));
    if (!(person instanceof RucheError)) return person;
  }
  const named = textIn(request.params, 'id') ?? request.headers['x-device-id'];
  const namedId = typeof named === 'string' ? named : undefined;
  return orRefusal(() => deviceOf({ authorization, token, namedId, address: request.ip }));
}

async function orRefusal<Answer>(ask: () => Promise<Answer>): Promise<Answer | RucheError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RucheError) return error;
    throw error;
  }
}

function textIn(fields: unknown, name: string): string | undefined {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function mustBeAllowed(request: FastifyRequest, { isCompatOpen }: Callers, found: Found): void {
  const { access, compatOpen, people } = request.routeOptions.config;
  if (access === 'public') return;
  if (access === 'loopback' && isLocalRequest(request)) return;
  if (found === null && compatOpen === true && isCompatOpen && isPrivateRequest(request)) return;
  if (found instanceof RucheError) throw found;
  if (found === null) throw new RucheError('AUTH_REQUIRED');
  // Devices and accounts are looked for on their own routes alone.
  if (found.kind !== 'person') return;
  if (access === 'device' && people === undefined) {
    throw new RucheError('FORBIDDEN', "A person cannot speak for a device: send the device's own token.");
  }
  const wanted = access === 'device' ? people : access;
  const isAllowed =
    wanted === 'loopback' ? found.role === 'owner' : isPermission(wanted) && mayRole(found.role, wanted);
  if (!isAllowed) throw new RucheError('FORBIDDEN', `The role ${found.role} may not do this.`);
}

const isPermission = (access: Access | undefined): access is Permission =>
  access !== undefined && access !== 'public' && access !== 'loopback' && access !== 'device';

/** Counts by session, device or account, or by address without one: an unknown token must not open a counter of its own. */
function rateCheck(http: Http, { strictMax, sessionMax }: RateLimits): (request: FastifyRequest) => Promise<void> {
  const common = { timeWindow: RATE_WINDOW_MS, cache: COUNTED_MAX };
  const session = http.createRateLimit({ ...common, max: sessionMax, keyGenerator: callerOf });
  const strict = http.createRateLimit({
    ...common,
    max: strictMax,
    keyGenerator(request) {
      const { config, url } = request.routeOptions;
      // What devices use counts together (S3-10); where somebody could guess, each route by itself.
      return config.access === 'device'
        ? `devices ${callerOf(request)}`
        : `${request.method} ${url} ${callerOf(request)}`;
    },
  });
  return async (request) => {
    const { config } = request.routeOptions;
    // Before the body is read nobody is known yet: the devices behind one address must not use up one device's share.
    const isUnknownYet = config.tokenInBody === true && request.speaker === null && request.body === undefined;
    // An account speaks for a fleet, or is a network server.
    const isOneDevice = config.access === 'device' && request.speaker?.kind !== 'account';
    const isStrict = (config.rate === 'strict' || isOneDevice) && !isUnknownYet;
    const answer = await (isStrict ? strict : session)(request);
    if (answer.isAllowed || !answer.isExceeded) return;
    throw new RucheError('RATE_LIMITED', undefined, { retryAfterS: Math.max(1, answer.ttlInSeconds) });
  };
}

function callerOf({ person, speaker, ip }: FastifyRequest): string {
  if (person !== null) return person.sessionId;
  if (speaker === null) return normalizeIP(ip);
  return speaker.kind === 'device' ? `device ${speaker.deviceId}` : `account ${speaker.name}`;
}
