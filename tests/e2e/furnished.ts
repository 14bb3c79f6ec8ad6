/** A hub with people and Simons in every state a page can show: playing, waiting, gone, refused, asked and silent. */
import { createServer, type Server } from 'node:http';
import type { TileSize } from '../../hub/contract/board.ts';
import type { WidgetSpec } from '../../hub/contract/widget.ts';
import { type ApiClient, logIn, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { pairWith } from '../helpers/simons.ts';
import type { Hub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { powerOn, type SeedSimon } from '../seeds/pubsubclient-simon.ts';

/** Sees the app in French. */
export const ZOE = { username: 'Zoé', password: 'un long mot de passe' } as const;

export const PLAYING = '02AA00000001';
export const SILENT = '02AA00000002';
export const WAITING = '02AA00000003';
export const FREE = '02AA00000004';

/** The owner and Zoé, who is one too. */
export async function makePeople(hub: Hub): Promise<ApiClient> {
  const owner = await setUpOwner(hub);
  const { code } = await owner.call('POST /api/v1/invites');
  const body = { ...ZOE, invite: code, language: 'fr' } as const;
  const { user } = await owner.call('POST /api/v1/auth/register', { body });
  await owner.call('PATCH /api/v1/users/:id', { params: { id: user.id }, body: { role: 'owner' } });
  return owner;
}

/** A destination that is away, and one that refused something. */
async function makeDestinations(owner: ApiClient): Promise<Server> {
  const picky = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(422).end('{"error":"unknown type"}'));
  });
  await new Promise<void>((resolve) => picky.listen(0, '127.0.0.1', resolve));
  const address = picky.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const topics = ['simon/scores'];
  const shared = { kind: 'webhook', events: false, topics } as const;
  const urls = [`http://127.0.0.1:${port}/api/events`, 'http://127.0.0.1:9/away'];
  for (const [at, url] of urls.entries()) {
    await owner.call('POST /api/v1/destinations', { body: { ...shared, topics, name: `Destination ${at + 1}`, url } });
  }
  return picky;
}

/** One tile of each kind, and one whose device is gone. */
async function makeBoard(owner: ApiClient): Promise<void> {
  const temperature = { deviceId: PLAYING, metric: 'temperature' };
  const mode = { deviceId: PLAYING, metric: 'mode' };
  const widgets: WidgetSpec[] = [
    { type: 'chart', name: 'Temperature', ...temperature },
    { type: 'value-spark', name: 'Now', ...temperature, options: { bands: [{ from: 20, level: 'warn' }] } },
    { type: 'gauge', name: 'Gauge', ...temperature, options: { min: 0, max: 40 } },
    { type: 'switch', name: 'Light', deviceId: PLAYING, pin: 'v0' },
    { type: 'slider', name: 'Fan', deviceId: PLAYING, pin: 'v1' },
    { type: 'button', name: 'Door', deviceId: SILENT, pin: 'v2', options: { confirm: true } },
    { type: 'select', name: 'Mode', ...mode, options: { options: [{ label: 'Party', value: 'party' }] } },
    { type: 'vitals', name: 'Vital signs', deviceId: PLAYING },
    { type: 'value', name: 'Gone', deviceId: 'gone', metric: 'temperature' },
    { type: 'text', name: 'Notes', options: { text: '# Notes\n\n- **one**\n- [two](/devices)' } },
    { type: 'events', name: 'Events' },
    { type: 'leaderboard', name: 'Leaders' },
  ];
  const tiles = widgets.map((widget, at) => ({ id: `t${at}`, size: SIZES[widget.type] ?? 'S', widget }));
  await owner.call('POST /api/v1/boards', { body: { name: 'Workshop', shared: true, tiles } });
}
const SIZES: Partial<Record<WidgetSpec['type'], TileSize>> = { chart: 'L', vitals: 'M', text: 'M', events: 'M' };
/** What can be set, what waits to be done, and what is wrong. */
async function makeControls(owner: ApiClient): Promise<void> {
  const spec = { deviceId: PLAYING, options: {} } as const;
  for (const [at, type] of (['switch', 'slider', 'button'] as const).entries()) {
    await owner.call('POST /api/v1/widgets', { body: { ...spec, type, name: `The ${type}`, pin: `v${at}` } });
  }
  const params = { id: PLAYING };
  await owner.call('POST /api/v1/devices/:id/commands', { params, body: { name: 'v0', value: 1 } });
  const limit = { metric: 'temperature', direction: 'above', limit: 20 } as const;
  await owner.call('POST /api/v1/alert-rules', { body: { kind: 'threshold', deviceId: PLAYING, ...limit } });
}

