import { describe, expect, it } from 'vitest';
import { MAC, person, SIMON_CLIENT, setUp, type UnderTest } from './devices.fixture.ts';
import { WAITING_MAX, WAITING_PER_ADDRESS_MAX } from './waiting-room.ts';

const HOUR = 3_600_000;
const waitingId = ({ devices }: UnderTest): string => devices.waitingViews()[0]?.id ?? '';

describe('the waiting room', () => {
  it('has room for a hundred simulated devices of one address', async () => {
    const { devices, connect } = await setUp();
    for (let at = 0; at < 100; at++) connect(`ESP32-Simon-0000000000${at.toString(16).padStart(2, '0')}`);
    expect(devices.waitingViews()).toHaveLength(100);
  });

  it('is not filled by one address', async () => {
    const { connect } = await setUp();
    for (let at = 0; at < WAITING_PER_ADDRESS_MAX; at++) connect(`c${at}`);
    expect(() => connect('one more')).toThrow('WAITING_ROOM_FULL');
    expect(() => connect('from elsewhere', { address: '10.0.0.10' })).not.toThrow();
  });

  it('lets go of whoever left longest ago when it is full, and of nobody who is there', async () => {
    const { devices, connect, clock } = await setUp();
    const sessions = Array.from({ length: WAITING_MAX }, (_none, at) => connect(`c${at}`, { address: `10.0.1.${at}` }));
    expect(() => connect('late', { address: '10.0.2.1' })).toThrow('WAITING_ROOM_FULL');
    for (const session of sessions.slice(4, 6)) {
      clock.advance(1000);
      devices.disconnected(session, 'disconnect');
    }
    connect('late', { address: '10.0.2.1' });
    const clientIds = devices.waitingViews().map((one) => one.clientId);
    expect(clientIds).toHaveLength(WAITING_MAX);
    expect(clientIds).not.toContain('c4');
    expect(clientIds).toContain('c5');
  });

  it('keeps the place of whoever was let in and is about to connect', async () => {
    const { devices, connect, clock } = await setUp();
    const admit = (clientId: string) =>
      devices.admit({ clientId, username: undefined, password: undefined, address: '10.0.0.9' });
    for (let at = 0; at < WAITING_PER_ADDRESS_MAX; at++) expect(admit(`c${at}`)).toMatchObject({ ok: true });
    expect(admit('one more')).toMatchObject({ ok: false, code: 'WAITING_ROOM_FULL' });
    connect('c0');
    clock.advance(10_000);
    // The others never came.
    for (let at = 1; at < WAITING_PER_ADDRESS_MAX; at++) connect(`later-${at}`);
    const clientIds = devices.waitingViews().map((one) => one.clientId);
    expect(clientIds).toContain('c0');
    expect(clientIds).not.toContain('c1');
  });

  it('forgets who was not seen for an hour, unless still connected', async () => {
    const { devices, connect, clock } = await setUp();
    connect('stays');
    devices.disconnected(connect('leaves'), 'lost');
    clock.advance(HOUR + 120_000);
    expect(devices.waitingViews().map((one) => one.clientId)).toEqual(['stays']);
  });

  it('keeps one place for a client however often it connects', async () => {
    const { devices, connect } = await setUp();
    const first = connect('c');
    const second = connect('c');
    expect(devices.waitingViews()).toHaveLength(1);
    expect(second.principal).toEqual(first.principal);
  });

  it('says when people would see something else', async () => {
    const { devices, connect } = await setUp();
    let changes = 0;
    devices.onWaitingChanged(() => {
      changes += 1;
    });
    const session = connect('c');
    expect(changes).toBeGreaterThan(0);
    changes = 0;
    devices.heard(session);
    expect(changes).toBe(0);
    devices.disconnected(session, 'lost');
    expect(changes).toBe(1);
  });
});

