/** Nobody gets in: every class of topic, published to and subscribed to by every kind of client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawConnect, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const PASSWORD = 'a long password';
const KINDS = ['waiting', 'device', 'account', 'viewer', 'operator', 'owner'] as const;
type Kind = (typeof KINDS)[number];

/** Its own place, one place per client, nothing below what is denied, and a name that is a trap. */
const RULES = [
  '# what the matrix below asks for',
  'topic readwrite fajma/esp32/#',
  'topic write __proto__/#',
  'topic readwrite yard/#',
  'topic deny yard/shed/#',
  'pattern readwrite fleet/%u/%c/#',
];

const score = (deviceId: string): string => JSON.stringify({ device_id: deviceId, username: '', score: 4 });
const ack = (deviceId: string): string => JSON.stringify({ device_id: deviceId, username: '', status: 'paired' });
const health = (deviceId: string): string => JSON.stringify({ device_id: deviceId, temperature: 20 });
const motion = (deviceId: string): string => JSON.stringify({ device_id: deviceId, type: 'MOTION_DETECTED' });
const value = JSON.stringify({ v: { temperature: 21.5 } });

const ABOVE = ['operator', 'owner'] as const;

/** What is published, and by whom it goes through to somebody who may read everything. */
const PUBLISHES: { what: string; topic: string; payload: string; passes: readonly Kind[] }[] = [
  { what: 'own telemetry', topic: 'ruche/alpha/telemetry', payload: value, passes: ['device'] },
  { what: "another device's telemetry", topic: 'ruche/beta/telemetry', payload: value, passes: [] },
  { what: "another device's command topic", topic: 'ruche/beta/cmd', payload: '{}', passes: ['operator', 'owner'] },
  { what: 'own score', topic: 'simon/scores', payload: score('alpha'), passes: ['device'] },
  { what: "another device's score", topic: 'simon/scores', payload: score('beta'), passes: [] },
  { what: "another device's pairing answer", topic: 'simon/pair/ack', payload: ack('beta'), passes: [] },
  { what: 'a pairing', topic: 'simon/pair', payload: score('beta'), passes: ['operator', 'owner'] },
  { what: "an account's own topic", topic: 'fajma/esp32/firmware', payload: '{}', passes: [...ABOVE, 'account'] },
  { what: 'own values on a shared topic', topic: 'fajma/esp32/data', payload: health('alpha'), passes: ['device'] },
  { what: "another's values there", topic: 'fajma/esp32/data', payload: health('beta'), passes: [] },
  {
    what: 'values of a device without a token',
    topic: 'fajma/esp32/data',
    payload: health('delta'),
    passes: ['account'],
  },
  { what: 'values of nobody', topic: 'fajma/esp32/data', payload: '{}', passes: [] },
  { what: 'a command', topic: 'fajma/esp32/commands', payload: '{}', passes: [...ABOVE, 'account'] },
  { what: 'own event', topic: 'sensor/motion', payload: motion('alpha'), passes: ['device'] },
  { what: "another's event", topic: 'sensor/motion', payload: motion('beta'), passes: [] },
  { what: 'a free value of a sensor', topic: 'sensor/attic', payload: '21.5', passes: ABOVE },
  { what: "a network server's uplink", topic: 'application/a/device/b/event/up', payload: '{}', passes: [] },
  { what: 'a topic denied below an allowed one', topic: 'yard/shed/door', payload: '1', passes: ABOVE },
  { what: "another client's place", topic: 'fleet/esp32_device/somebody/x', payload: '1', passes: ABOVE },
  { what: 'a free topic', topic: 'kitchen/lamp', payload: 'on', passes: ['operator', 'owner'] },
  { what: 'a live message', topic: '$live/devices', payload: '{}', passes: [] },
  { what: "the broker's own numbers", topic: '$SYS/broker/uptime', payload: '1', passes: [] },
  { what: 'a name that is a trap', topic: '__proto__/constructor', payload: 'x', passes: [...ABOVE, 'account'] },
];

