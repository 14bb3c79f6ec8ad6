/** The web server: plugins, limits, guard and errors. Features add their routes to what `buildHttp` returns. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import jwt from '@fastify/jwt';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { Health, HubInfo } from '../contract/hub-info.ts';
import { Headcount, type RoomLimits } from '../features/broker/front/headcount.ts';
import type { Http } from '../features/route.ts';
import { docsRoutes } from './docs-routes.ts';
import { addGuard, type Callers, type RateLimits } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { hubRoutes } from './hub-routes.ts';
import { addOpenApi } from './openapi.ts';
import { addErrorHandlers, sendProblem, toProblem } from './problems.ts';
import { addWebApp } from './static.ts';
import { parseJsonLeniently, sayWhatIsWrong, validatorFor } from './validation.ts';

export interface HttpDeps extends Callers {
  readonly log: FastifyBaseLogger;
  /** Signs access tokens; 32 bytes used for nothing else. */
  readonly accessTokenKey: Buffer;
  readonly health: () => Health;
  readonly hubInfo: () => HubInfo | Promise<HubInfo>;
  readonly version: string;
  /** The built web app, an absolute path; undefined or not there: the hub answers with the API alone. */
  readonly webDir?: string | undefined;
  /** For tests and measurements. */
  readonly rateLimits?: RateLimits;
  readonly connectionLimits?: RoomLimits;
}

export const BODY_BYTES_MAX = 1024 * 1024;
/** Names in a path: device ids and their aliases, percent-encoded. */
const PARAM_LENGTH_MAX = 256;
/** A client that has not sent its whole request by then is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Browsers keep a connection open between requests; longer than a proxy's usual 60 s. */
const KEEP_ALIVE_MS = 72_000;
const ISSUER = 'ruche';
/** Connections at once, WebSockets among them: a stranger's idle ones must not use up what the process may open. */
const CONNECTION_LIMITS = { max: 10_000, perAddressMax: 2_000 };

export async function buildHttp(deps: HttpDeps): Promise<Http> {
  const http: Http = Fastify({
    loggerInstance: deps.log,
    // A line for every request would bury the others; failures are logged by the error handler.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // While it stops, /health says so in its own words.
    return503OnClosing: false,
    // Whoever reaches the hub is the socket's address: no header may say otherwise.
    trustProxy: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, toProblem(error)),
  }).withTypeProvider<TypeBoxTypeProvider>();

  boundConnections(http, deps.connectionLimits ?? CONNECTION_LIMITS);
  http.setValidatorCompiler(validatorFor);
  http.setSchemaErrorFormatter(sayWhatIsWrong);
  parseJsonLeniently(http);
  addErrorHandlers(http, deps.log);

  await http.register(helmet, securityHeaders);
  await http.register(cookie);
  await http.register(jwt, {
    secret: deps.accessTokenKey,
    sign: { algorithm: 'HS256', iss: ISSUER },
    // Expiry is judged by the hub's own clock, in features/users/sign-in.ts.
    verify: { algorithms: ['HS256'], allowedIss: ISSUER, ignoreExpiration: true },
  });
  await http.register(rateLimit, { global: false });
  await addOpenApi(http, deps.version);
  addGuard(http, deps, deps.rateLimits);
  hubRoutes(deps)(http);
  docsRoutes(http);
  await addWebApp(http, deps.webDir);
  return http;
}

function boundConnections(http: Http, limits: RoomLimits): void {
  const room = new Headcount(limits);
  http.server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (room.isFullFor(address)) {
      socket.destroy();
      return;
    }
    room.enter(address);
    socket.once('close', () => room.leave(address));
  });
}