describe('adopting', () => {
  it('makes the waiting client a device of the person, bound to its client id, without a reconnect', async () => {
    const test = await setUp();
    const { devices } = test;
    test.connect(SIMON_CLIENT);
    const admitted: unknown[] = [];
    devices.onAdmitted((clientId, principal) => admitted.push([clientId, principal]));
    const device = await devices.adopt(waitingId(test), person('ada'), 'Kitchen Simon');
    expect(device).toMatchObject({
      id: MAC,
      name: 'Kitchen Simon',
      owner: 'ada',
      protected: false,
      dialects: ['simon'],
      aliases: [SIMON_CLIENT],
      status: 'online',
      connected: true,
    });
    const names = new Set([MAC, SIMON_CLIENT]);
    expect(admitted).toEqual([[SIMON_CLIENT, { kind: 'device', deviceId: MAC, names, isProtected: false }]]);
    expect(devices.waitingViews()).toEqual([]);
    expect(test.connect(SIMON_CLIENT).principal).toMatchObject({ kind: 'device', deviceId: MAC });
  });

  it('lets the connection end as the device, even if it is still called waiting', async () => {
    const test = await setUp();
    const session = test.connect(SIMON_CLIENT);
    await test.devices.adopt(waitingId(test), person('ada'));
    test.devices.heard(session);
    test.devices.disconnected(session, 'lost');
    expect(test.devices.view(MAC)).toMatchObject({ status: 'offline', reason: 'connection-lost', connected: false });
  });

  it('happens by pairing, under any spelling of the id', async () => {
    const test = await setUp();
    test.connect(SIMON_CLIENT);
    expect(await test.devices.admitWaitingFor('aa:bb:cc:dd:ee:ff', person('ada'))).toBe(MAC);
    expect(await test.devices.admitWaitingFor('001122334455', person('ada'))).toBeUndefined();
  });

  it('of somebody who left is possible; the next connection is the device', async () => {
    const test = await setUp();
    test.devices.disconnected(test.connect(SIMON_CLIENT), 'lost');
    expect(await test.devices.adopt(waitingId(test), person('ada'))).toMatchObject({
      status: 'never',
      connected: false,
    });
    test.connect(SIMON_CLIENT);
    expect(test.devices.view(MAC)).toMatchObject({ status: 'online' });
  });

  it('gives a client of no dialect an id made from its client id', async () => {
    const test = await setUp();
    test.connect('my sensor/élan');
    expect(await test.devices.adopt(waitingId(test), person('ada'))).toMatchObject({ id: 'my-sensor-lan' });
    test.connect('my sensor?élan');
    const second = await test.devices.adopt(waitingId(test), person('ada'));
    expect(second.id).toMatch(/^my-sensor-lan-[0-9a-f]{6}$/);
    test.connect('waiting');
    expect((await test.devices.adopt(waitingId(test), person('ada'))).id).toMatch(/^waiting-[0-9a-f]{6}$/);
  });

  it('twice at the same time makes one device', async () => {
    const test = await setUp();
    test.connect(SIMON_CLIENT);
    const id = waitingId(test);
    const both = await Promise.allSettled([
      test.devices.adopt(id, person('ada')),
      test.devices.adopt(id, person('bob')),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(test.devices.view(MAC)).toMatchObject({ owner: 'ada' });
  });

  it('gives a known device without a token its connection back, but not to strangers', async () => {
    const test = await setUp();
    await test.devices.create({ id: MAC }, 'id-of-ada');
    await test.devices.revokeToken(MAC);
    test.connect(SIMON_CLIENT);
    await expect(test.devices.adopt(waitingId(test), person('bob'))).rejects.toMatchObject({ code: 'NOT_YOURS' });
    const device = await test.devices.adopt(waitingId(test), person('olga', 'operator'));
    expect(device).toMatchObject({ id: MAC, owner: 'ada', connected: true });
  });

  it('of nobody is refused', async () => {
    const { devices } = await setUp();
    await expect(devices.adopt('nobody', person('ada'))).rejects.toMatchObject({ code: 'WAITING_UNKNOWN' });
  });
});

describe('the demonstration', () => {
  it('is marked from the waiting room on, and removed without touching others', async () => {
    const test = await setUp();
    const { devices } = test;
    test.connect('ESP32-Simon-DE0000000001');
    expect(devices.waitingViews()).toMatchObject([{ demo: true }]);
    expect(await devices.adopt(waitingId(test), person('ada'))).toMatchObject({ demo: true });
    test.connect('demo-2');
    await devices.create({ id: 'real' }, 'u');
    const retired: string[] = [];
    devices.onRetired((deviceId) => retired.push(deviceId));
    expect(devices.hasDemo()).toBe(true);
    await devices.removeDemo();
    expect(devices.hasDemo()).toBe(false);
    expect(retired).toEqual(['DE0000000001']);
    expect(devices.views().map(({ id }) => id)).toEqual(['real']);
  });
});

describe('pairing somebody who waits', () => {
  it('lets a known device in again that has lost its way in', async () => {
    const { devices, connect } = await setUp();
    await devices.create({ id: MAC }, person('ada').userId);
    await devices.revokeToken(MAC);
    connect(SIMON_CLIENT);
    expect(await devices.admitWaitingFor('aa:bb:cc:dd:ee:ff', person('ada'))).toBe(MAC);
    expect(connect(SIMON_CLIENT).principal).toMatchObject({ kind: 'device', deviceId: MAC });
  });

  it('never gives a device that is bound to one client id to another', async () => {
    const test = await setUp();
    const { devices, connect } = test;
    connect(SIMON_CLIENT);
    await devices.adopt(waitingId(test), person('ada'));
    connect('ESP32-Simon-aa:bb:cc:dd:ee:ff', { address: '10.0.0.66' });
    expect(await devices.admitWaitingFor(MAC, person('ada'))).toBeUndefined();
    expect(connect(SIMON_CLIENT).principal).toMatchObject({ kind: 'device', deviceId: MAC });
  });

  it('never gives a device with a token to somebody without', async () => {
    const { devices, connect } = await setUp();
    connect(SIMON_CLIENT);
    await devices.create({ id: MAC }, person('ada').userId);
    expect(await devices.admitWaitingFor(MAC, person('ada'))).toBeUndefined();
  });
});

it('an adopted client does not take the name of another device for its own', async () => {
  const test = await setUp();
  const { devices, connect } = test;
  await devices.create({ id: 'ruche-lamp' }, person('ada').userId);
  connect('ruche-lamp');
  const lamp = await devices.adopt(waitingId(test), person('eve'));
  expect(lamp).toMatchObject({ id: 'lamp', aliases: [] });
  expect(connect('ruche-lamp').principal).toMatchObject({ deviceId: 'lamp', names: new Set(['lamp']) });
});

it('the devices of a person who is gone belong to nobody', async () => {
  const test = await setUp();
  const { devices, connect, store } = test;
  connect(SIMON_CLIENT);
  await devices.adopt(waitingId(test), person('ada'));
  await devices.release('somebody else');
  expect(devices.view(MAC)?.owner).toBe('ada');
  await devices.release(person('ada').userId);
  expect(devices.view(MAC)?.owner).toBeNull();
  expect((await store.devices.get(MAC))?.ownerId).toBeNull();
});

it.each(['waiting', '.', '..'])('no device is called %s: its address would be another', async (id) => {
  const { devices } = await setUp();
  await expect(devices.create({ id }, 'u')).rejects.toMatchObject({ code: 'DEVICE_ID_INVALID' });
});

it('the demonstration is let in where strangers are refused', async () => {
  const { connect } = await setUp({ anonymous: 'refuse' });
  expect(() => connect('stranger')).toThrow('CONNECT_REFUSED');
  expect(connect('demo-1').principal.kind).toBe('waiting');
});

describe('a client whose payload says which device it is', () => {
  const RASPBERRY = { deviceId: 'raspberry-1', dialect: 'surveillance' };
  const ADDRESS = '10.0.0.9';
  async function adopted(clientId = 'mosq-a1') {
    const test = await setUp();
    const admitted: string[] = [];
    test.devices.onAdmitted((client) => admitted.push(client));
    const session = test.connect(clientId);
    test.devices.announced(session, RASPBERRY);
    await test.devices.adopt(waitingId(test), person('ada'));
    return { ...test, admitted };
  }

  it('is listed with it, once, however many client ids it makes', async () => {
    const { devices, connect } = await setUp();
    for (const clientId of ['mosq-a1', 'mosq-b2', 'mosq-c3']) {
      const session = connect(clientId);
      devices.announced(session, RASPBERRY);
      if (clientId !== 'mosq-c3') devices.disconnected(session, 'disconnect');
    }
    expect(devices.waitingViews()).toMatchObject([{ clientId: 'mosq-c3', ...RASPBERRY }]);
  });

  it('becomes an unprotected device, admitted by what it says and where it says it', async () => {
    const { devices, connect, admitted } = await adopted();
    expect(devices.view('raspberry-1')).toMatchObject({ protected: false, connected: true });
    devices.announced(connect('mosq-next'), RASPBERRY);
    expect(admitted).toEqual(['mosq-a1', 'mosq-next']);
    devices.announced(connect('mosq-far', { address: '10.0.0.77' }), RASPBERRY);
    devices.announced(connect('mosq-other'), { ...RASPBERRY, deviceId: 'raspberry-2' });
    expect(admitted).toEqual(['mosq-a1', 'mosq-next']);
    expect(devices.waitingViews().map((one) => one.clientId)).toEqual(['mosq-far', 'mosq-other']);
  });

  it('is admitted so also after a restart, and no more when it has a token', async () => {
    const { restart } = await adopted();
    const { devices, connect } = await restart(1000);
    const admitted: string[] = [];
    devices.onAdmitted((client) => admitted.push(client));
    devices.announced(connect('mosq-later'), RASPBERRY);
    expect(admitted).toEqual(['mosq-later']);
    await devices.rotateToken('raspberry-1');
    devices.announced(connect('mosq-latest'), RASPBERRY);
    expect(admitted).toEqual(['mosq-later']);
  });

  it('is not known by a client id that is made by chance', async () => {
    const { devices } = await adopted('ESP32Client-1a2b');
    expect(devices.find('ESP32Client-1a2b')).toBeUndefined();
    const attempt = { clientId: 'ESP32Client-1a2b', username: undefined, password: undefined, address: ADDRESS };
    expect(devices.admit(attempt)).toMatchObject({ ok: true, principal: { kind: 'waiting' } });
  });

  it('stays what its client id says, when that tells', async () => {
    const test = await setUp();
    test.devices.announced(test.connect(SIMON_CLIENT), RASPBERRY);
    expect(test.devices.waitingViews()).toMatchObject([{ deviceId: MAC, dialect: 'simon' }]);
  });
});
