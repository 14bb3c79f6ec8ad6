/** A web server with routes that show one behaviour each, for tests. */
import { pino } from 'pino';
import { Type } from 'typebox';
import { RucheError } from '../contract/errors.ts';
import type { Health, HubInfo } from '../contract/hub-info.ts';
import type { Role } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import type { Http } from '../features/route.ts';
import { buildHttp, type HttpDeps } from './http.ts';

export interface TestHttp extends Http {
  /** Lines at warn and above. */
  readonly logged: readonly string[];
  health: Health['status'];
}

export const docs = { summary: 'For a test', tags: ['test'] };
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const HUB_INFO: HubInfo = {
  version: '1.2.3',
  hostname: 'hub',
  addresses: ['127.0.0.1'],
  httpPort: 8080,
  mqttPort: null,
  webSocketPath: '/mqtt',
  anonymous: 'pair',
  compatOpen: false,
  timeZone: 'UTC',
};
const isRole = (text: string): text is Role => ['owner', 'operator', 'viewer'].includes(text);

/** Tokens are the names of roles; 'broken' makes the check itself fail. */
async function principalOfToken(token: string): Promise<Person> {
  if (token === 'broken') throw new Error('the key is gone');
  if (!isRole(token)) throw new RucheError('AUTH_EXPIRED');
  return { kind: 'person', userId: 'u1', username: 'Ada', sessionId: 's1', role: token };
}

/** With the routes of the hub itself only. */
export async function bareHttp(more: Partial<HttpDeps> = {}): Promise<TestHttp> {
  const logged: string[] = [];
  const made = await buildHttp({
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    accessTokenKey: Buffer.alloc(32, 7),
    principalOfToken,
    deviceOf: async () => null,
    isCompatOpen: false,
    health: () => ({ status: http.health, version: '1.2.3', uptimeS: 5 }),
    hubInfo: () => HUB_INFO,
    version: '1.2.3',
    ...more,
  });
  const http: TestHttp = Object.assign(made, { logged, health: 'ok' as const });
  return http;
}

export async function testHttp(more: Partial<HttpDeps> = {}): Promise<TestHttp> {
  const http = await bareHttp(more);
  const body = Type.Object({ name: Type.String({ minLength: 2 }), size: Type.Optional(Type.Integer()) });
  const querystring = Type.Object({
    limit: Type.Optional(Type.Integer({ maximum: 200 })),
    all: Type.Optional(Type.Boolean()),
    sort: Type.Optional(Type.Union([Type.Literal('up'), Type.Literal('down')])),
  });
  const open = { access: 'public' } as const;
  http.post(
    '/api/v1/things/:id',
    { config: { access: 'devices.create' }, schema: { ...docs, body, response: { 200: body } } },
    async (request) => request.body,
  );
  http.get(
    '/api/v1/list',
    { config: open, schema: { ...docs, querystring, response: { 200: Type.Unknown() } } },
    async (request) => request.query,
  );
  http.get('/api/v1/bug', { config: open, schema: docs }, async () => {
    throw new Error('secret inner words');
  });
  http.get('/api/v1/busy', { config: open, schema: docs }, async () => {
    throw new RucheError('AUTH_THROTTLED', undefined, { retryAfterS: 7 });
  });
  http.get('/api/v1/local', { config: { access: 'loopback' }, schema: docs }, async () => ({ ok: true }));
  http.post('/api/v1/door', { config: { ...open, rate: 'strict' }, schema: docs }, async () => ({ ok: true }));
  http.get('/metrics', { config: { ...open, rate: 'none' }, schema: docs }, async () => 'metrics');
  await http.ready();
  return http;
}