/** What is subscribed to, and who is granted it. */
const SUBSCRIBES: { filter: string; granted: readonly Kind[] }[] = [
  { filter: 'simon/pair', granted: ['waiting', 'device', 'viewer', 'operator', 'owner'] },
  { filter: 'fajma/esp32/commands', granted: ['waiting', 'device', 'account', 'viewer', 'operator', 'owner'] },
  { filter: 'fajma/esp32/data', granted: ['account', 'viewer', 'operator', 'owner'] },
  { filter: 'sensor/motion', granted: ['viewer', 'operator', 'owner'] },
  { filter: '+/esp32/#', granted: ['account', 'viewer', 'operator', 'owner'] },
  { filter: 'yard/shed/+', granted: ['viewer', 'operator', 'owner'] },
  { filter: 'fleet/+/somebody/#', granted: ['viewer', 'operator', 'owner'] },
  { filter: '__proto__/#', granted: ['viewer', 'operator', 'owner'] },
  { filter: 'ruche/alpha/#', granted: ['device', 'viewer', 'operator', 'owner'] },
  { filter: 'ruche/beta/cmd', granted: ['viewer', 'operator', 'owner'] },
  { filter: 'ruche/+/cmd', granted: ['viewer', 'operator', 'owner'] },
  { filter: '#', granted: ['account', 'viewer', 'operator', 'owner'] },
  // "yard/scores" is one of these.
  { filter: '+/scores', granted: ['account', 'viewer', 'operator', 'owner'] },
  { filter: '$live/devices', granted: ['viewer', 'operator', 'owner'] },
  { filter: '$live/#', granted: ['viewer', 'operator', 'owner'] },
];

let hub: Hub;
let owner: ApiClient;
let alphaToken: string;
const tokens = new Map<Kind, string>();
let connections = 0;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  owner = await setUpOwner(hub);
  tokens.set('owner', owner.accessToken);
  for (const role of ['operator', 'viewer'] as const) {
    const who = { username: role, password: PASSWORD };
    const { user } = await owner.call('POST /api/v1/auth/register', { body: who });
    if (role === 'operator') await owner.call('PATCH /api/v1/users/:id', { params: { id: user.id }, body: { role } });
    tokens.set(role, (await logIn(hub, who)).accessToken);
  }
  alphaToken = (await owner.call('POST /api/v1/devices', { body: { id: 'alpha' } })).token;
  await owner.call('POST /api/v1/devices', { body: { id: 'beta' } });
  const account = { name: 'esp32_device', password: PASSWORD, rules: RULES };
  await owner.call('POST /api/v1/accounts', { body: account });
});
afterAll(() => hub?.close());

function connect(kind: Kind): Promise<RawMqtt> {
  const clientId = `${kind}-${connections++}`;
  const base: RawConnect = { port: hub.ports.mqtt ?? 0, clientId };
  if (kind === 'waiting') return connectRaw({ ...base, clientId: `ESP32-Simon-0000000000${10 + connections}` });
  if (kind === 'device') return connectRaw({ ...base, username: 'alpha', password: alphaToken });
  if (kind === 'account') return connectRaw({ ...base, username: 'esp32_device', password: PASSWORD });
  return connectRaw({ ...base, username: kind, password: tokens.get(kind) ?? '' });
}

describe.each(KINDS)('a client that is %s', (kind) => {
  it.each(PUBLISHES)('publishes $what only where it may', async ({ topic, payload, passes }) => {
    const reader = await connect('owner');
    await reader.subscribe('#');
    await reader.subscribe('$SYS/#', 0, 2);
    const client = await connect(kind);
    client.publish({ topic, payload, qos: 1, messageId: 7 });
    // Refused or not: answered, and the client stays connected.
    await client.take('puback', (packet) => packet.messageId === 7);
    // Anything that went through before this marker has arrived before it.
    const writer = await connect('owner');
    writer.publish({ topic: 'marker', payload: 'end', qos: 1, messageId: 1 });
    await reader.take('publish', (packet) => packet.topic === 'marker');
    const delivered = reader.inbox.some(
      (packet) => packet.cmd === 'publish' && packet.topic === topic && packet.payload.toString() === payload,
    );
    expect(delivered).toBe(passes.includes(kind));
    expect(client.isClosed).toBe(false);
    for (const one of [reader, client, writer]) await one.end();
  });

  it.each(SUBSCRIBES)('subscribes to $filter only where it may', async ({ filter, granted }) => {
    const client = await connect(kind);
    const suback = await client.subscribe(filter, 1);
    expect(suback.granted[0] === 128).toBe(!granted.includes(kind));
    await client.end();
  });
});

describe('refusals', () => {
  it('are listed with a sentence, a cure and who it was', async () => {
    const { items } = await owner.call('GET /api/v1/refusals', { query: { q: 'kitchen/lamp' } });
    expect(items).toContainEqual(
      expect.objectContaining({ code: 'PUBLISH_FORBIDDEN', deviceId: 'alpha', topic: 'kitchen/lamp' }),
    );
    for (const item of items) expect(item.title.length * item.hint.length).toBeGreaterThan(0);
  });
});

