import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RucheError } from '../../contract/errors.ts';
import { parseRules, rulesetFor } from '../../domain/acl-rules.ts';
import type { AccountPrincipal } from '../../domain/principal.ts';
import { setUp as setUpDevices } from '../devices/devices.fixture.ts';
import type { Presented } from '../route.ts';
import { makeDeviceAuth } from './device-auth.ts';
import { CLOCK_SKEW_S } from './device-jwt.ts';

const ID = 'ESP32_001';
const PASSWORD = 'a long password';
const gateway: AccountPrincipal = {
  kind: 'account',
  name: 'gateway',
  rules: rulesetFor(parseRules(['topic #']), { clientId: 'http', username: 'gateway' }),
};

async function setUp() {
  const { devices, clock } = await setUpDevices();
  const { token, secret } = await devices.create({ id: ID }, 'u');
  const failures: string[] = [];
  const auth = makeDeviceAuth({
    clock,
    devices,
    throttle: {
      check({ address }) {
        if (failures.length >= 3 && address === '10.0.0.66') throw new RucheError('AUTH_THROTTLED');
      },
      failed: ({ account, address }) => failures.push(`${account} ${address}`),
      succeeded: () => {},
    },
    accounts: {
      has: (name) => name === 'gateway',
      async admit({ username, password }) {
        if (username !== 'gateway') return undefined;
        return password === PASSWORD ? { ok: true, principal: gateway } : { ok: false, code: 'AUTH_BAD_CREDENTIALS' };
      },
    },
  });
  const ask = (parts: Partial<Presented>) =>
    auth({ authorization: undefined, token: undefined, namedId: undefined, address: '10.0.0.9', ...parts });
  const codeOf = (parts: Partial<Presented>) =>
    ask(parts).then(
      () => 'let in',
      (error) => (error instanceof RucheError ? error.code : error),
    );
  const nowS = (): number => clock.nowMs() / 1000;
  return { devices, clock, token, secret, failures, ask, codeOf, nowS };
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

interface Made {
  claims: object;
  secret: string;
  header?: object;
  alphabet?: 'base64' | 'base64url';
}

function jwt({ claims, secret, header = { alg: 'HS256', typ: 'JWT' }, alphabet = 'base64' }: Made): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString(alphabet);
  const signed = `${part(header)}.${part(claims)}`;
  return `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest(alphabet)}`;
}

describe('a device token', () => {
  it('is the device, in the header or beside the values, with its name or without', async () => {
    const { ask, token } = await setUp();
    const itself = { kind: 'device', deviceId: ID, isProtected: true };
    expect(await ask({ authorization: `Bearer ${token}` })).toMatchObject(itself);
    expect(await ask({ authorization: `Bearer ${token}`, namedId: ID })).toMatchObject(itself);
    expect(await ask({ token, namedId: ID })).toMatchObject(itself);
    expect(await ask({ authorization: basic(ID, token) })).toMatchObject(itself);
    expect(await ask({ authorization: basic('Bearer', token) })).toMatchObject(itself);
  });

  it('of another device does not do, and the old one neither', async () => {
    const { devices, codeOf, token } = await setUp();
    const other = await devices.create({ id: 'other' }, 'u');
    expect(await codeOf({ token: other.token, namedId: ID })).toBe('DEVICE_MISMATCH');
    expect(await codeOf({ authorization: basic(ID, other.token) })).toBe('DEVICE_MISMATCH');
    await devices.rotateToken(ID);
    expect(await codeOf({ token })).toBe('TOKEN_WRONG');
    await devices.remove('other');
    expect(await codeOf({ token: other.token })).toBe('TOKEN_WRONG');
  });

  it('that is wrong is counted, and after too many the address waits, but never with a right one', async () => {
    const { codeOf, token, failures } = await setUp();
    const address = '10.0.0.66';
    for (let guess = 0; guess < 3; guess++)
      expect(await codeOf({ token: `x${guess}`, namedId: ID, address })).toBe('TOKEN_WRONG');
    expect(failures).toEqual(Array.from({ length: 3 }, () => `device:${ID} ${address}`));
    expect(await codeOf({ token: 'x', address })).toBe('AUTH_THROTTLED');
    expect(await codeOf({ token, address })).toBe('let in');
  });
});

