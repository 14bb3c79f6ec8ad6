/** Errors as application/problem+json (RFC 9457), also for addresses and methods that do not exist. */
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, type ErrorCode, RucheError } from '../contract/errors.ts';
import type { Problem } from '../contract/problem.ts';
import type { Http } from '../features/route.ts';

/** What Fastify calls its own refusals, as ours. Their messages are written for people and name no data. */
const FASTIFY_CODES: Readonly<Record<string, [ErrorCode, string?]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['BODY_INVALID', 'Send the body as application/json.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BODY_INVALID', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BODY_INVALID', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['NOT_FOUND', 'The address is not a valid URL path.'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'A part of the address is too long.'],
};

/** Paths of the API and of sockets: what is not there is a problem, never the web app. */
const API_PATH = /^\/(api|mqtt|ws|docs|health|metrics|openapi\.json)(\/|\?|$)/;

export const isApiPath = (url: string): boolean => API_PATH.test(url);

export function addErrorHandlers(http: Http, log: FastifyBaseLogger): void {
  const methodsOf = collectMethods(http);

  http.setErrorHandler((error: unknown, request, reply) => {
    const problem = toProblem(isTokenUnread(request, error) ? new RucheError('AUTH_REQUIRED') : error);
    if (problem.code === 'INTERNAL') {
      log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed');
    } else if (problem.status >= 500) {
      log.warn({ problem: problem.code, method: request.method, route: request.routeOptions.url }, 'a request failed');
    }
    return request.routeOptions.config?.errorForm === 'seed'
      ? sendSeedError(reply, problem)
      : sendProblem(reply, problem);
  });

  http.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url);
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      reply.header('allow', allowed.join(', '));
      return sendProblem(reply, toProblem(new RucheError('METHOD_NOT_ALLOWED', `It answers ${allowed.join(', ')}.`)));
    }
    if (wantsPage(request) && reply.sendWebApp()) return reply;
    return sendProblem(reply, toProblem(new RucheError('NOT_FOUND')));
  });
}

interface Told extends Problem {
  readonly retryAfterS?: number | undefined;
}

/** What an error says to the outside. Only expected failures say more than their code. */
export function toProblem(error: unknown): Told {
  if (error instanceof RucheError) return describe(error.code, error.detail, error.retryAfterS);
  const { code, message, status, isValidation } = shapeOf(error);
  if (isValidation) return describe('BODY_INVALID', message);
  const [known, detail] = FASTIFY_CODES[code] ?? [];
  // The rest that Fastify blames on the client: a connection that broke within the body, for one.
  const isClients = status >= 400 && status < 500;
  return describe(known ?? (isClients ? 'BODY_INVALID' : 'INTERNAL'), detail);
}

export function sendProblem(reply: FastifyReply, { retryAfterS, ...problem }: Told): FastifyReply {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="ruche"');
  // As text: the routes' own response schemas describe successes and would drop what they do not know.
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The token was to come in the body, and the body cannot be read: then nothing was presented. */
function isTokenUnread({ routeOptions, speaker, person }: FastifyRequest, error: unknown): boolean {
  const isNobody = routeOptions.config?.tokenInBody === true && speaker === null && person === null;
  return isNobody && shapeOf(error).code.startsWith('FST_ERR_CTP_');
}

/** As the seeds' servers had it (S1-16): `{ error }`; code and cure beside it. */
function sendSeedError(reply: FastifyReply, { retryAfterS, status, code, title, detail, hint }: Told): FastifyReply {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="ruche"');
  return reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ error: detail ?? title, code, hint }));
}

function describe(code: ErrorCode, detail?: string, retryAfterS?: number): Told {
  const { status, title, hint } = ERRORS[code];
  return { status, code, title, ...(detail === undefined ? {} : { detail }), hint, retryAfterS };
}

interface Shape {
  code: string;
  message: string;
  status: number;
  isValidation: boolean;
}

function shapeOf(error: unknown): Shape {
  if (!(error instanceof Error)) return { code: '', message: '', status: 500, isValidation: false };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const isValidation = 'validation' in error && error.validation !== undefined;
  return { code, message: error.message, status, isValidation };
}

/** Which methods a path answers: only asked when nothing matched, so a list will do. */
function collectMethods(http: Http): (url: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  http.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (url) => {
    const [path = ''] = url.split('?');
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  };
}

function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+')}$`);
}

/** A browser that opens or reloads an address of the web app. */
function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return !isApiPath(url) && (headers.accept?.includes('text/html') ?? false);
}
