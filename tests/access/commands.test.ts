/** Who reaches whose devices: commands, widgets and boards, asked for by everybody who could ask. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';

const PASSWORD = 'a long password';
let hub: Hub;
let owner: ApiClient;
let operator: ApiClient;
let ann: ApiClient;
let bob: ApiClient;
const tokens = new Map<string, string>();
const raws: RawMqtt[] = [];

/** A waiting client that a person adopts is theirs. */
async function adopt(person: ApiClient, clientId: string): Promise<void> {
  const raw = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId });
  const { items } = await owner.call('GET /api/v1/devices/waiting');
  const id = items.find((one) => one.clientId === clientId)?.id ?? '';
  await person.call('POST /api/v1/devices/waiting/:id/adopt', { params: { id }, body: {} });
  await raw.end();
}

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  owner = await setUpOwner(hub);
  const register = async (username: string): Promise<ApiClient> => {
    await owner.call('POST /api/v1/auth/register', { body: { username, password: PASSWORD } });
    return logIn(hub, { username, password: PASSWORD });
  };
  const { id } = (await register('operator')).user;
  await owner.call('PATCH /api/v1/users/:id', { params: { id }, body: { role: 'operator' } });
  operator = await logIn(hub, { username: 'operator', password: PASSWORD });
  [ann, bob] = [await register('ann'), await register('bob')];
  await adopt(ann, 'ruche-anns');
  for (const device of ['alpha', 'beta']) {
    tokens.set(device, (await owner.call('POST /api/v1/devices', { body: { id: device } })).token);
  }
});
afterAll(async () => {
  for (const raw of raws) raw.destroy();
  await hub?.close();
});

const command = (who: ApiClient, id: string) =>
  who.call('POST /api/v1/devices/:id/commands', { params: { id }, body: { name: 'relay', value: 1 } });

describe('a viewer', () => {
  it('commands their own devices and nobody else’s, also in bulk and through widgets', async () => {
    expect((await command(ann, 'anns')).createdBy).toBe('ann');
    await expect(command(bob, 'anns')).rejects.toMatchObject({ status: 403, code: 'NOT_YOURS' });
    await expect(command(ann, 'alpha')).rejects.toMatchObject({ code: 'NOT_YOURS' });
    const body = { name: 'relay', value: 1, select: { ids: ['anns', 'alpha'] } };
    const { rows } = await ann.call('POST /api/v1/commands', { body });
    expect(rows.map(({ refusal }) => refusal?.code)).toEqual(['NOT_YOURS', undefined]);
    const spec = { type: 'button', name: 'x', deviceId: 'anns', metric: 'relay' } as const;
    const widget = await bob.call('POST /api/v1/widgets', { body: spec });
    const press = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"state":1}' };
    expect((await bob.fetch(`/widgets/${widget.id}/state`, press)).status).toBe(403);
  });

  it('cancels only what is for their own devices', async () => {
    const { id } = await command(owner, 'alpha');
    const params = { id: 'alpha', commandId: id };
    const attempt = ann.call('DELETE /api/v1/devices/:id/commands/:commandId', { params });
    await expect(attempt).rejects.toMatchObject({ code: 'NOT_YOURS' });
    const cancelled = await operator.call('DELETE /api/v1/devices/:id/commands/:commandId', { params });
    expect(cancelled.state).toBe('cancelled');
  });

  it('sees no personal board of somebody else, not even as an owner of the hub', async () => {
    const { id } = await ann.call('POST /api/v1/boards', { body: { name: 'Mine' } });
    for (const who of [bob, operator, owner]) {
      const attempt = who.call('GET /api/v1/boards/:id', { params: { id } });
      await expect(attempt).rejects.toMatchObject({ status: 404, code: 'BOARD_UNKNOWN' });
    }
  });
});

describe('a device', () => {
  it('reads only the commands that are for it, on its own topic and on the shared one', async () => {
    const connect = async (id: string): Promise<RawMqtt> => {
      const login = { clientId: id, username: id, password: tokens.get(id) ?? '' };
      const raw = await connectRaw({ port: hub.ports.mqtt ?? 0, acks: true, ...login });
      raws.push(raw);
      return raw;
    };
    const [alpha, beta] = [await connect('alpha'), await connect('beta')];
    await alpha.subscribe('fajma/esp32/commands', 1);
    await beta.subscribe('fajma/esp32/commands', 1);
    expect((await beta.subscribe('ruche/alpha/cmd', 1, 2)).granted).toEqual([128]);
    const payload = JSON.stringify({ id: 'c1', device_id: 'alpha', command: 'relay', value: 1 });
    const topic = 'fajma/esp32/commands';
    await owner.call('POST /api/v1/publish', { body: { topic, payload, qos: 1 } });
    expect((await alpha.take('publish')).topic).toBe(topic);
    beta.send({ cmd: 'pingreq' });
    await beta.take('pingresp');
    expect(beta.inbox.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
  });
});
