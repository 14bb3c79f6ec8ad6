import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import type { Command } from '../../contract/command.ts';
import { CommandsWorld, OWNER_NAME } from './commands.fixture.ts';

let world: CommandsWorld;
beforeAll(async () => {
  world = await CommandsWorld.start();
});
afterAll(() => world.close());
afterEach(() => world.clear());

describe('a command for a device that is there', () => {
  it('is queued when it is answered, and delivered when the connection has acknowledged it', async () => {
    const pump = await world.device('pump');
    const command = await world.send('pump', { name: 'relay', value: true });
    expect(command).toMatchObject({ state: 'queued', name: 'relay', value: true, createdBy: OWNER_NAME, attempts: 0 });
    const heard = await pump.hear({ acks: false });
    expect(heard).toEqual({ id: command.id, name: 'relay', value: true, dup: false, messageId: heard.messageId });
    expect(await world.reaches(command, 'sent')).toMatchObject({ attempts: 1, via: 'mqtt', deliveredMs: null });
    pump.raw.send({ cmd: 'puback', messageId: heard.messageId ?? 0 });
    expect(await world.reaches(command, 'delivered')).toMatchObject({ isConfirmed: true, endedMs: null });
  });

  it('is acknowledged, or has failed, when the device says so', async () => {
    const pump = await world.device('pump');
    const [good, bad] = [await world.send('pump', { name: 'identify' }), await world.send('pump')];
    expect(await pump.hear()).not.toHaveProperty('value');
    await pump.hear();
    pump.answer(good.id, 'ok');
    pump.answer(bad.id, 'error', 'no water');
    expect(await world.reaches(good, 'acknowledged')).toMatchObject({ value: null, endedMs: expect.any(Number) });
    expect(await world.reaches(bad, 'failed')).toMatchObject({ message: 'no water' });
    pump.answer(bad.id, 'ok');
    pump.answer('nobody knows', 'ok');
    await pump.unheard();
    expect((await world.get(bad)).state).toBe('failed');
  });

  it('is acknowledged by a report that shows what was asked for', async () => {
    const pump = await world.device('pump');
    const command = await world.send('pump', { name: 'relay', value: 1 });
    await pump.hear();
    await world.reaches(command, 'delivered');
    pump.raw.publish({ topic: 'ruche/pump/telemetry', payload: '{"v":{"relay":false}}' });
    pump.raw.publish({ topic: 'ruche/pump/telemetry', payload: '{"v":{"relay":true}}', qos: 1, messageId: 9 });
    await pump.raw.take('puback');
    expect((await world.get(command)).state).toBe('acknowledged');
  });

  it('keeps its order, and goes out once however often the device subscribes', async () => {
    const pump = await world.device('pump', { filter: undefined });
    const sent = [];
    for (let value = 0; value < 5; value++) sent.push(await world.send('pump', { name: 'relay', value }));
    await pump.raw.subscribe('ruche/pump/#', 1);
    for (const { id } of sent) expect((await pump.hear({ acks: false })).id).toBe(id);
    await pump.raw.subscribe('ruche/pump/cmd', 1, 2);
    expect(await pump.unheard()).toBe(0);
  });

  it('at QoS 0 goes out once and is never sent again, because nobody can tell whether it came', async () => {
    const pump = await world.device('pump', { qos: 0 });
    const command = await world.send('pump');
    expect((await pump.hear()).messageId).toBeUndefined();
    expect(await world.reaches(command, 'sent')).toMatchObject({ isConfirmed: false });
    await world.leave(pump);
    await world.wake(pump, { qos: 0 });
    expect(await pump.unheard()).toBe(0);
    pump.answer(command.id, 'ok');
    await world.reaches(command, 'acknowledged');
  });
});

