/** Who may call a route, decided before its body is looked at; and how often. */
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { RucheError } from '../contract/errors.ts';
import { type Access, mayRole } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import { isLocalRequest } from '../features/local-request.ts';
import type { Http } from '../features/route.ts';

export interface RateLimits {
  /** Requests in a window where somebody could guess, and on what devices use: for each route by itself. */
  readonly strictMax: number;
  /** Requests in a window on everything else: what a busy web app needs. */
  readonly sessionMax: number;
}

type PrincipalOfToken = (accessToken: string) => Promise<Person>;

export const RATE_WINDOW_MS = 60_000;
export const RATE_LIMITS: RateLimits = { strictMax: 100, sessionMax: 1000 };
/** Sessions and addresses counted at the same time; the one counted longest ago is forgotten first. */
const COUNTED_MAX = 5000;
const BEARER = /^Bearer +([\w.~+/=-]{1,4096})$/i;

export function addGuard(http: Http, principalOfToken: PrincipalOfToken, limits: RateLimits = RATE_LIMITS): void {
  const mustNotBeTooOften = rateCheck(http, limits);
  http.decorateRequest('person', null);

  http.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`route ${method} ${url} does not declare config.access`);
  });

  http.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { access, rate } = request.routeOptions.config;
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    const found = await identify(request, principalOfToken);
    if (found instanceof RucheError) request.person = null;
    else request.person = found;
    if (rate !== 'none') await mustNotBeTooOften(request);
    mustBeAllowed(request, access, found);
  });
}

/** The person of the access token, null without one, or why it opens nothing. */
async function identify(request: FastifyRequest, of: PrincipalOfToken): Promise<Person | RucheError | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) return new RucheError('AUTH_REQUIRED', 'The Authorization header is not "Bearer <token>".');
  try {
    return await of(token);
  } catch (error) {
    // Public routes and the rate limit come first: a useless token must not be a way around either.
    if (error instanceof RucheError) return error;
    throw error;
  }
}

function mustBeAllowed(request: FastifyRequest, access: Access | undefined, found: Person | RucheError | null): void {
  if (access === 'public') return;
  if (access === 'loopback' && isLocalRequest(request)) return;
  if (found instanceof RucheError) throw found;
  if (found === null) throw new RucheError('AUTH_REQUIRED');
  const isAllowed =
    access === 'loopback' ? found.role === 'owner' : access !== undefined && mayRole(found.role, access);
  if (!isAllowed) throw new RucheError('FORBIDDEN', `The role ${found.role} may not do this.`);
}

/** Counts by session, or by address without one: an unknown token must not open a counter of its own. */
function rateCheck(http: Http, { strictMax, sessionMax }: RateLimits): (request: FastifyRequest) => Promise<void> {
  const who = ({ person, ip }: FastifyRequest): string => person?.sessionId ?? normalizeIP(ip);
  const common = { timeWindow: RATE_WINDOW_MS, cache: COUNTED_MAX };
  const session = http.createRateLimit({ ...common, max: sessionMax, keyGenerator: who });
  const strict = http.createRateLimit({
    ...common,
    max: strictMax,
    keyGenerator: (request) => `${request.method} ${request.routeOptions.url} ${who(request)}`,
  });
  return async (request) => {
    const isStrict = request.routeOptions.config.rate === 'strict';
    const answer = await (isStrict ? strict : session)(request);
    if (answer.isAllowed || !answer.isExceeded) return;
    throw new RucheError('RATE_LIMITED', undefined, { retryAfterS: Math.max(1, answer.ttlInSeconds) });
  };
}
