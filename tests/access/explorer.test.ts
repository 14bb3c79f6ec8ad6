/** The Explorer's API over a real hub: what was published, by whom, who hears it, and what may be done with it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_TOPICS, liveTopic } from '../../hub/contract/topics.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const VIEWER = { username: 'viewer', password: 'a long password' };

let hub: Hub;
let owner: ApiClient;
let viewer: ApiClient;
let lamp: RawMqtt;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open', RUCHE_ANONYMOUS: 'open' } });
  owner = await setUpOwner(hub);
  await owner.call('POST /api/v1/auth/register', { body: VIEWER });
  viewer = await logIn(hub, VIEWER);
  lamp = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'lamp-1' });
});
afterAll(async () => {
  lamp?.destroy();
  await hub?.close();
});

let lastId = 0;
async function say(topic: string, payload: string, retain = false): Promise<void> {
  const messageId = ++lastId;
  lamp.publish({ topic, payload, qos: 1, messageId, retain });
  await lamp.take('puback', (packet) => packet.messageId === messageId);
}
const topicsOf = async (query: { prefix?: string; q?: string; limit?: number; cursor?: string }) =>
  owner.call('GET /api/v1/topics', { query });
const names = (items: readonly { topic: string }[]): string[] => items.map(({ topic }) => topic);

async function connectAs(who: ApiClient, clientId: string): Promise<RawMqtt> {
  return connectRaw({ port: hub.ports.mqtt ?? 0, clientId, username: 'x', password: who.accessToken });
}

describe('the tree', () => {
  it('has every topic under its place, with counts, page by page', async () => {
    for (const room of ['attic', 'cellar', 'hall']) await say(`tree/${room}/lamp`, '{"on":true}');
    await say('tree/hall/lamp', '{"on":false}', true);
    expect(names((await topicsOf({})).items)).toContain('tree');
    const first = await topicsOf({ prefix: 'tree', limit: 2 });
    expect(names(first.items)).toEqual(['tree/attic', 'tree/cellar']);
    const second = await topicsOf({ prefix: 'tree', limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.items).toMatchObject([
      { topic: 'tree/hall', messages: 2, topics: 1, hasChildren: true, value: null },
    ]);
    expect(second.nextCursor).toBeUndefined();
    const { items } = await topicsOf({ prefix: 'tree/hall' });
    expect(items).toMatchObject([
      { topic: 'tree/hall/lamp', value: { preview: '{"on":false}', bytes: 12, retained: true, clientId: 'lamp-1' } },
    ]);
    expect((await topicsOf({ prefix: 'nowhere' })).items).toEqual([]);
    await expect(topicsOf({ cursor: '***' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('is searched by name, pattern, payload, client and retained', async () => {
    for (const q of ['tree/hall', 'tree/+/lamp retained:yes', 'tree payload:false', 'client:LAMP tree/hall']) {
      expect(names((await topicsOf({ q })).items), q).toEqual(['tree/hall/lamp']);
    }
    expect((await topicsOf({ q: 'tree/#', limit: 2 })).total).toBe(3);
  });

  it('comes live, with a snapshot first', async () => {
    const browser = await connectAs(owner, 'browser');
    await browser.subscribe(LIVE_TOPICS);
    const read = (text: string) => JSON.parse(text);
    const first = await browser.take('publish', (packet) => packet.topic === LIVE_TOPICS);
    expect(read(first.payload.toString())).toMatchObject({ snapshot: true, nodes: [] });
    await say('live/x', '7');
    const next = await browser.take('publish', (packet) => packet.payload.toString().includes('live/x'));
    const { nodes } = read(next.payload.toString());
    expect(nodes).toContainEqual(expect.objectContaining({ topic: 'live', topics: 1, messages: 1 }));
    await browser.end();
  });
});

describe('one topic', () => {
  it('tells its values, who publishes it and who listens', async () => {
    const browser = await connectAs(owner, 'browser');
    await browser.subscribe('one/+', 1);
    await browser.subscribe(liveTopic('one/x'));
    await browser.take('publish', (packet) => packet.topic === liveTopic('one/x'));
    await say('one/x', '{"t":1}', true);
    await say('one/x', '{"t":2}');
    const { last, retained, publishers, subscribers, history, subscribersTotal } = await owner.call(
      'GET /api/v1/topics/detail',
      { query: { topic: 'one/x' } },
    );
    expect(last).toMatchObject({ text: '{"t":2}', qos: 1, clientId: 'lamp-1', isCut: false });
    expect(retained).toMatchObject({ text: '{"t":1}' });
    expect(publishers).toMatchObject([{ clientId: 'lamp-1', address: '127.0.0.1', messages: 2, ratePerMinute: 2 }]);
    expect(subscribers).toMatchObject([
      { clientId: 'browser', username: 'owner', filter: 'one/+', qos: 1, connected: true },
    ]);
    expect(subscribersTotal).toBe(1);
    expect(history.map(({ text }) => text)).toEqual(['{"t":2}', '{"t":1}']);
    const live = await browser.take('publish', (packet) => packet.payload.toString().includes('"of":'));
    expect(JSON.parse(live.payload.toString()).messages.length).toBeGreaterThan(0);
    await browser.end();
  });

  it('hides client ids and addresses from who only watches', async () => {
    const { publishers } = await viewer.call('GET /api/v1/topics/detail', { query: { topic: 'one/x' } });
    expect(publishers).toMatchObject([{ clientId: null, address: null, messages: 2 }]);
    expect((await viewer.call('GET /api/v1/topics', { query: { q: 'client:lamp' } })).items).toEqual([]);
    const { items } = await viewer.call('GET /api/v1/topics', { query: { q: 'one/x' } });
    expect(items).toMatchObject([{ value: { clientId: null } }]);
  });

  it('does not show a viewer whom devices are paired with', async () => {
    await owner.call('POST /api/v1/publish', { body: { topic: 'simon/pair', payload: '{"device_id":"x"}' } });
    const query = { topic: 'simon/pair' };
    expect((await owner.call('GET /api/v1/topics/detail', { query })).last).not.toBeNull();
    expect((await viewer.call('GET /api/v1/topics/detail', { query })).last).toBeNull();
  });
});

describe('publishing', () => {
  it('goes to subscribers as the person, retained where wanted', async () => {
    await lamp.subscribe('cmd/#', 1);
    const body = { topic: 'cmd/lamp', payload: 'AP8=', encoding: 'base64', qos: 1, retain: true } as const;
    expect(await owner.call('POST /api/v1/publish', { body })).toEqual({ status: 'published', subscribers: 1 });
    expect([...(await lamp.take('publish', (packet) => packet.topic === 'cmd/lamp')).payload]).toEqual([0, 255]);
    const { publishers, retained } = await owner.call('GET /api/v1/topics/detail', { query: { topic: 'cmd/lamp' } });
    expect(publishers).toMatchObject([{ username: 'owner', address: '127.0.0.1' }]);
    expect(retained).toMatchObject({ base64: 'AP8=', text: null });
  });

  it.each([
    [{ topic: 'a/+', payload: '' }, 'TOPIC_INVALID'],
    [{ topic: '$SYS/x', payload: '' }, 'PUBLISH_RESERVED'],
    [{ topic: 'simon/scores', payload: '{"device_id":"x","username":"","score":1}' }, 'DEVICE_MISMATCH'],
    [{ topic: 'a', payload: '*', encoding: 'base64' }, 'BODY_INVALID'],
  ] as const)('of %j is refused with %s', async (body, code) => {
    await expect(owner.call('POST /api/v1/publish', { body })).rejects.toMatchObject({ code });
  });

  it('that is refused is listed with who, where from and why', async () => {
    const body = { topic: '$SYS/mine', payload: 'x' };
    await expect(owner.call('POST /api/v1/publish', { body })).rejects.toMatchObject({ code: 'PUBLISH_RESERVED' });
    const { items } = await owner.call('GET /api/v1/refusals', { query: { q: '$SYS/mine' } });
    expect(items).toMatchObject([
      { code: 'PUBLISH_RESERVED', action: 'publish', username: 'owner', address: '127.0.0.1', topic: '$SYS/mine' },
    ]);
  });

  it('is kept for later by name', async () => {
    const body = { name: 'Lamp on', topic: 'cmd/lamp', payload: 'on', qos: 1, retain: false } as const;
    const saved = await owner.call('POST /api/v1/saved-publishes', { body });
    const first = await owner.call('POST /api/v1/saved-publishes', { body: { ...body, name: 'A' } });
    const { items } = await owner.call('GET /api/v1/saved-publishes', { query: {} });
    expect(items.map(({ name }) => name)).toEqual(['A', 'Lamp on']);
    for (const { id } of [saved, first]) await owner.call('DELETE /api/v1/saved-publishes/:id', { params: { id } });
    await expect(owner.call('DELETE /api/v1/saved-publishes/:id', { params: { id: saved.id } })).rejects.toMatchObject({
      code: 'SAVED_UNKNOWN',
    });
  });
});

describe('deleting what is retained', () => {
  it('tells subscribers, survives a kill, and is undone', async () => {
    for (let at = 0; at < 3; at++) await say(`bin/${at}`, `v${at}`, true);
    const dry = await owner.call('POST /api/v1/retained/delete', { body: { filter: 'bin/#', dryRun: true } });
    expect(dry).toMatchObject({ count: 3, batch: null });
    await lamp.subscribe('bin/0');
    await lamp.take('publish', (packet) => packet.topic === 'bin/0');
    const { batch } = await owner.call('POST /api/v1/retained/delete', { body: { filter: 'bin/#' } });
    expect((await lamp.take('publish', (packet) => packet.topic === 'bin/0')).payload).toHaveLength(0);
    expect((await topicsOf({ q: 'bin retained:yes' })).items).toEqual([]);
    await hub.kill();
    await hub.restart();
    const trash = await owner.call('GET /api/v1/retained/trash', { query: {} });
    expect(trash.items.map(({ topic }) => topic).sort()).toEqual(['bin/0', 'bin/1', 'bin/2']);
    const undone = await owner.call('POST /api/v1/retained/trash/restore', { body: { batch: batch ?? '' } });
    expect(undone).toEqual({ restored: 3, skipped: 0 });
    await until(async () => (await topicsOf({ q: 'bin retained:yes' })).items.length === 3);
    expect((await owner.call('GET /api/v1/retained/trash', { query: {} })).items).toEqual([]);
  });

  it('is not lost from the tree by a restart', async () => {
    await hub.kill();
    await hub.restart();
    expect((await topicsOf({ prefix: 'tree/hall' })).items).toMatchObject([
      { topic: 'tree/hall/lamp', messages: 0, value: { preview: '{"on":false}', retained: true } },
    ]);
  });
});
