import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, logIn } from '../../../tests/helpers/api-client.ts';
import { WIDGETS_MAX, WIDGETS_PER_DEVICE_MAX } from '../../contract/limits.ts';
import type { WidgetSpec, WidgetStateSet } from '../../contract/widget.ts';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { CommandsWorld } from '../commands/commands.fixture.ts';
import { createWidgets } from './widgets.ts';

let world: CommandsWorld;
let vera: ApiClient;
const PASSWORD = 'a long password';
beforeAll(async () => {
  world = await CommandsWorld.start();
  const { code: invite } = await world.owner.call('POST /api/v1/invites');
  const who = { username: 'vera', password: PASSWORD };
  await world.owner.call('POST /api/v1/auth/register', { body: { ...who, invite } });
  vera = await logIn({ url: world.hub.url, setupCode: undefined }, who);
});
afterAll(() => world.close());
afterEach(() => world.clear());

const SWITCH: WidgetSpec = { type: 'switch', name: 'LED', deviceId: 'lamp', pin: 'v0' };
const make = (body: WidgetSpec = SWITCH, who = world.owner) => who.call('POST /api/v1/widgets', { body });
const set = (id: string, state: unknown, who = world.owner): Promise<Response> =>
  who.fetch(`/widgets/${id}/state`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state }),
  });
const latest = async () =>
  (await world.owner.call('GET /api/v1/devices/:id/latest', { params: { id: 'lamp' } })).metrics;

describe('a widget', () => {
  it('is made, listed, changed and deleted by its owner', async () => {
    await world.register('lamp');
    const widget = await make();
    expect(widget).toMatchObject({ type: 'switch', deviceId: 'lamp', pin: 'v0', options: {}, owner: 'owner' });
    const change = { name: 'Lamp', metric: 'relay', options: { confirm: true } };
    const changed = await world.owner.call('PATCH /api/v1/widgets/:id', { params: { id: widget.id }, body: change });
    expect(changed).toMatchObject({ ...change, id: widget.id });
    expect(changed).not.toHaveProperty('pin');
    expect((await world.owner.call('GET /api/v1/widgets')).items).toEqual([changed]);
    await world.owner.call('DELETE /api/v1/widgets/:id', { params: { id: widget.id } });
    expect((await world.owner.call('GET /api/v1/widgets')).items).toEqual([]);
  });

  it('gives its name to the pin on the board that nobody has made', async () => {
    await world.register('lamp');
    const { id } = await make();
    await set(id, 1);
    const { tiles } = await world.owner.call('GET /api/v1/boards/:id', { params: { id: 'overview' } });
    const switches = tiles.flatMap(({ widget }) => (widget?.pin === 'v0' ? [widget.name] : []));
    expect(switches).toEqual(['LED · lamp']);
  });

  it('that its type does not allow, or of a device that is not there, is refused', async () => {
    await expect(make({ ...SWITCH, pin: 'v1', deviceId: 'nobody' })).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
    await world.register('lamp');
    await expect(make({ type: 'gauge', name: 'x', deviceId: 'lamp' })).rejects.toMatchObject({
      status: 400,
      code: 'WIDGET_INVALID',
    });
  });

  it('of somebody else cannot be changed by a viewer', async () => {
    await world.register('lamp');
    const { id } = await make();
    const attempt = vera.call('PATCH /api/v1/widgets/:id', { params: { id }, body: { name: 'mine' } });
    await expect(attempt).rejects.toMatchObject({ status: 403, code: 'WIDGET_NOT_YOURS' });
    const own = await make(SWITCH, vera);
    expect(own.owner).toBe('vera');
    const byOwner = await world.owner.call('DELETE /api/v1/widgets/:id', { params: { id: own.id } });
    expect(byOwner).toBeUndefined();
  });
});

describe('widgets', () => {
  it('always have room for somebody, whatever one person makes', async () => {
    const clock = new FakeClock();
    const log = pino({ level: 'silent' });
    const memory = () => new MemoryLevel<string, string>();
    const { store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock });
    const nothing = { devices: { find: () => undefined }, usernameOf: (id: string) => id, note: async () => {} };
    const draft = () => {
      throw new Error('no command is made here');
    };
    const widgets = await createWidgets({ store, clock, log, draft, ...nothing });
    const person = (userId: string): Person => {
      return { kind: 'person', userId, username: userId, role: 'viewer', sessionId: 's' };
    };
    const text: WidgetSpec = { type: 'text', name: 'Hello', options: { text: 'x' } };
    const makeMany = async (): Promise<void> => {
      for (let made = 0; made <= WIDGETS_MAX; made++) await widgets.create(person('eve'), text);
    };
    await expect(makeMany()).rejects.toMatchObject({ code: 'WIDGETS_OWN_FULL' });
    expect(await widgets.create(person('bob'), text)).toMatchObject({ owner: 'bob' });
  });
});

