/** REST of signing in: setup, register, login, refresh, logout, and oneself. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ErrorCode, RucheError } from '../../contract/errors.ts';
import { LoginBody, LoginReply, MePatch, RegisterBody, SetupBody, SetupState, User } from '../../contract/user.ts';
import { isLocalRequest } from '../local-request.ts';
import { type Http, personOf } from '../route.ts';
import type { Origin } from './sessions.ts';
import type { SignedIn } from './sign-in.ts';
import type { Users } from './users.ts';

const COOKIE = 'ruche_refresh';
/** A refresh token has fewer than 80 characters; what is much longer is not one. */
const COOKIE_LENGTH_MAX = 200;
const TAGS = ['sign-in'];
const open = { access: 'public' } as const;
const door = { access: 'public', rate: 'strict' } as const;
/** Everybody who is signed in has this permission. */
const oneself = { access: 'sessions.own' } as const;

export function authRoutes(users: Users): (http: Http) => void {
  return (http) => {
    setupRoutes(http, users);
    signInRoutes(http, users);
    meRoutes(http, users);
    // In a scope of their own: they take no body, whatever a client puts there, so nothing in it can make them fail.
    http.register(async (bodiless: Http) => {
      bodiless.removeAllContentTypeParsers();
      bodiless.addContentTypeParser('*', (_request, payload, done) => {
        payload.resume();
        done(null);
      });
      bodilessRoutes(bodiless, users);
    });
  };
}

function setupRoutes(http: Http, users: Users): void {
  http.get(
    '/api/v1/setup',
    {
      config: open,
      schema: { summary: 'Whether this hub needs its first owner', tags: TAGS, response: { 200: SetupState } },
    },
    async (request) => users.setupState(isLocalRequest(request)),
  );
  http.post(
    '/api/v1/setup',
    {
      config: door,
      schema: { summary: 'Create the first owner', tags: TAGS, body: SetupBody, response: { 201: LoginReply } },
    },
    async (request, reply) => {
      const signedIn = await users.accounts.setUp(request.body, originOf(request), isLocalRequest(request));
      return reply.code(201).send(withCookie(request, reply, signedIn));
    },
  );
}

function signInRoutes(http: Http, users: Users): void {
  http.post(
    '/api/v1/auth/register',
    {
      config: door,
      schema: {
        summary: 'Create an account, by the hub’s rule: closed, by invitation, or open',
        tags: TAGS,
        body: RegisterBody,
        response: { 201: Type.Object({ user: User }) },
      },
    },
    async (request, reply) => reply.code(201).send({ user: await users.accounts.register(request.body) }),
  );
  http.post(
    '/api/v1/auth/login',
    {
      config: door,
      schema: {
        summary: 'Sign in; the refresh token comes as a cookie',
        tags: TAGS,
        body: LoginBody,
        response: { 200: LoginReply },
      },
    },
    async (request, reply) => withCookie(request, reply, await users.signIn.login(request.body, originOf(request))),
  );
}

function bodilessRoutes(http: Http, users: Users): void {
  http.post(
    '/api/v1/auth/refresh',
    {
      config: door,
      schema: { summary: 'A new access token for the refresh cookie', tags: TAGS, response: { 200: LoginReply } },
    },
    async (request, reply) => {
      try {
        return withCookie(request, reply, await users.signIn.refresh(cookieOf(request), originOf(request)));
      } catch (error) {
        // The cookie is of no use any more; a store that failed leaves it alone, the next attempt may succeed.
        if (isOver(error)) reply.clearCookie(COOKIE, cookieOptions(request));
        throw error;
      }
    },
  );
  http.post(
    '/api/v1/auth/logout',
    {
      config: { access: 'public', rate: 'none' },
      schema: {
        summary: 'End this session; answers the same when there is none',
        tags: TAGS,
        response: { 200: Type.Object({ status: Type.Literal('logged_out') }) },
      },
    },
    async (request, reply) => {
      await users.signIn.logout(cookieOf(request), request.person);
      reply.clearCookie(COOKIE, cookieOptions(request));
      return { status: 'logged_out' as const };
    },
  );
}

function meRoutes(http: Http, users: Users): void {
  http.get(
    '/api/v1/auth/me',
    { config: oneself, schema: { summary: 'Who I am', tags: TAGS, response: { 200: User } } },
    async (request) => users.mustFind(personOf(request).userId),
  );
  http.patch(
    '/api/v1/auth/me',
    {
      config: { ...oneself, rate: 'strict' },
      schema: {
        summary: 'Change my language, or my password (which ends my other sessions)',
        tags: TAGS,
        body: MePatch,
        response: { 200: User },
      },
    },
    async (request) => users.accounts.changeMe(personOf(request), request.body, originOf(request)),
  );
}

const OVER: readonly ErrorCode[] = ['AUTH_EXPIRED', 'AUTH_REUSED'];
const isOver = (error: unknown): boolean => error instanceof RucheError && OVER.includes(error.code);

function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, agent: request.headers['user-agent'] ?? '' };
}

function withCookie(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): LoginReply {
  const { refreshToken, cookieMs } = signedIn;
  if (refreshToken !== undefined) {
    const life = cookieMs === undefined ? {} : { maxAge: Math.floor(cookieMs / 1000) };
    reply.setCookie(COOKIE, refreshToken, { ...cookieOptions(request), ...life });
  }
  return signedIn.reply;
}

function cookieOptions(request: FastifyRequest): CookieSerializeOptions {
  return { path: '/api/v1/auth', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' };
}

function cookieOf(request: FastifyRequest): string | undefined {
  const cookie = request.cookies[COOKIE];
  if (cookie === undefined || cookie.length > COOKIE_LENGTH_MAX || isForged(request)) return undefined;
  return cookie;
}

/**
 * SameSite=Strict keeps the cookie from other sites, but another port of this host is the same site: a page served
 * there could sign people out, or rotate their token. So where a browser names an origin that is not ours, the request
 * must be of a form that such a page could not send without asking first (a JSON body needs a CORS preflight, which
 * the hub never grants), or the browser must vouch for it. Programs send no Origin and are not concerned.
 */
function isForged({ headers, host }: FastifyRequest): boolean {
  const { origin } = headers;
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return false;
  const isJson = headers['content-type']?.startsWith('application/json') ?? false;
  return !isJson && headers['sec-fetch-site'] !== 'same-origin';
}
