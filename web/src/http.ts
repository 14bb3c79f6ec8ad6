/** One typed HTTP exchange with the hub. Knows nothing about sign-in; pages use `call` from api.ts instead. */
import type { Api, Route } from '../../hub/contract/api.ts';
import type { Problem } from '../../hub/contract/problem.ts';

/** The hub answered with a problem, or (`code: 'UNREACHABLE'`) did not answer at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly hint: string;
  /** Seconds from the Retry-After header. */
  readonly retryAfterS: number | undefined;

  constructor(problem: Problem, retryAfterS?: number) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.hint = problem.hint;
    this.retryAfterS = retryAfterS;
  }
}

/** What a route takes: its params, query and body as the contract says, and a signal to give up. */
export type CallOptions<R extends Route> = Omit<Api[R], 'reply'> & { signal?: AbortSignal };
type Nothing = Record<never, never>;
/** Options may be left out where the route takes nothing. */
export type CallArguments<R extends Route> = Nothing extends CallOptions<R> ? [CallOptions<R>?] : [CallOptions<R>];

/** No answer within this time counts as unreachable. */
export const ANSWER_TIMEOUT_MS = 20_000;

/** Sends one request. Throws ApiProblem; an abort by the caller's own signal is thrown as it is. */
export async function exchange<R extends Route>(
  route: R,
  options: object,
  token: string | null,
): Promise<Api[R]['reply']> {
  const request = requestOf(route, options);
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
  const response = await send(request, 'signal' in options ? options.signal : undefined);
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? undefined : await response.json();
}

/** A file as it comes; no time limit but the caller's, because a long history takes long. Throws ApiProblem. */
export async function exchangeFile(url: string, token: string, signal: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: '*/*' };
  const response = await fetch(url, { headers, signal, credentials: 'same-origin' }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ApiProblem(UNREACHABLE);
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

interface Outgoing {
  method: string;
  url: string;
  headers: Headers;
  body: string | null;
}

export function requestOf(route: string, options: object): Outgoing {
  const [method = 'GET', pattern = '/'] = route.split(' ');
  const query = new URLSearchParams();
  for (const [name, value] of entriesOf('query' in options && options.query)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const params = new Map(entriesOf('params' in options && options.params));
  const path = pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params.get(name))));
  const headers = new Headers({ accept: 'application/json, application/problem+json' });
  const hasBody = 'body' in options && options.body !== undefined;
  if (hasBody) headers.set('content-type', 'application/json');
  return {
    method,
    url: query.size > 0 ? `${path}?${query}` : path,
    headers,
    body: hasBody ? JSON.stringify(options.body) : null,
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

async function send({ method, url, headers, body }: Outgoing, given: unknown): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const signal = given instanceof AbortSignal ? AbortSignal.any([given, timeout]) : timeout;
  try {
    return await fetch(url, { method, headers, body, signal, credentials: 'same-origin' });
  } catch (error) {
    if (given instanceof AbortSignal && given.aborted) throw error;
    throw new ApiProblem(UNREACHABLE);
  }
}

/** The hub did not answer at all. */
export const UNREACHABLE_CODE = 'UNREACHABLE';
const UNREACHABLE = {
  status: 0,
  code: UNREACHABLE_CODE,
  title: 'The hub does not answer.',
  hint: 'Check that it is running and that this device is on its network.',
} as const satisfies Problem;

async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : undefined;
  const text = await response.text();
  return new ApiProblem(parseProblem(text) ?? bareProblem(response.status), retryAfterS);
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : undefined;
  } catch {
    return undefined; // a proxy's HTML page, for instance
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value && 'hint' in value;
}

function bareProblem(status: number): Problem {
  if (status === 502 || status === 503 || status === 504) return { ...UNREACHABLE, status };
  return { status, code: 'INTERNAL', title: `The hub answered ${status}.`, hint: 'The hub log has the cause.' };
}