it('what became of a widget is told once it is stored, and nothing that was refused', async () => {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const memory = () => new MemoryLevel<string, string>();
  const { store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock });
  const draft = () => {
    throw new Error('no command is made here');
  };
  const nothing = { devices: { find: () => undefined }, usernameOf: (id: string) => id, note: async () => {} };
  const widgets = await createWidgets({ store, clock, log, draft, ...nothing });
  const person: Person = { kind: 'person', userId: 'eve', username: 'eve', role: 'viewer', sessionId: 's' };
  const told: number[] = [];
  widgets.onChanged(() => void widgets.list({ limit: 9 }).then(({ items }) => told.push(items.length)));
  const { id } = await widgets.create(person, { type: 'text', name: 'Hello', options: { text: 'x' } });
  await widgets.change(person, id, { name: 'Bye' });
  await expect(widgets.change(person, 'none', { name: 'x' })).rejects.toMatchObject({ code: 'WIDGET_UNKNOWN' });
  await widgets.remove(person, id);
  await store.commit([]);
  expect(told).toEqual([1, 1, 0]);
});

describe('widgets of a device', () => {
  it('are bounded, also when one is moved there, and those that are there can be changed', async () => {
    await world.register('wall');
    const onWall: WidgetSpec = { ...SWITCH, deviceId: 'wall' };
    const made = [];
    for (let n = 0; n < WIDGETS_PER_DEVICE_MAX; n++) made.push(await make(onWall));
    const full = { status: 409, code: 'WIDGETS_DEVICE_FULL' };
    await expect(make(onWall)).rejects.toMatchObject(full);
    const { id } = await make({ type: 'text', name: 'Hello', options: { text: 'x' } });
    const body = { type: 'switch', deviceId: 'wall', pin: 'v1', options: {} } as const;
    await expect(world.owner.call('PATCH /api/v1/widgets/:id', { params: { id }, body })).rejects.toMatchObject(full);
    const params = { id: made[0]?.id ?? '' };
    expect(await world.owner.call('PATCH /api/v1/widgets/:id', { params, body: { name: 'b' } })).toMatchObject({
      name: 'b',
    });
  });
});

describe('setting a widget', () => {
  it('stores the value as the device’s and sends it, without the device having been heard', async () => {
    const lamp = await world.device('lamp', { filter: undefined });
    await world.leave(lamp);
    const { lastSeenMs } = await world.owner.call('GET /api/v1/devices/:id', { params: { id: 'lamp' } });
    const { id } = await make();
    world.hub.clock.advance(1000);
    const answer = await set(id, 1);
    const body: WidgetStateSet = JSON.parse(await answer.text());
    expect([answer.status, body]).toMatchObject([200, { status: 'success', widget_id: id, state: 1 }]);
    expect(await latest()).toMatchObject({ v0: { value: 1 } });
    const device = await world.owner.call('GET /api/v1/devices/:id', { params: { id: 'lamp' } });
    expect(device.lastSeenMs).toBe(lastSeenMs);
    await world.wake(lamp, {});
    expect(await lamp.hear()).toMatchObject({ id: body.command.id, name: 'v0', value: 1 });
  });

  it('does not take the person’s own word for the device having done it', async () => {
    const lamp = await world.device('lamp');
    const { id } = await make();
    const { command }: WidgetStateSet = JSON.parse(await (await set(id, 1)).text());
    await lamp.hear();
    const first = await world.reaches({ id: command.id, deviceId: 'lamp' }, 'delivered');
    await (await set(id, 1)).json();
    await lamp.hear();
    expect((await world.get(first)).state).toBe('delivered');
  });

  it('answers in the form of the seed when it cannot be', async () => {
    await world.register('lamp');
    const { id } = await make();
    const wrong = await set(id, 7);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: expect.stringContaining('1 or 0') }]);
    const shape = await set(id, { on: true });
    expect([shape.status, await shape.json()]).toMatchObject([400, { error: expect.stringContaining('state') }]);
    const nobody = await set('nobody', 1);
    expect([nobody.status, await nobody.json()]).toMatchObject([404, { error: expect.any(String) }]);
    const theirs = await set(id, 1, vera);
    expect([theirs.status, await theirs.json()]).toMatchObject([403, { code: 'WIDGET_NOT_YOURS' }]);
    const own = await make(SWITCH, vera);
    const notHers = await set(own.id, 1, vera);
    expect([notHers.status, await notHers.json()]).toMatchObject([403, { code: 'NOT_YOURS' }]);
    expect(await latest()).toEqual({});
  });
});
