/** Nobody gets in: every route the hub has, asked by everybody who could ask. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../hub/contract/errors.ts';
import { type Access, mayRole, PERMISSIONS, type Permission, type Role } from '../../hub/contract/permissions.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';

interface RouteFact {
  method: string;
  /** With every parameter filled by something that does not exist. */
  path: string;
  access: Access;
  /** Of a route of devices: people whose role has this permission may call it too. */
  people: Permission | undefined;
  /** What its errors are: problem+json, or JSON as the seeds have it. */
  errors: string;
}

interface Operation {
  'x-access': Access;
  'x-people'?: Permission;
  responses: { default: { content: Record<string, unknown> } };
}

const PASSWORD = 'a long password';
/** These end the caller's own session, which is what they are for; they have tests of their own. */
const ENDS_SESSION = ['POST /api/v1/auth/logout', 'POST /api/v1/auth/refresh'];

let hub: Hub;
let routes: RouteFact[];
const people = new Map<Role, ApiClient>();

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  const owner = await setUpOwner(hub);
  people.set('owner', owner);
  for (const role of ['operator', 'viewer'] as const) {
    const who = { username: role, password: PASSWORD };
    const { user } = await owner.call('POST /api/v1/auth/register', { body: who });
    if (role !== 'viewer') await owner.call('PATCH /api/v1/users/:id', { params: { id: user.id }, body: { role } });
    people.set(role, await logIn(hub, who));
  }
  routes = await readRoutes();
});
afterAll(() => hub?.close());

describe('every route', () => {
  it('says who may call it', () => {
    expect(routes.length).toBeGreaterThan(35);
    const known: readonly string[] = ['public', 'loopback', 'device', ...PERMISSIONS];
    for (const route of routes) expect(known, `${route.method} ${route.path}`).toContain(route.access);
  });

  it('is closed to strangers unless it is public, before the body is looked at', async () => {
    for (const route of routes.filter(({ access }) => access !== 'public' && access !== 'loopback')) {
      const answer = await ask(route, {}, '{ this is not JSON');
      expect(answer.status, name(route)).toBe(401);
      expect(answer.headers.get('content-type'), name(route)).toContain(route.errors);
    }
  });

  it('is closed to a token that is not one', async () => {
    for (const route of routes.filter(({ access }) => access !== 'public' && access !== 'loopback')) {
      const forged = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciIsInJvbGUiOiJvd25lciJ9.';
      const answer = await ask(route, { authorization: `Bearer ${forged}` });
      expect(answer.status, name(route)).toBe(401);
    }
  });

  it.each(['viewer', 'operator', 'owner'] as const)('of devices lets in no %s, but where it says so', async (role) => {
    const client = people.get(role);
    const ofDevices = routes.filter(({ access }) => access === 'device');
    expect(ofDevices.length).toBeGreaterThanOrEqual(7);
    for (const route of ofDevices) {
      const answer = await ask(route, { authorization: `Bearer ${client?.accessToken}` });
      const isMeant = route.people !== undefined && mayRole(role, route.people);
      const isRefused = answer.status === ERRORS.FORBIDDEN.status && (await codeOf(answer)) === 'FORBIDDEN';
      expect([isRefused, answer.status < 500], name(route)).toEqual([!isMeant, true]);
    }
  });

  it.each(['viewer', 'operator', 'owner'] as const)('lets in a %s exactly where the role may', async (role) => {
    const client = people.get(role);
    if (client === undefined) throw new Error('no such person');
    for (const route of routes.filter((one) => isPermission(one.access) && !ENDS_SESSION.includes(name(one)))) {
      if (!isPermission(route.access)) continue;
      const answer = await ask(route, { authorization: `Bearer ${client.accessToken}` });
      const isRefused = answer.status === ERRORS.FORBIDDEN.status && (await codeOf(answer)) === 'FORBIDDEN';
      expect(isRefused, `${role}: ${name(route)} answered ${answer.status}`).toBe(!mayRole(role, route.access));
      expect(answer.status, name(route)).toBeLessThan(500);
    }
  });
});

async function readRoutes(): Promise<RouteFact[]> {
  const description: { paths: Record<string, Record<string, Operation>> } = await (
    await fetch(`${hub.url}/openapi.json`)
  ).json();
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, 'nobody-has-this'),
      access: operation['x-access'],
      people: operation['x-people'],
      errors: Object.keys(operation.responses.default.content)[0] ?? '',
    })),
  );
}

function ask(route: RouteFact, headers: Record<string, string>, body = '{}'): Promise<Response> {
  const json = route.method === 'GET' ? {} : { body };
  const type = route.method === 'GET' ? {} : { 'content-type': 'application/json' };
  return fetch(hub.url + route.path, { method: route.method, headers: { ...headers, ...type }, ...json });
}

async function codeOf(answer: Response): Promise<unknown> {
  const body: { code?: unknown } = await answer.json().catch(() => ({}));
  return body.code;
}

const name = (route: RouteFact): string => `${route.method} ${route.path}`;
const isPermission = (access: Access): access is Permission => PERMISSIONS.some((one) => one === access);