describe('what must stay between two', () => {
  it("does not show a device another's command", async () => {
    const device = await connect('device');
    await device.subscribe('fajma/esp32/commands');
    const operator = await connect('operator');
    const command = (deviceId: string) => JSON.stringify({ id: 'c', device_id: deviceId, command: 'on' });
    for (const [at, payload] of [command('beta'), '{"command":"on"}', command('alpha')].entries()) {
      operator.publish({ topic: 'fajma/esp32/commands', payload, qos: 1, messageId: at + 1 });
    }
    expect((await device.take('publish')).payload.toString()).toBe(command('alpha'));
    await device.end();
    await operator.end();
  });

  it("does not show a device another's pairing, retained or not", async () => {
    const device = await connect('device');
    await device.subscribe('simon/pair');
    const operator = await connect('operator');
    const pair = (deviceId: string) => JSON.stringify({ device_id: deviceId, username: 'somebody' });
    operator.publish({ topic: 'simon/pair', payload: pair('beta'), qos: 1, messageId: 1 });
    operator.publish({ topic: 'simon/pair', payload: pair('alpha'), qos: 1, messageId: 2 });
    const heard = await device.take('publish');
    expect(heard.payload.toString()).toBe(pair('alpha'));
    await device.end();
    await operator.end();
  });

  it('does not store or show what a waiting client says, not even retained', async () => {
    const waiting = await connect('waiting');
    waiting.publish({ topic: 'attic/lamp', payload: 'on', qos: 1, messageId: 1, retain: true });
    await waiting.take('puback');
    const reader = await connect('owner');
    await reader.subscribe('attic/#');
    await reader.subscribe('marker', 0, 2);
    reader.publish({ topic: 'marker', payload: 'end' });
    await reader.take('publish', (packet) => packet.topic === 'marker');
    expect(reader.inbox.filter((packet) => packet.cmd === 'publish')).toEqual([]);
    await waiting.end();
    await reader.end();
  });
});

describe('tokens', () => {
  it('lets nobody in with a refresh token that was used before', async () => {
    const session = await logIn(hub, { username: 'viewer', password: PASSWORD });
    const refresh = (cookie: string): Promise<Response> =>
      fetch(`${hub.url}/api/v1/auth/refresh`, { method: 'POST', headers: { cookie } });
    const first = await refresh(session.cookie);
    const second = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(second).not.toBe(session.cookie);
    const third = await refresh(second);
    expect(third.status).toBe(200);
    // Two rotations later the first one is a copy that somebody kept.
    expect((await refresh(session.cookie)).status).toBe(401);
  });

  it('closes the live connection of a person whose session is revoked, within 5 s', async () => {
    const session = await logIn(hub, { username: 'viewer', password: PASSWORD });
    const client = await connectRaw({
      port: hub.ports.mqtt ?? 0,
      clientId: 'live',
      username: 'v',
      password: session.accessToken,
    });
    expect(client.connack.returnCode).toBe(0);
    const { items } = await session.call('GET /api/v1/sessions', { query: {} });
    const current = items.find((one) => one.current);
    await session.call('DELETE /api/v1/sessions/:id', { params: { id: current?.id ?? '' } });
    await until(() => client.isClosed, { timeoutMs: 5000, what: 'the connection to close' });
    const again = await connectRaw({
      port: hub.ports.mqtt ?? 0,
      clientId: 'live',
      username: 'v',
      password: session.accessToken,
    });
    expect(again.connack.returnCode).not.toBe(0);
  });

  it('lets no device in with a token that was rotated or revoked', async () => {
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'gamma' } });
    const enter = (password: string): ReturnType<typeof connectRaw> =>
      connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'gamma', username: 'gamma', password });
    const before = await enter(token);
    expect(before.connack.returnCode).toBe(0);
    const renewed = await owner.call('POST /api/v1/devices/:id/token', { params: { id: 'gamma' } });
    expect((await enter(token)).connack.returnCode).not.toBe(0);
    const after = await enter(renewed.token);
    expect(after.connack.returnCode).toBe(0);
    await owner.call('DELETE /api/v1/devices/:id/token', { params: { id: 'gamma' } });
    await until(() => after.isClosed, { what: 'the connection to close' });
    expect((await enter(renewed.token)).connack.returnCode).not.toBe(0);
  });
});