export interface Fleet {
  readonly playing: SeedSimon;
  powerOff(): void;
}

export async function makeFleet(hub: Hub, owner: ApiClient): Promise<Fleet> {
  const port = hub.ports.mqtt ?? 0;
  const [playing, silent, waiting, free] = await Promise.all(
    [PLAYING, SILENT, WAITING, FREE].map((id) => powerOn(port, id)),
  );
  if (!playing || !silent || !waiting || !free) throw new Error('four were switched on');
  await until(async () => (await owner.call('GET /api/v1/devices/waiting')).items.length === 4);
  await pairWith(owner, PLAYING);
  await pairWith(owner, SILENT, ZOE.username);
  await owner.call('POST /api/v1/devices/waiting/:id/adopt', {
    params: { id: await waitingId(owner, FREE) },
    body: {},
  });
  const picky = await makeDestinations(owner);
  for (const score of [4, 0, 11, 7, 18]) playing.finishGame(score);
  playing.publish('simon/scores', '{"device_id":');
  await until(async () => (await owner.call('GET /api/v1/scores')).items.length === 5, { what: 'five scores' });
  playing.publish(`ruche/${PLAYING}/score`, '{"round":5}');
  playing.publish(`ruche/${PLAYING}/telemetry`, '{"v":{"temperature":21.5,"rssi":-61,"heap":182400,"mode":"party"}}');
  await until(
    async () =>
      (await owner.call('GET /api/v1/devices/:id/latest', { params: { id: PLAYING } })).metrics.mode !== undefined,
  );
  await makeControls(owner);
  // once more, now that somebody watches
  playing.publish(`ruche/${PLAYING}/telemetry`, '{"v":{"temperature":21.6,"rssi":-61,"heap":182400,"mode":"party"}}');
  for (let n = 0; n < 3; n += 1)
    playing.publish(`ruche/${PLAYING}/event`, '{"type":"DOOR_OPEN","severity":"warning","n":1}');
  await until(async () => (await owner.call('GET /api/v1/alerts', { query: {} })).items.length > 0, {
    what: 'an alert',
  });
  silent.powerOff();
  await makeBoard(owner);
  await owner.call('PATCH /api/v1/devices/:id', {
    params: { id: PLAYING },
    body: { name: 'The box in the living room' },
  });
  // nobody answers this one: 15 s later the page says what the causes may be
  await owner.call('POST /api/v1/devices/:id/pairing', { params: { id: SILENT }, body: {} });
  return {
    playing,
    powerOff() {
      for (const simon of [playing, waiting, free]) simon.powerOff();
      picky.close();
    },
  };
}

export async function waitingId(owner: ApiClient, deviceId: string): Promise<string> {
  const { items } = await owner.call('GET /api/v1/devices/waiting');
  const found = items.find((device) => device.deviceId === deviceId);
  if (found === undefined) throw new Error(`${deviceId} is not waiting`);
  return found.id;
}

/** Ends the sessions of this person, wherever they are signed in. */
export async function endSessionsOf(hub: Hub, username: string): Promise<void> {
  const owner = await logIn(hub, OWNER);
  const { items } = await owner.call('GET /api/v1/sessions', { query: { all: true, limit: 200 } });
  for (const { id, current, username: whose } of items) {
    if (whose === username && !current) await owner.call('DELETE /api/v1/sessions/:id', { params: { id } });
  }
}