describe('a JWT of the device itself', () => {
  async function withClaims() {
    const test = await setUp();
    const claims = (parts: object = {}) => {
      const nowS = Math.floor(test.nowS());
      return { device_id: ID, iat: nowS, exp: nowS + 3600, iss: 'fajma-iot', ...parts };
    };
    const codeOf = (made: Partial<Made> = {}) =>
      test.codeOf({ authorization: jwt({ claims: claims(), secret: test.secret, ...made }) });
    return { ...test, claims, codeOf };
  }

  it.each(['base64', 'base64url'] as const)('is believed in %s', async (alphabet) => {
    const { codeOf, claims } = await withClaims();
    // Names whose JSON needs the letters in which the alphabets differ, and padding of every length.
    for (const more of ['', 'é', '??>>', 'ÿÿ~~', 'a']) {
      expect(await codeOf({ alphabet, claims: claims({ more }) }), more).toBe('let in');
    }
  });

  it.each<[string, Partial<Made>, object]>([
    ['another secret', { secret: 'x' }, {}],
    ['no signature to speak of', { header: { alg: 'none' } }, {}],
    ['another way of signing', { header: { alg: 'HS512' } }, {}],
    ['another issuer', {}, { iss: 'somebody' }],
    ['no device', {}, { device_id: undefined }],
    ['a device nobody knows', {}, { device_id: 'ESP32_999' }],
    ['no time', {}, { exp: undefined }],
    ['a time that is text', {}, { exp: '9999999999' }],
  ])('is not believed with %s', async (_what, made, parts) => {
    const { codeOf, claims } = await withClaims();
    expect(await codeOf({ claims: claims(parts), ...made })).toBe('TOKEN_WRONG');
  });

  it('is good for an hour, give or take what clocks differ', async () => {
    const { codeOf, claims, nowS } = await withClaims();
    const at = (iat: number) => codeOf({ claims: claims({ iat, exp: iat + 3600 }) });
    expect(await at(nowS() - 3600 - CLOCK_SKEW_S + 1)).toBe('let in');
    expect(await at(nowS() - 3600 - CLOCK_SKEW_S)).toBe('AUTH_EXPIRED');
    expect(await at(nowS() + CLOCK_SKEW_S)).toBe('let in');
    expect(await at(nowS() + CLOCK_SKEW_S + 1)).toBe('AUTH_EXPIRED');
    expect(await codeOf({ claims: claims({ exp: nowS() + 3601 }) })).toBe('AUTH_EXPIRED');
  });

  it('ends with the secret, and speaks for no other device', async () => {
    const { ask, codeOf, devices, claims, secret } = await withClaims();
    const authorization = jwt({ claims: claims(), secret });
    await expect(ask({ authorization, namedId: 'other' })).rejects.toMatchObject({ code: 'DEVICE_MISMATCH' });
    await devices.rotateToken(ID);
    expect(await codeOf()).toBe('TOKEN_WRONG');
  });
});

describe('an account', () => {
  it('shows its name and password, and is never taken for a device', async () => {
    const { ask, codeOf } = await setUp();
    expect(await ask({ authorization: basic('gateway', PASSWORD) })).toBe(gateway);
    expect(await codeOf({ authorization: basic('gateway', 'wrong') })).toBe('AUTH_BAD_CREDENTIALS');
  });
});

it('nothing presented is nobody, and nonsense is refused', async () => {
  const { ask, codeOf } = await setUp();
  expect(await ask({})).toBeNull();
  expect(await codeOf({ authorization: 'Digest x' })).toBe('AUTH_REQUIRED');
  for (const authorization of ['Bearer a.b.c', 'Bearer ..', `Bearer ${'x.'.repeat(3000)}`, 'Basic bm8tY29sb24=']) {
    expect(await codeOf({ authorization }), authorization.slice(0, 20)).toMatch(/TOKEN_WRONG|AUTH_REQUIRED/);
  }
});
