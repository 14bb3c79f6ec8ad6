import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectRaw, type RawMqtt } from '../../../tests/helpers/raw-mqtt.ts';
import { until } from '../../../tests/helpers/until.ts';
import type { LiveCommands } from '../../contract/live.ts';
import { CommandsWorld } from './commands.fixture.ts';

let world: CommandsWorld;
const raws: RawMqtt[] = [];
beforeAll(async () => {
  world = await CommandsWorld.start();
});
afterAll(() => world.close());
afterEach(async () => {
  for (const raw of raws.splice(0)) raw.destroy();
  await world.clear();
});

const LOGIN = { name: 'gateway', password: 'a long password' };
async function asGateway(clientId: string, filter: string): Promise<RawMqtt> {
  const { name, password } = LOGIN;
  const raw = await connectRaw({ port: world.hub.mqttPort, clientId, username: name, password, acks: true });
  raws.push(raw);
  await raw.subscribe(filter, 1);
  return raw;
}

describe('devices behind a program with an account', () => {
  beforeAll(async () => {
    await world.owner.call('POST /api/v1/accounts', { body: { ...LOGIN, rules: ['topic readwrite ruche/#'] } });
  });

  it('are reached through the connection that spoke for them last', async () => {
    const other = await asGateway('other', 'ruche/nothing');
    const gateway = await asGateway('gateway-1', 'ruche/+/cmd');
    gateway.publish({ topic: 'ruche/well/status', payload: 'online', qos: 1, messageId: 1 });
    await gateway.take('puback');
    const command = await world.send('well');
    const { topic, payload } = await gateway.take('publish');
    expect([topic, JSON.parse(payload.toString())]).toEqual([
      'ruche/well/cmd',
      { id: command.id, name: 'relay', value: 1 },
    ]);
    await world.reaches(command, 'delivered');
    gateway.publish({ topic: 'ruche/well/ack', payload: JSON.stringify({ id: command.id, status: 'ok' }) });
    await world.reaches(command, 'acknowledged');
    expect(other.inbox).toEqual([]);
  });

  it('are not what a device of their own is, though the program has its client id', async () => {
    const pump = await world.device('pump');
    const copied = await asGateway('pump', 'ruche/nothing');
    const command = await world.send('pump');
    await pump.hear();
    await world.reaches(command, 'delivered');
    expect(copied.inbox).toEqual([]);
  });

  it('are not reached through one that has gone, until somebody speaks for them again', async () => {
    const gateway = await asGateway('gateway-1', 'ruche/+/cmd');
    gateway.publish({ topic: 'ruche/well/status', payload: 'online', qos: 1, messageId: 1 });
    await gateway.take('puback');
    await gateway.end();
    await until(() => gateway.isClosed);
    const command = await world.send('well');
    const next = await asGateway('gateway-2', 'ruche/+/cmd');
    expect((await world.get(command)).state).toBe('queued');
    next.publish({ topic: 'ruche/well/status', payload: 'online' });
    await next.take('publish');
    await world.reaches(command, 'delivered');
  });
});

describe('devices that share a topic', () => {
  it('each get only what names them, as seed 1 has it', async () => {
    const filter = 'fajma/esp32/commands';
    const [pump, well] = [await world.device('pump', { filter }), await world.device('well', { filter })];
    const command = await world.send('pump', { name: 'set_interval', value: 30 });
    const { topic, payload, messageId = 0 } = await pump.raw.take('publish');
    expect([topic, JSON.parse(payload.toString())]).toEqual([
      filter,
      { id: command.id, device_id: 'pump', command: 'set_interval', value: 30 },
    ]);
    pump.raw.send({ cmd: 'puback', messageId });
    await world.reaches(command, 'delivered');
    expect(await well.unheard()).toBe(0);
  });
});

describe('somebody else who listens', () => {
  it('hears commands as messages, and what they acknowledge means nothing', async () => {
    await world.register('pump');
    const raw = await connectRaw({
      ...{ port: world.hub.mqttPort, clientId: 'watcher', acks: true },
      ...{ username: 'owner', password: world.owner.accessToken },
    });
    raws.push(raw);
    await raw.subscribe('ruche/+/cmd', 1);
    const command = await world.send('pump');
    expect((await world.get(command)).state).toBe('queued');
    const pump = await world.connect('pump', await token('pump'));
    await raw.take('publish');
    await pump.take('publish');
    raw.send({ cmd: 'pingreq' });
    await raw.take('pingresp');
    expect((await world.get(command)).state).toBe('sent');
  });
});

describe('$live/commands/<device>', () => {
  it('begins with the newest commands, and goes on with every step', async () => {
    const pump = await world.device('pump');
    const first = await world.send('pump', { name: 'a' });
    await pump.hear();
    await world.reaches(first, 'delivered');
    const browser = await connectRaw({
      ...{ port: world.hub.mqttPort, clientId: 'browser' },
      ...{ username: 'owner', password: world.owner.accessToken },
    });
    raws.push(browser);
    await browser.subscribe('$live/commands/pump');
    const next = async (): Promise<LiveCommands> => {
      // The hub's own rhythm, on the clock of the test.
      await until(() => {
        world.hub.clock.advance(50);
        return browser.inbox.length > 0;
      });
      return JSON.parse((await browser.take('publish')).payload.toString());
    };
    expect(await next()).toMatchObject({ snapshot: true, commands: [{ id: first.id, state: 'delivered' }] });
    pump.answer(first.id, 'ok');
    expect(await next()).toMatchObject({ snapshot: false, commands: [{ id: first.id, state: 'acknowledged' }] });
  });
});

const token = async (id: string): Promise<string> =>
  (await world.owner.call('POST /api/v1/devices/:id/token', { params: { id } })).token;
