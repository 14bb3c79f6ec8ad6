/** Events with real ingest: kept once, in order, bounded, and what the hub itself notices of devices. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import { event, makeWorld, readings, type World } from '../../app/happenings.fixture.ts';
import { RucheError } from '../../contract/errors.ts';
import type { Http } from '../route.ts';
import { eventRoutes } from './routes.ts';

const typesOf = async ({ events }: World, query = {}): Promise<string[]> =>
  (await events.list({ limit: 200, ...query })).items.map(({ type }) => type);

describe('an event', () => {
  it('is kept with its message and told after it was stored', async () => {
    const world = await makeWorld();
    world.faults.isFailing = true;
    await expect(world.say('d', event('FEVER'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(world.added).toEqual([]);
    world.faults.isFailing = false;
    await world.say(
      'd',
      event('FEVER', { severity: 'critical', dataJson: '{"t":40}', message: 'High', atMs: world.clock.nowMs() + 5000 }),
    );
    const { items } = await world.events.list({});
    expect(items).toEqual(world.added);
    const nowMs = world.clock.nowMs();
    // A clock that is ahead cannot tell what has not happened yet.
    expect(items).toMatchObject([
      { deviceId: 'd', severity: 'critical', data: { t: 40 }, message: 'High', atMs: nowMs, receivedMs: nowMs },
    ]);
  });

  it('with an id of its own is one, sent at once, later, and after a restart; of another device it is another', async () => {
    const world = await makeWorld();
    const same = () => event('A', { eventId: 'x' });
    await Promise.all([world.say('d', same()), world.say('d', same()), world.say('d', same(), same())]);
    await world.say('d', same());
    expect(world.added).toHaveLength(1);
    const again = await world.restart({ isKilled: true });
    await again.say('d', same());
    await again.say('e', same());
    expect(await typesOf(again)).toEqual(['A', 'A']);
    expect(again.added.map(({ deviceId }) => deviceId)).toEqual(['e']);
  });

  it('is repeated once it has come, unless it has no id, or could not be stored', async () => {
    const world = await makeWorld();
    await world.say('d', readings({ x: 1 }));
    const heard = (eventId: string | undefined) => {
      const accepted = { deviceId: 'd', report: event('A', { eventId }) };
      world.events.writesFor(accepted, world.clock.nowMs());
      return accepted;
    };
    const isRepeated = ({ report }: ReturnType<typeof heard>) => world.events.isRepeated(report);
    const first = heard('x');
    expect([first, heard('x'), heard('y'), heard(undefined), heard(undefined)].map(isRepeated)).toEqual([
      ...[false, true, false, false, false],
    ]);
    await world.say('d', event('A', { eventId: 'stored' }));
    expect(isRepeated(heard('stored'))).toBe(true);
    const lost = heard('lost');
    world.events.settle(lost, false);
    expect(isRepeated(heard('lost'))).toBe(false);
  });

  it('that failed to be stored is taken when it is sent again', async () => {
    const world = await makeWorld();
    await world.say('d', readings({ x: 1 }));
    world.faults.isFailing = true;
    await expect(world.say('d', event('A', { eventId: 'x' }))).rejects.toThrow();
    world.faults.isFailing = false;
    await world.say('d', event('A', { eventId: 'x' }));
    expect(await typesOf(world)).toEqual(['A']);
  });

  it('of one millisecond stands in the order in which it came', async () => {
    const world = await makeWorld();
    for (const [at, eventId] of ['q', undefined, 'b', 'z', undefined].entries())
      await world.say('d', event(`T${at}`, { eventId }));
    expect(await typesOf(world)).toEqual(['T4', 'T3', 'T2', 'T1', 'T0']);
    expect(world.events.recent().map(({ type }) => type)).toEqual(['T4', 'T3', 'T2', 'T1', 'T0']);
  });

  it('that says too much is cut, and one whose data is too large is kept without them', async () => {
    const world = await makeWorld();
    await world.say(
      'd',
      event('T'.repeat(500), {
        message: 'm'.repeat(5000),
        dataJson: JSON.stringify('x'.repeat(10_000)),
        eventId: 'e'.repeat(9000),
      }),
    );
    const [one] = world.added;
    expect([one?.type.length, one?.message?.length, one?.data]).toEqual([64, 512, null]);
  });

  it('in groups counts its repeats over pages without losing one', async () => {
    const world = await makeWorld();
    for (let n = 0; n < 30; n++) {
      await world.say('d', event(n % 10 === 9 ? 'RARE' : 'MOTION'));
      world.clock.advance(60_000);
    }
    const whole = await world.events.list({ grouped: true, limit: 10, device: 'd' });
    expect(whole.items.map(({ type, count }) => [type, count])).toEqual([
      ['RARE', 3],
      ['MOTION', 27],
    ]);
    let cursor: string | undefined;
    let sum = 0;
    do {
      const page = await world.events.list({ grouped: true, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(1);
      for (const { count } of page.items) sum += count ?? 0;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(sum).toBe(30);
  });
});

describe('what is kept', () => {
  it('outlives a start with a clock that is years ahead', async () => {
    const world = await makeWorld();
    await world.say('d', event('A'));
    const YEARS_MS = 5 * 366 * 86_400_000;
    const ahead = await world.restart({ downMs: YEARS_MS });
    await ahead.settled();
    ahead.clock.jump(-YEARS_MS);
    await ahead.wait(1);
    expect(await typesOf(ahead)).toContain('A');
  });

  it('is bounded by number, for each device and in all, and by age', async () => {
    const world = await makeWorld({ limits: { max: 40, perDeviceMax: 25, keptMs: 86_400_000 } });
    for (let n = 0; n < 30; n++) await world.say('noisy', event(`N${n}`));
    await until(async () => (await typesOf(world, { device: 'noisy' })).length === 25);
    expect((await typesOf(world, { device: 'noisy' })).at(-1)).toBe('N5');
    for (let n = 0; n < 20; n++) await world.say(`d${n}`, event('ONCE'));
    await until(async () => (await typesOf(world)).length <= 41);
    expect(await typesOf(world, { type: 'ONCE' })).toHaveLength(20);
    world.clock.advance(25 * 3_600_000);
    await until(async () => (await typesOf(world, { type: 'ONCE' })).length === 0);
    // What was swept may come again.
    expect(world.events.recent().filter(({ type }) => type === 'ONCE')).toEqual([]);
  });

  it('of a deleted device is gone, also from what browsers begin with', async () => {
    const world = await makeWorld();
    await world.say('d', event('A'), event('B'));
    await world.say('e', event('C'));
    await world.devices.remove('d');
    await until(async () => (await typesOf(world)).length === 1);
    expect(world.events.recent().map(({ type }) => type)).toEqual(['C']);
  });
});

it('what a device says is its own words, also when it says that it is the hub', async () => {
  const world = await makeWorld();
  await world.say('d', event('DEVICE_OFFLINE', { source: 'hub', message: 'Good night.' }));
  expect(world.added).toMatchObject([{ message: 'Good night.', code: null }]);
});

describe('the presence of a device', () => {
  function connect({ devices, clock }: World, password: string) {
    const who = { key: 'device:mosq', clientId: 'mosq', address: '10.0.0.9' };
    const admission = devices.admit({ ...who, username: 'd', password });
    if (!admission.ok) throw new Error(admission.code);
    const session = { ...who, key: 'mosq', principal: admission.principal, connectedMs: clock.nowMs(), keepaliveS: 0 };
    devices.connected(session);
    return session;
  }
  const speak = ({ devices, clock }: World) =>
    devices.spoke('d', { dialect: 'ruche', reports: [readings({ x: 1 })] }, clock.nowMs());

  it('is an event when it stayed away for a moment, and when it is back; not again after a restart', async () => {
    const world = await makeWorld();
    for (let n = 0; n < 5; n++) {
      await world.say('d', readings({ x: n }));
      await world.wait(10);
    }
    await world.wait(60);
    expect(await typesOf(world)).toEqual(['DEVICE_OFFLINE']);
    expect(world.added[0]).toMatchObject({
      deviceId: 'd',
      severity: 'warning',
      message: 'The device is offline.',
      code: 'went-offline',
      data: { status: 'offline', reason: 'silent' },
    });
    const again = await world.restart();
    await again.wait(30);
    expect(again.added).toEqual([]);
    await again.say('d', readings({ x: 1 }));
    await again.settled();
    expect(await typesOf(again)).toEqual(['DEVICE_ONLINE', 'DEVICE_OFFLINE']);
    expect((await again.events.list({})).items.map(({ code }) => code)).toEqual(['came-back', 'went-offline']);
  });

  it('that comes only to speak is none until it is known how often', async () => {
    const world = await makeWorld();
    const { token } = await world.devices.create({ id: 'd' }, 'ada');
    const visit = () => {
      const session = connect(world, token);
      speak(world);
      world.devices.disconnected(session, 'disconnect');
    };
    for (let n = 0; n < 3; n++) {
      visit();
      await world.wait(1800);
    }
    expect(world.devices.standingOf('d')).toMatchObject({ status: 'offline', isUnpredictable: true });
    expect(await typesOf(world)).toEqual([]);
    visit();
    await world.wait(3 * 1800 + 60);
    expect(await typesOf(world)).toEqual(['DEVICE_OFFLINE']);
  });

  it('that stayed and says goodbye is one', async () => {
    const world = await makeWorld();
    const { token } = await world.devices.create({ id: 'd' }, 'ada');
    const session = connect(world, token);
    speak(world);
    await world.wait(120);
    world.devices.disconnected(session, 'disconnect');
    await world.wait(30);
    expect(await typesOf(world)).toEqual(['DEVICE_OFFLINE']);
  });

  it('of a heartbeat is none', async () => {
    const world = await makeWorld();
    await world.say('d', { kind: 'heartbeat', claimedId: 'd', status: 'online', uptimeS: 1, sleepS: undefined });
    await world.wait(5);
    expect(await typesOf(world)).toEqual([]);
  });
});

describe('acknowledging an event', () => {
  async function setUp() {
    const world = await makeWorld();
    for (const name of ['one', 'two']) await world.alerts.createRule({ name, kind: 'event', eventType: 'bell' }, 'ada');
    await world.say('d', event('bell'));
    await world.settled();
    const http: Http = Fastify().withTypeProvider<TypeBoxTypeProvider>();
    http.decorateRequest('person', null);
    http.addHook('onRequest', async (request) => {
      request.person = { kind: 'person', userId: 'a', username: 'ada', role: 'owner', sessionId: 's' };
    });
    http.setErrorHandler((error, _request, reply) =>
      error instanceof RucheError ? reply.code(error.status).send({ code: error.code }) : reply.code(500).send(),
    );
    eventRoutes({ events: world.events, alerts: world.alerts, ownerIdOf: () => null })(http);
    const id = world.added[0]?.id ?? '';
    const states = () => world.alerts.standing().map(({ state }) => state);
    const ack = () => http.inject({ method: 'POST', url: `/api/v1/events/${id}/ack`, payload: { note: 'heard' } });
    return { world, id, states, ack };
  }

  it('acknowledges every alert about it', async () => {
    const { world, id, states, ack } = await setUp();
    expect((await ack()).json()).toMatchObject({ event: { id, ackedBy: 'ada' }, alerts: [{ note: 'heard' }, {}] });
    expect([states(), (await world.events.get(id))?.ackedBy]).toEqual([['acknowledged', 'acknowledged'], 'ada']);
    expect(world.events.recent()[0]?.note).toBe('heard');
  });

  it.each([0, 1, 2])('is answered with the truth by a store that fails after %i commits', async (commits) => {
    const { world, id, states, ack } = await setUp();
    world.faults.commitsLeft = commits;
    const { statusCode } = await ack();
    const isDone = (await world.events.get(id))?.ackedBy === 'ada';
    expect(statusCode).toBe(isDone ? 200 : 503);
    const state = isDone ? 'acknowledged' : 'open';
    expect(states()).toEqual([state, state]);
  });
});
