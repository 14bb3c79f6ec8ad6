import { describe, expect, it } from 'vitest';
import { MAC, person, SIMON_CLIENT, setUp } from './devices.fixture.ts';

const ADDRESS = '10.0.0.9';
const attempt = (clientId: string, username?: string, password?: string) => ({
  clientId,
  username,
  password,
  address: ADDRESS,
});

describe('a device with a token', () => {
  it('is admitted under its id, however the MAC is written', async () => {
    const { devices } = await setUp();
    const { token } = await devices.create({ id: 'aa:bb:cc:dd:ee:ff' }, 'u');
    for (const username of [MAC, 'aa:bb:cc:dd:ee:ff', 'AA-BB-CC-DD-EE-FF']) {
      const admission = devices.admit(attempt('anything', username, token));
      expect(admission).toMatchObject({ ok: true, principal: { kind: 'device', deviceId: MAC, isProtected: true } });
    }
  });

  it('is refused with a wrong token, which counts as a guess', async () => {
    const { devices, failures } = await setUp();
    await devices.create({ id: 'serre' }, 'u');
    expect(devices.admit(attempt('c', 'serre', 'guess'))).toMatchObject({ code: 'TOKEN_WRONG', deviceId: 'serre' });
    expect(failures).toEqual([`device:serre ${ADDRESS}`]);
  });

  it('is refused under a name nobody has, which counts as a guess, and is told that nobody has it', async () => {
    const { devices, failures } = await setUp();
    expect(devices.admit(attempt('c', 'nobody', 'guess'))).toEqual({ ok: false, code: 'NAME_UNKNOWN' });
    expect(failures).toHaveLength(1);
  });

  it('makes guessers wait, but never itself', async () => {
    const { devices } = await setUp();
    const { token } = await devices.create({ id: 'serre' }, 'u');
    for (let guess = 0; guess < 10; guess++) devices.admit(attempt('c', 'serre', `guess ${guess}`));
    expect(devices.admit(attempt('c', 'serre', 'one more'))).toMatchObject({ ok: false, code: 'AUTH_THROTTLED' });
    expect(devices.admit(attempt('c', 'serre', token))).toMatchObject({ ok: true });
  });

  it('must not come without it, by client id or by user name', async () => {
    const { devices } = await setUp();
    await devices.create({ id: MAC }, 'u');
    for (const one of [attempt(SIMON_CLIENT), attempt(MAC), attempt('c', MAC), attempt(SIMON_CLIENT, '', '')]) {
      expect(devices.admit(one)).toEqual({ ok: false, code: 'CREDENTIALS_REQUIRED', deviceId: MAC });
    }
    expect(devices.waitingViews()).toEqual([]);
  });

  it('is not let in any more by a token that was rotated or revoked', async () => {
    const { devices } = await setUp();
    const ended: string[] = [];
    devices.onCredentialsEnded((deviceId) => ended.push(deviceId));
    const { token } = await devices.create({ id: 'serre' }, 'u');
    const second = await devices.rotateToken('serre');
    expect(devices.admit(attempt('c', 'serre', token))).toMatchObject({ code: 'TOKEN_WRONG' });
    expect(devices.admit(attempt('c', 'serre', second.token))).toMatchObject({ ok: true });
    await devices.revokeToken('serre');
    expect(devices.admit(attempt('c', 'serre', second.token))).toMatchObject({ code: 'TOKEN_WRONG' });
    expect(ended).toEqual(['serre', 'serre']);
  });
});

describe('a client without credentials', () => {
  it('waits, and is listed as what its client id says', async () => {
    const { devices, connect } = await setUp();
    const { principal } = connect(SIMON_CLIENT);
    const [waiting] = devices.waitingViews();
    expect(waiting).toMatchObject({ clientId: SIMON_CLIENT, deviceId: MAC, dialect: 'simon', connected: true });
    expect(principal).toEqual({ kind: 'waiting', waitingId: waiting?.id, deviceId: MAC });
  });

  it('is refused when the hub refuses strangers, but not when somebody adopted it before', async () => {
    const first = await setUp();
    first.connect(SIMON_CLIENT);
    await first.devices.adopt(first.devices.waitingViews()[0]?.id ?? '', person('ada'));
    const { devices } = await setUp({ anonymous: 'refuse', store: first.store });
    expect(devices.admit(attempt('stranger'))).toEqual({ ok: false, code: 'CONNECT_REFUSED' });
    expect(devices.waitingViews()).toEqual([]);
    expect(devices.admit(attempt(SIMON_CLIENT))).toMatchObject({ ok: true, principal: { isProtected: false } });
  });

  it('with an endless client id is refused, for it would be kept', async () => {
    const { devices } = await setUp();
    expect(devices.admit(attempt('x'.repeat(257)))).toMatchObject({ ok: false, code: 'CONNECT_REFUSED' });
  });

  it('named like a part of every object waits like any other', async () => {
    const { devices } = await setUp();
    for (const clientId of ['__proto__', 'constructor', 'toString']) {
      expect(devices.admit(attempt(clientId))).toMatchObject({ ok: true, principal: { kind: 'waiting' } });
    }
    expect(devices.waitingViews()).toHaveLength(3);
  });

  it('may do everything in open mode, with whatever credentials, except be a device that has a token', async () => {
    const { devices } = await setUp({ anonymous: 'open' });
    await devices.create({ id: 'serre' }, 'u');
    expect(devices.admit(attempt('c'))).toEqual({ ok: true, principal: { kind: 'open' } });
    expect(devices.admit(attempt('c', 'old', 'password'))).toEqual({ ok: true, principal: { kind: 'open' } });
    expect(devices.admit(attempt('serre'))).toMatchObject({ code: 'CREDENTIALS_REQUIRED' });
    expect(devices.admit(attempt('c', 'serre', 'guess'))).toMatchObject({ code: 'TOKEN_WRONG' });
  });
});
