/** Accounts of programs: names, passwords, rules, and what happens to those who are connected. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { bareHttp, bearer } from '../../app/http.fixture.ts';
import { type ErrorCode, RucheError } from '../../contract/errors.ts';
import { mayPublish } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { type AccountsDeps, createAccounts } from './accounts.ts';
import { accountRoutes } from './routes.ts';
import { VERIFIED_FOR_MS } from './verified.ts';

const PASSWORD = 'a long password';
const FLEET = { name: 'esp32_device', password: PASSWORD, rules: ['topic readwrite fajma/esp32/#'] };

async function setUp(more: Partial<AccountsDeps> = {}) {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const memory = () => new MemoryLevel<string, string>();
  const { store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock });
  const seen = { verified: 0, failures: [] as string[], ended: [] as string[], isThrottled: false };
  const deps: AccountsDeps = {
    store,
    clock,
    log,
    passwords: {
      hash: async (password) => `hash of ${password}`,
      async verify(password, phc, beforeHashing) {
        beforeHashing?.();
        seen.verified += 1;
        return phc === `hash of ${password}`;
      },
    },
    throttle: {
      check() {
        if (seen.isThrottled) throw new RucheError('AUTH_THROTTLED', undefined, { retryAfterS: 9 });
      },
      failed: ({ account, address }) => void seen.failures.push(`${account} ${address}`),
      succeeded: () => {},
    },
    isDevice: (name) => name === 'lamp',
    connectionsOf: () => 2,
    ...more,
  };
  const accounts = await createAccounts(deps);
  accounts.onEnded((name) => void seen.ended.push(name));
  const enter = (username: string, password?: string, clientId = 'c') =>
    accounts.admit({ clientId, username, password, address: '10.0.0.1' });
  const principal = async (clientId = 'c'): Promise<Principal> => {
    const admission = await enter(FLEET.name, PASSWORD, clientId);
    if (admission?.ok !== true) throw new Error('not let in');
    return admission.principal;
  };
  return { accounts, deps, clock, store, seen, enter, principal };
}

const codeOf = (doing: Promise<unknown>): Promise<ErrorCode | 'none'> =>
  doing.then(
    () => 'none' as const,
    (error: unknown) => (error instanceof RucheError ? error.code : Promise.reject(error)),
  );

describe('an account', () => {
  it('lets its programs in with its password, and only with it', async () => {
    const { accounts, enter, seen } = await setUp();
    await accounts.create(FLEET);
    expect(await enter(FLEET.name, PASSWORD)).toMatchObject({ ok: true, principal: { kind: 'account' } });
    expect(await enter(FLEET.name, 'another password')).toMatchObject({ code: 'AUTH_BAD_CREDENTIALS' });
    expect(await enter(FLEET.name)).toMatchObject({ code: 'AUTH_BAD_CREDENTIALS', account: FLEET.name });
    expect(await enter('ESP32_DEVICE', PASSWORD)).toBeUndefined();
    expect(await enter('constructor', PASSWORD)).toBeUndefined();
    expect(seen.failures).toEqual([`account:${FLEET.name} 10.0.0.1`]);
  });

  it('is there again after a restart, and its password is nowhere', async () => {
    const { accounts, deps } = await setUp();
    const trap = { ...FLEET, name: '__proto__' };
    await accounts.create(FLEET);
    await accounts.create(trap);
    const again = await createAccounts(deps);
    const { items } = await again.list({ limit: 10 });
    expect(items.map(({ name }) => name)).toEqual(['__proto__', FLEET.name]);
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
    expect(again.has('__proto__') && !again.has('toString')).toBe(true);
  });

  it('cannot be called like a device or another account', async () => {
    const { accounts } = await setUp();
    await accounts.create(FLEET);
    expect(await codeOf(accounts.create({ ...FLEET, name: 'lamp' }))).toBe('NAME_TAKEN');
    expect(await codeOf(accounts.create(FLEET))).toBe('NAME_TAKEN');
    const twice = await Promise.all([1, 2].map(() => codeOf(accounts.create({ ...FLEET, name: 'twin' }))));
    expect(twice.sort()).toEqual(['NAME_TAKEN', 'none']);
  });

  it('is not made or changed with a rule that cannot be understood', async () => {
    const { accounts } = await setUp();
    expect(await codeOf(accounts.create({ ...FLEET, rules: ['topic reed a'] }))).toBe('RULE_INVALID');
    await accounts.create(FLEET);
    expect(await codeOf(accounts.change(FLEET.name, { addRules: ['user x'] }))).toBe('RULE_INVALID');
    expect((await accounts.list({ limit: 1 })).items[0]?.rules).toEqual(FLEET.rules);
  });

  it('gets one more rule without losing those it has, and no rule twice', async () => {
    const { accounts } = await setUp();
    await accounts.create(FLEET);
    const more = { addRules: ['topic write a', ...FLEET.rules] };
    expect((await accounts.change(FLEET.name, more)).rules).toEqual([...FLEET.rules, 'topic write a']);
  });
});

describe('the clients of an account', () => {
  it('have what its rules say now, %c being each of them', async () => {
    const { accounts, principal } = await setUp();
    await accounts.create({ ...FLEET, rules: ['pattern write d/%c/%u'] });
    const [one, two] = [await principal('one'), await principal('two')];
    expect(mayPublish(one, 'd/one/esp32_device').allowed).toBe(true);
    expect(mayPublish(two, 'd/one/esp32_device').allowed).toBe(false);
    await accounts.change(FLEET.name, { rules: ['topic write d/#'] });
    expect(mayPublish(two, 'd/one/esp32_device')).toEqual({ allowed: true, rule: 'topic write d/#' });
    expect(mayPublish(two, 'e')).toMatchObject({ allowed: false, rule: 'no-rule', allow: 'topic write e' });
  });

  it('may do nothing any more once it is deleted or has another password', async () => {
    const { accounts, principal, enter, seen } = await setUp();
    await accounts.create(FLEET);
    const before = await principal();
    await accounts.change(FLEET.name, { password: 'the next password' });
    expect(mayPublish(before, 'fajma/esp32/data').allowed).toBe(false);
    expect(await enter(FLEET.name, PASSWORD)).toMatchObject({ ok: false });
    expect(await enter(FLEET.name, 'the next password')).toMatchObject({ ok: true });
    await accounts.remove(FLEET.name);
    expect(await enter(FLEET.name, 'the next password')).toBeUndefined();
    expect(seen.ended).toEqual([FLEET.name, FLEET.name]);
  });

  it('are not let in by a password that was replaced while it was being checked', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { accounts, enter } = await setUp({
      passwords: { hash: async () => 'h', verify: () => held.then(() => true) },
    });
    await accounts.create(FLEET);
    const entering = enter(FLEET.name, PASSWORD);
    await accounts.remove(FLEET.name);
    release();
    expect(await entering).toMatchObject({ ok: false, code: 'AUTH_BAD_CREDENTIALS' });
  });
});

describe('a storm of reconnects', () => {
  it('costs one hash, and is not slowed down by strangers who guess', async () => {
    const { accounts, enter, seen, clock } = await setUp();
    await accounts.create(FLEET);
    await Promise.all(Array.from({ length: 100 }, () => enter(FLEET.name, PASSWORD)));
    expect(seen.verified).toBe(1);
    seen.isThrottled = true;
    expect(await enter(FLEET.name, PASSWORD)).toMatchObject({ ok: true });
    expect(await enter(FLEET.name, 'a guess of somebody')).toMatchObject({ code: 'AUTH_THROTTLED' });
    seen.isThrottled = false;
    clock.advance(VERIFIED_FOR_MS);
    await enter(FLEET.name, PASSWORD);
    expect(seen.verified).toBe(2);
  });
});

describe('the routes', () => {
  const device: Principal = { kind: 'device', deviceId: 'lamp', names: new Set(['lamp']), isProtected: true };
  async function server() {
    const { accounts } = await setUp();
    const http = await bareHttp();
    accountRoutes({
      accounts,
      person: (username) =>
        username === 'ada' ? { kind: 'person', userId: 'u', username, role: 'viewer', sessionId: '' } : undefined,
      device: (name) => (name === 'lamp' ? device : undefined),
      stranger: (clientId) => (clientId === 'nobody' ? undefined : { kind: 'open' }),
    })(http);
    return async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object, role = 'owner') => {
      const answer = await http.inject({ method, url, headers: bearer(role), ...(body && { payload: body }) });
      return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
    };
  }
  const ask = { action: 'publish', topic: 'fajma/esp32/data' };

  it('create, change, list and delete', async () => {
    const call = await server();
    const made = await call('POST', '/api/v1/accounts', { ...FLEET, name: 'a b@c' });
    expect(made).toMatchObject({ status: 201, body: { name: 'a b@c', rules: FLEET.rules, connections: 2 } });
    expect(await call('PATCH', '/api/v1/accounts/a%20b%40c', { rules: [] })).toMatchObject({ body: { rules: [] } });
    expect((await call('GET', '/api/v1/accounts')).body.items).toHaveLength(1);
    expect((await call('DELETE', '/api/v1/accounts/a%20b%40c')).status).toBe(204);
    expect(await call('DELETE', '/api/v1/accounts/a%20b%40c')).toMatchObject({ body: { code: 'ACCOUNT_UNKNOWN' } });
  });

  it.each(['', ' ', 'a:b', 'a+', '#', 'a/b', '..', 'x '])('refuse the name %j', async (name) => {
    const call = await server();
    expect(await call('POST', '/api/v1/accounts', { ...FLEET, name })).toMatchObject({ status: 400 });
  });

  it('name the line of a wrong rule', async () => {
    const call = await server();
    const rules = ['topic a', 'topic reed b'];
    const { status, body } = await call('POST', '/api/v1/accounts', { ...FLEET, rules });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'RULE_INVALID', detail: expect.stringContaining('Line 2: "reed"') });
  });

  it('tell who may do what, by which rule, and what would change it', async () => {
    const call = await server();
    await call('POST', '/api/v1/accounts', FLEET);
    const test = async (question: object) => (await call('POST', '/api/v1/access/test', question, 'operator')).body;
    expect(await test({ ...ask, account: FLEET.name })).toEqual({
      allowed: true,
      sentence: 'Account "esp32_device" may publish to "fajma/esp32/data".',
      rule: 'topic readwrite fajma/esp32/#',
      hint: '',
      account: 'esp32_device',
    });
    expect(await test({ ...ask, username: FLEET.name, topic: 'attic' })).toMatchObject({
      allowed: false,
      code: 'PUBLISH_FORBIDDEN',
      rule: 'no-rule',
      allow: 'topic write attic',
      hint: expect.stringContaining('Add the rule "topic write attic"'),
    });
    expect(await test({ ...ask, username: 'ada' })).toMatchObject({ allowed: false, rule: 'role' });
    expect(await test({ ...ask, device: 'lamp', topic: 'ruche/lamp/status' })).toMatchObject({ rule: 'own-topics' });
    expect(await test({ ...ask, clientId: 'x' })).toMatchObject({ allowed: true, rule: 'open-mode' });
    expect(await test({ ...ask, clientId: 'nobody' })).toMatchObject({ code: 'CONNECT_REFUSED', rule: 'not-let-in' });
    expect(await test({ ...ask, device: 'nothing' })).toMatchObject({ code: 'DEVICE_UNKNOWN' });
    expect(await test({ ...ask, account: 'a', device: 'b' })).toMatchObject({ code: 'BODY_INVALID' });
    expect(await test({ ...ask, account: FLEET.name, topic: 'a/#' })).toMatchObject({ code: 'BODY_INVALID' });
    expect((await call('POST', '/api/v1/access/test', ask, 'viewer')).status).toBe(403);
  });
});
