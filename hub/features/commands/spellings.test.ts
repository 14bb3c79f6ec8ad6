/** Devices that write their MAC in another way than the hub does hear what is said to them, over real sockets. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectRaw, type RawMqtt } from '../../../tests/helpers/raw-mqtt.ts';
import { CommandsWorld } from './commands.fixture.ts';

const ID = 'A4CF12ABCDEF';
const SPELLINGS = ['a4cf12abcdef', 'a4:cf:12:ab:cd:ef', ID];

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

interface Login {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
}
async function connect(login: Login, filter: string | undefined): Promise<RawMqtt> {
  const raw = await connectRaw({ port: world.hub.mqttPort, clean: false, acks: true, ...login });
  raws.push(raw);
  if (filter !== undefined) await raw.subscribe(filter, 1);
  return raw;
}
async function say(raw: RawMqtt, topic: string, said: object): Promise<void> {
  raw.publish({ topic, payload: JSON.stringify(said), qos: 1, messageId: 1 });
  await raw.take('puback');
}
async function heard(raw: RawMqtt): Promise<{ topic: string; body: Record<string, unknown> }> {
  const { topic, payload } = await raw.take('publish');
  return { topic, body: JSON.parse(payload.toString()) };
}

describe.each(SPELLINGS)('a device that writes itself %s', (spelling) => {
  const username = spelling;

  it('hears commands on its own topic, again when the hub was started anew', async () => {
    const login = { clientId: 'board', username, password: await world.register(ID) };
    const topic = `ruche/${spelling}/cmd`;
    let board = await connect(login, topic);
    const first = await world.send(ID);
    expect(await heard(board)).toEqual({ topic, body: { id: first.id, name: 'relay', value: 1 } });
    await world.reaches(first, 'delivered');
    await world.restart();
    const second = await world.send(ID);
    board = await connect(login, undefined);
    expect(await heard(board)).toMatchObject({ topic, body: { id: second.id } });
    await world.reaches(second, 'delivered');
  });

  it('is called so on the topic it shares, also when it has said nothing yet since the hub was started', async () => {
    const login = { clientId: 'ESP32Client-2f', username, password: await world.register(ID) };
    let board = await connect(login, 'fajma/esp32/commands');
    await say(board, 'fajma/esp32/heartbeat', { device_id: spelling, status: 'online', timestamp: 5, uptime: 5 });
    const first = await world.send(ID);
    expect((await heard(board)).body).toMatchObject({ device_id: spelling, command: 'relay' });
    // Restarted before that is known, the hub would rightly say it once more.
    await world.reaches(first, 'delivered');
    await world.restart();
    const second = await world.send(ID);
    board = await connect(login, undefined);
    expect((await heard(board)).body).toMatchObject({ device_id: spelling, id: second.id });
    await world.reaches(second, 'delivered');
  });

  it('is called so when it is paired, before it has said anything', async () => {
    const simon = await connect({ clientId: `ESP32-Simon-${spelling}` }, 'simon/pair');
    await world.owner.call('POST /api/v1/devices/:id/pairing', { params: { id: ID }, body: {} });
    expect((await heard(simon)).body).toMatchObject({ device_id: spelling });
  });

  it('is reached through the program that speaks for it', async () => {
    const [name, password] = [`gateway ${spelling.replaceAll(':', '.')}`, 'a long password'];
    await world.owner.call('POST /api/v1/accounts', { body: { name, password, rules: ['topic readwrite ruche/#'] } });
    const gateway = await connect({ clientId: 'gateway', username: name, password }, 'ruche/+/cmd');
    await say(gateway, `ruche/${spelling}/telemetry`, { v: { relay: 0 } });
    const command = await world.send(ID);
    expect((await heard(gateway)).topic).toBe(`ruche/${spelling}/cmd`);
    await world.reaches(command, 'delivered');
  });
});

it('a device that was entered as it writes itself is called so before it has spoken', async () => {
  const [username] = SPELLINGS;
  const login = { clientId: 'board', username: username ?? '', password: await world.register(username ?? '') };
  const board = await connect(login, 'fajma/esp32/commands');
  await world.send(ID);
  expect((await heard(board)).body).toMatchObject({ device_id: username });
});

it('a device is called as it calls itself now, and never by a name that is not its own', async () => {
  const login = { clientId: 'board', username: ID, password: await world.register(ID) };
  const board = await connect(login, 'fajma/esp32/commands');
  for (const spelling of [...SPELLINGS, 'A4-CF-12-AB-CD-EF', ...SPELLINGS]) {
    await say(board, 'fajma/esp32/heartbeat', { device_id: spelling, status: 'online', timestamp: 5, uptime: 5 });
    await say(board, 'fajma/esp32/heartbeat', { device_id: 'somebody', status: 'online', timestamp: 5, uptime: 5 });
    await world.send(ID);
    expect((await heard(board)).body).toMatchObject({ device_id: spelling });
  }
});