describe('a command for a device that sleeps', () => {
  it.each([
    ['with a kept session', { clean: false }],
    ['without a session', { clean: true }],
  ])('%s waits, and is delivered exactly once when it wakes', async (_what, { clean }) => {
    const pump = await world.device('pump', { clean });
    await world.leave(pump);
    const command = await world.send('pump');
    expect((await world.get(command)).state).toBe('queued');
    await world.wake(pump, clean ? { clean } : { filter: undefined });
    expect((await pump.hear()).id).toBe(command.id);
    await world.reaches(command, 'delivered');
    await world.leave(pump);
    await world.wake(pump, clean ? { clean } : { filter: undefined });
    expect(await pump.unheard()).toBe(0);
  });

  it('is sent again under the same id when the connection ended before it was acknowledged', async () => {
    const pump = await world.device('pump');
    const command = await world.send('pump');
    await pump.hear({ acks: false });
    await world.leave(pump);
    expect((await world.get(command)).state).toBe('sent');
    await world.wake(pump);
    expect((await pump.hear()).id).toBe(command.id);
    expect(await world.reaches(command, 'delivered')).toMatchObject({ attempts: 2 });
    expect(await pump.unheard()).toBe(0);
  });

  it('survives a restart of the hub, unsent or unacknowledged, and what was delivered is not sent again', async () => {
    const pump = await world.device('pump');
    const delivered = await world.send('pump', { name: 'a' });
    await pump.hear();
    await world.reaches(delivered, 'delivered');
    const sent = await world.send('pump', { name: 'b' });
    await pump.hear({ acks: false });
    await world.reaches(sent, 'sent');
    await world.leave(pump);
    const queued = await world.send('pump', { name: 'c' });
    await world.restart();
    await world.wake(pump);
    expect((await pump.hear()).id).toBe(sent.id);
    expect((await pump.hear()).id).toBe(queued.id);
    expect(await pump.unheard()).toBe(0);
    pump.answer(delivered.id, 'ok');
    await world.reaches(delivered, 'acknowledged');
  });

  it('expires when its time is over, and a late answer still counts', async () => {
    const pump = await world.device('pump');
    const taken = await world.send('pump', { name: 'a', ttlS: 5 });
    await pump.hear({ acks: false });
    await world.reaches(taken, 'sent');
    await world.leave(pump);
    const queued = await world.send('pump', { name: 'b', ttlS: 5 });
    await world.advance(5000);
    for (const command of [taken, queued]) {
      expect(await world.reaches(command, 'expired')).toMatchObject({ endedMs: expect.any(Number) });
    }
    await world.wake(pump);
    expect(await pump.unheard()).toBe(0);
    pump.answer(taken.id, 'ok');
    pump.answer(queued.id, 'ok');
    await world.reaches(taken, 'acknowledged');
    expect((await world.get(queued)).state).toBe('expired');
  });

  it('that expired is answered after the hub was started anew, unless its device was deleted meanwhile', async () => {
    let pump = await world.device('pump');
    const expired = async (): Promise<Command> => {
      const command = await world.send('pump', { name: 'a', ttlS: 5 });
      await pump.hear({ acks: false });
      await world.reaches(command, 'sent');
      await world.leave(pump);
      await world.advance(5000);
      return world.reaches(command, 'expired');
    };
    const first = await expired();
    await world.restart();
    await world.wake(pump);
    pump.answer(first.id, 'ok');
    await world.reaches(first, 'acknowledged');
    const second = await expired();
    await world.owner.call('DELETE /api/v1/devices/:id', { params: { id: 'pump' } });
    pump = await world.device('pump');
    const payload = JSON.stringify({ id: second.id, status: 'ok' });
    pump.raw.publish({ topic: 'ruche/pump/ack', payload, qos: 1, messageId: 5 });
    await pump.raw.take('puback');
    await expect(world.get(second)).rejects.toMatchObject({ code: 'COMMAND_UNKNOWN' });
  });

  it('can be cancelled while it is queued, and not after that', async () => {
    const pump = await world.device('pump');
    await world.leave(pump);
    const [first, second] = [await world.send('pump', { name: 'a' }), await world.send('pump', { name: 'b' })];
    expect(await world.cancel(first)).toMatchObject({ state: 'cancelled' });
    await world.wake(pump);
    expect((await pump.hear()).id).toBe(second.id);
    await world.reaches(second, 'delivered');
    for (const command of [first, second]) {
      await expect(world.cancel(command)).rejects.toMatchObject({ code: 'COMMAND_UNDERWAY' });
    }
    await expect(world.cancel({ ...second, id: 'nobody' })).rejects.toMatchObject({ code: 'COMMAND_UNKNOWN' });
  });

  it('finds room for a hundred', async () => {
    await world.register('pump');
    for (let value = 0; value < 100; value++) await world.send('pump', { name: 'relay', value });
    await expect(world.send('pump')).rejects.toMatchObject({ code: 'COMMANDS_FULL' });
  });
});

describe('the history of a device', () => {
  it('is listed newest first, and goes with the device', async () => {
    await world.register('pump');
    for (const name of ['a', 'b', 'c']) await world.send('pump', { name });
    const list = () => world.owner.call('GET /api/v1/devices/:id/commands', { params: { id: 'pump' } });
    expect((await list()).items.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
    await world.owner.call('DELETE /api/v1/devices/:id', { params: { id: 'pump' } });
    await world.register('pump');
    expect((await list()).items).toEqual([]);
  });

  it('keeps the newest two hundred of a device', async () => {
    const pump = await world.device('pump');
    for (let value = 0; value < 205; value++) {
      await world.send('pump', { name: 'relay', value });
      pump.answer((await pump.hear()).id, 'ok');
    }
    const count = async (): Promise<number> => {
      const query = { params: { id: 'pump' }, query: { limit: 200 } } as const;
      const { items, nextCursor } = await world.owner.call('GET /api/v1/devices/:id/commands', query);
      return nextCursor === undefined ? items.length : 0;
    };
    await until(async () => {
      world.hub.clock.advance(60_000);
      world.owner = await world.hub.owner();
      return (await count()) === 200;
    });
  });
});
