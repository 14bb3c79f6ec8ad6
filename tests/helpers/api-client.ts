/** A person using the REST API, typed from the same route map as the web app. */
import type { Api, Route } from '../../hub/contract/api.ts';
import type { User } from '../../hub/contract/user.ts';

/** Where a hub is, whatever process it runs in. */
interface Where {
  readonly url: string;
  /** Needed for the first owner, unless it is asked for from the same machine. */
  readonly setupCode: string | undefined;
}

export const OWNER = { username: 'owner', password: 'correct horse battery' } as const;

type Part<R extends Route, Name extends string> = Api[R] extends Record<Name, infer Value> ? Value : never;
type Given<R extends Route, Name extends string> = [Part<R, Name>] extends [never]
  ? { [K in Name]?: never }
  : { [K in Name]: Part<R, Name> };
type Asked<R extends Route> = [Part<R, 'query'>] extends [never]
  ? { query?: never }
  : { query?: Partial<Part<R, 'query'>> };
export type CallArgs<R extends Route> = Given<R, 'params'> & Given<R, 'body'> & Asked<R>;
type Untyped = { params?: unknown; query?: unknown; body?: unknown };

/** What the hub answered when it was not 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | undefined;
  constructor(route: string, status: number, body: unknown) {
    super(`${route} answered ${status}: ${JSON.stringify(body)}`);
    this.status = status;
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
    this.code = typeof code === 'string' ? code : undefined;
  }
}

export interface ApiClient {
  readonly user: User;
  /** Valid for 15 minutes; also an MQTT password. */
  readonly accessToken: string;
  /** The refresh cookie as `name=value`, empty when none was set. */
  readonly cookie: string;
  /** A typed call; throws ApiError for everything that is not 2xx. */
  call<R extends Route>(
    route: R,
    ...args: Record<string, never> extends CallArgs<R> ? [CallArgs<R>?] : [CallArgs<R>]
  ): Promise<Api[R]['reply']>;
  /** The bare answer, with the token already in the header. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** The first owner of a fresh hub. */
export function setUpOwner(hub: Where, who: { username: string; password: string } = OWNER): Promise<ApiClient> {
  const code = hub.setupCode === undefined ? {} : { code: hub.setupCode };
  return enter(hub, '/api/v1/setup', { ...who, ...code });
}

/** Anybody who already has a name. */
export function logIn(hub: Where, who: { username: string; password: string } = OWNER): Promise<ApiClient> {
  return enter(hub, '/api/v1/auth/login', { username: who.username, password: who.password });
}

async function enter(hub: Where, path: string, body: object): Promise<ApiClient> {
  const answer = await fetch(hub.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const reply = await answered<'POST /api/v1/auth/login'>(`POST ${path}`, answer);
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return makeClient(hub, reply, cookie);
}

function makeClient(hub: Where, login: Api['POST /api/v1/auth/login']['reply'], cookie: string): ApiClient {
  const fetchAs = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${login.accessToken}`);
    return fetch(hub.url + path, { ...init, headers });
  };
  return {
    user: login.user,
    accessToken: login.accessToken,
    cookie,
    fetch: fetchAs,
    async call(route, ...[args]) {
      const given: Untyped = args ?? {};
      const [method = 'GET', pattern = '/'] = route.split(' ');
      const json =
        given.body === undefined
          ? {}
          : { body: JSON.stringify(given.body), headers: { 'content-type': 'application/json' } };
      return answered(route, await fetchAs(pathOf(pattern, given), { method, ...json }));
    },
  };
}

function pathOf(pattern: string, given: Untyped): string {
  const params = new Map(Object.entries(given.params ?? {}));
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params.get(name))));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {})) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

async function answered<R extends Route>(route: string, answer: Response): Promise<Api[R]['reply']> {
  const text = await answer.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (!answer.ok) throw new ApiError(route, answer.status, body);
  return body;
}
