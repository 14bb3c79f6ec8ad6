/** Accounts of programs on a real hub: seed 1's user, what changes at once, and what a refusal tells. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../hub/contract/api.ts';
import { type ApiClient, ApiError, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const PASSWORD = 'a long password';
const REFUSED = 128;
type Client = Awaited<ReturnType<typeof connectRaw>>;

let hub: Hub;
let owner: ApiClient;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
});
afterAll(() => hub?.close());

const create = (name: string, rules: string[]): Promise<Api['POST /api/v1/accounts']['reply']> =>
  owner.call('POST /api/v1/accounts', { body: { name, password: PASSWORD, rules } });

const connect = (username: string, clientId: string, password = PASSWORD): Promise<Client> =>
  connectRaw({ port: hub.ports.mqtt ?? 0, clientId, username, password });

async function publish(client: Client, topic: string, payload = '{}'): Promise<void> {
  client.publish({ topic, payload, qos: 1, messageId: 9 });
  await client.take('puback', (packet) => packet.messageId === 9);
}

async function codeOf(doing: Promise<unknown>): Promise<string | undefined> {
  try {
    await doing;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

describe("seed 1's account", () => {
  it('logs in, publishes and subscribes under fajma/esp32, and nowhere else', async () => {
    await create('esp32_device', ['topic readwrite fajma/esp32/#']);
    const board = await connect('esp32_device', 'ESP32Client-1a2b');
    const other = await connect('esp32_device', 'ESP32Client-3c4d');
    expect([board.connack.returnCode, other.connack.returnCode]).toEqual([0, 0]);
    expect((await board.subscribe('fajma/esp32/commands', 1)).granted).toEqual([1]);
    expect((await board.subscribe('other/#', 1, 2)).granted).toEqual([REFUSED]);
    expect((await board.subscribe('#', 0, 3)).granted).toEqual([0]);
    await publish(other, 'elsewhere/data');
    await publish(other, 'fajma/esp32/commands', '{"command":"on"}');
    const heard = await board.take('publish');
    expect([heard.topic, heard.payload.toString()]).toEqual(['fajma/esp32/commands', '{"command":"on"}']);
    expect((await connect('esp32_device', 'c', 'a wrong password')).connack.returnCode).not.toBe(0);
    for (const client of [board, other]) await client.end();
  });

  it('hears through a wider filter only what it may read', async () => {
    const board = await connect('esp32_device', 'ESP32Client-5e6f');
    await board.subscribe('#');
    await owner.call('POST /api/v1/accounts', { body: { name: 'all', password: PASSWORD, rules: ['topic #'] } });
    const writer = await connect('all', 'writer');
    await publish(writer, 'secret/thing');
    await publish(writer, 'fajma/esp32/end');
    expect((await board.take('publish')).topic).toBe('fajma/esp32/end');
    for (const client of [board, writer]) await client.end();
  });
});

describe('names', () => {
  it('belong to one account or one device', async () => {
    await owner.call('POST /api/v1/devices', { body: { id: 'lamp' } });
    expect(await codeOf(create('lamp', []))).toBe('NAME_TAKEN');
    await create('gateway', []);
    expect(await codeOf(owner.call('POST /api/v1/devices', { body: { id: 'gateway' } }))).toBe('NAME_TAKEN');
    expect(await codeOf(create('gateway', []))).toBe('NAME_TAKEN');
  });

  it.each(['__proto__', 'constructor', 'toString'])('may be %s', async (name) => {
    await create(name, ['pattern readwrite of/%u/#']);
    const client = await connect(name, `client of ${name}`);
    expect((await client.subscribe(`of/${name}/x`)).granted).toEqual([0]);
    expect((await client.subscribe('of/valueOf/x', 0, 2)).granted).toEqual([REFUSED]);
    await owner.call('DELETE /api/v1/accounts/:name', { params: { name } });
    await until(() => client.isClosed, { what: 'the connection to close' });
    // A stranger with that name now, who waits or is refused, but is nobody's account.
    expect((await connect(name, `again ${name}`)).connack.returnCode).not.toBe(0);
  });
});

describe('what is kept for somebody who is removed', () => {
  const kept = (username: string, password: string) =>
    connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'kept', username, password, clean: false });

  async function leaveBehind(username: string, password: string, topic: string): Promise<void> {
    const client = await kept(username, password);
    await client.subscribe(topic, 1);
    await client.end();
    const name = `writer ${username.replaceAll(':', ' ')}`;
    await create(name, ['topic #']);
    const writer = await connect(name, name);
    await publish(writer, topic, '{"secret":1}');
    await writer.end();
  }
  async function findsNothing(username: string, password: string): Promise<void> {
    const next = await kept(username, password);
    expect(next.connack).toMatchObject({ returnCode: 0, sessionPresent: false });
    next.send({ cmd: 'pingreq' });
    await next.take('pingresp');
    expect(next.inbox.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    await next.end();
  }

  it('does not fall to the next account of that name', async () => {
    await create('again', ['topic #']);
    await leaveBehind('again', PASSWORD, 'for/again');
    await owner.call('DELETE /api/v1/accounts/:name', { params: { name: 'again' } });
    await create('again', ['topic #']);
    await findsNothing('again', PASSWORD);
  });

  it('does not fall to the next device of that name', async () => {
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'again:1' } });
    await leaveBehind('again:1', token, 'ruche/again:1/cmd');
    await owner.call('DELETE /api/v1/devices/:id', { params: { id: 'again:1' } });
    const next = await owner.call('POST /api/v1/devices', { body: { id: 'again:1' } });
    await findsNothing('again:1', next.token);
  });
});

describe('a change of an account', () => {
  it('counts for the next message and the next delivery', async () => {
    await create('moving', ['topic readwrite before/#']);
    const client = await connect('moving', 'moving-1');
    await client.subscribe('before/#');
    await publish(client, 'before/x');
    expect((await client.take('publish')).topic).toBe('before/x');
    const rules = ['topic write before/#', 'topic readwrite after/#'];
    await owner.call('PATCH /api/v1/accounts/:name', { params: { name: 'moving' }, body: { rules } });
    expect((await client.subscribe('after/#', 0, 2)).granted).toEqual([0]);
    await publish(client, 'before/y');
    await publish(client, 'after/z');
    expect((await client.take('publish')).topic).toBe('after/z');
    await client.end();
  });

  it('of the password ends its connections, and the old one opens nothing', async () => {
    await create('rotated', ['topic #']);
    const client = await connect('rotated', 'rotated-1');
    const password = 'another long password';
    await owner.call('PATCH /api/v1/accounts/:name', { params: { name: 'rotated' }, body: { password } });
    await until(() => client.isClosed, { what: 'the connection to close' });
    expect((await connect('rotated', 'rotated-1')).connack.returnCode).not.toBe(0);
    expect((await connect('rotated', 'rotated-1', password)).connack.returnCode).toBe(0);
  });
});

describe('a refusal of an account', () => {
  it('names the rule and the cure, and is over when the rule is added', async () => {
    await create('narrow', ['topic deny attic/safe', 'topic write garden/#']);
    const client = await connect('narrow', 'narrow-1');
    await publish(client, 'attic/lamp');
    await publish(client, 'attic/safe');
    const { items } = await owner.call('GET /api/v1/refusals', { query: { q: 'narrow' } });
    const about = { account: 'narrow', code: 'PUBLISH_FORBIDDEN', action: 'publish' };
    const [safe, lamp] = items;
    expect(lamp).toMatchObject({ ...about, topic: 'attic/lamp', rule: 'no-rule', allow: 'topic write attic/lamp' });
    expect(lamp?.hint).toContain('Add the rule "topic write attic/lamp"');
    expect(safe).toMatchObject({ ...about, topic: 'attic/safe', rule: 'topic deny attic/safe' });
    expect(safe?.allow).toBeUndefined();
    const question = { account: 'narrow', action: 'publish', topic: 'attic/lamp' } as const;
    expect(await owner.call('POST /api/v1/access/test', { body: question })).toMatchObject({ allowed: false });
    const addRules = [lamp?.allow ?? ''];
    await owner.call('PATCH /api/v1/accounts/:name', { params: { name: 'narrow' }, body: { addRules } });
    expect(await owner.call('POST /api/v1/access/test', { body: question })).toMatchObject({
      allowed: true,
      rule: 'topic write attic/lamp',
    });
    await client.end();
  });
});
