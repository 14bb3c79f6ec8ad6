import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { logIn } from '../../../tests/helpers/api-client.ts';
import { until } from '../../../tests/helpers/until.ts';
import type { BulkCommand, BulkCommandBody } from '../../contract/command.ts';
import { CommandsWorld, type TestDevice } from './commands.fixture.ts';

let world: CommandsWorld;
beforeAll(async () => {
  world = await CommandsWorld.start();
});
afterAll(() => world.close());
afterEach(() => world.clear());

const send = (select: BulkCommandBody['select'], who = world.owner): Promise<BulkCommand> =>
  who.call('POST /api/v1/commands', { body: { name: 'relay', value: 1, select } });
const tag = (id: string, tags: string[]) =>
  world.owner.call('PATCH /api/v1/devices/:id', { params: { id }, body: { tags } });

describe('a command for many devices', () => {
  it('reaches a hundred of a tag: those that are there at once, those that sleep when they wake', async () => {
    const there: TestDevice[] = [];
    const begin = async (at: number): Promise<void> => {
      const id = `d${String(at).padStart(3, '0')}`;
      if (at % 10 === 0) await world.register(id);
      else there.push(await world.device(id, { clean: true }));
      expect((await tag(id, ['garden', 'all', 'garden'])).tags).toEqual(['all', 'garden']);
    };
    await Promise.all(Array.from({ length: 100 }, (_none, at) => begin(at)));
    const sent = await send({ tag: 'garden' });
    expect(sent.rows.map(({ deviceId }) => deviceId)).toEqual(
      [...new Set(sent.rows.map((row) => row.deviceId))].sort(),
    );
    expect(sent.rows).toHaveLength(100);
    for (const device of there) device.answer((await device.hear()).id, 'ok');
    const counts = async () => {
      const { rows } = await world.owner.call('GET /api/v1/commands/:id', { params: { id: sent.id } });
      const count = (state: string) => rows.filter(({ command }) => command?.state === state).length;
      return { acknowledged: count('acknowledged'), queued: count('queued') };
    };
    await until(async () => (await counts()).acknowledged === 90, { timeoutMs: 20_000 });
    expect(await counts()).toEqual({ acknowledged: 90, queued: 10 });
  }, 30_000);

  it('has a row for everybody who was meant, also for those who were refused it', async () => {
    for (const id of ['a', 'b', 'c']) await world.register(id);
    const simon = await world.connect('b', await tokenOf('b'), { filter: undefined });
    simon.publish({ topic: 'simon/scores', payload: '{"device_id":"b","score":1}', qos: 1, messageId: 1 });
    await simon.take('puback');
    for (let value = 0; value < 100; value++) await world.send('c', { name: 'relay', value });
    const { rows } = await send({ ids: ['c', 'b', 'nobody', 'a', 'a'] });
    expect(rows.map(({ deviceId, command, refusal }) => [deviceId, command?.state ?? refusal?.code])).toEqual([
      ['a', 'queued'],
      ['b', 'COMMAND_UNSUPPORTED'],
      ['c', 'COMMANDS_FULL'],
      ['nobody', 'DEVICE_UNKNOWN'],
    ]);
  });

  it('goes to the devices of a filter, and refuses those of others to a viewer', async () => {
    for (const id of ['pump-1', 'pump-2', 'lamp']) await world.register(id);
    expect((await send({ filter: 'pump status:never' })).rows.map(({ deviceId }) => deviceId)).toEqual([
      'pump-1',
      'pump-2',
    ]);
    const { code } = await world.owner.call('POST /api/v1/invites');
    const vera = { username: 'vera', password: 'a long password' };
    await world.owner.call('POST /api/v1/auth/register', { body: { ...vera, invite: code } });
    const { rows } = await send({ filter: 'pump' }, await logIn({ url: world.hub.url, setupCode: undefined }, vera));
    expect(rows.map(({ refusal }) => refusal?.code)).toEqual(['NOT_YOURS', 'NOT_YOURS']);
  });

  it('must say whom it means, in one way', async () => {
    for (const select of [{}, { ids: ['a'], tag: 'b' }, { filter: '  ' }]) {
      await expect(send(select)).rejects.toMatchObject({ status: 400, code: 'SELECTION_INVALID' });
    }
    expect((await send({ tag: 'nobody-has-it' })).rows).toEqual([]);
    const unknown = world.owner.call('GET /api/v1/commands/:id', { params: { id: 'x' } });
    await expect(unknown).rejects.toMatchObject({ code: 'COMMAND_UNKNOWN' });
  });
});

const tokenOf = async (id: string): Promise<string> =>
  (await world.owner.call('POST /api/v1/devices/:id/token', { params: { id } })).token;
