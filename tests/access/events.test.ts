/** Events, alerts, the mode and the stream over a real hub: who may what, and what survives a restart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../hub/contract/alert.ts';
import type { LiveEvents } from '../../hub/contract/live.ts';
import { LIVE_EVENTS } from '../../hub/contract/topics.ts';
import { type ApiClient, ApiError, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { followSse, type SseReader } from '../helpers/sse.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const VIEWER = { username: 'viewer', password: 'a long password' };

let hub: Hub;
let owner: ApiClient;
let viewer: ApiClient;
let probe: RawMqtt;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open', RUCHE_ANONYMOUS: 'open' } });
  owner = await setUpOwner(hub);
  await owner.call('POST /api/v1/auth/register', { body: VIEWER });
  viewer = await logIn(hub, VIEWER);
  probe = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'probe' });
});
afterAll(async () => {
  probe?.destroy();
  await hub?.close();
});

let lastId = 0;
async function measure(values: object, deviceId = 'probe'): Promise<void> {
  const messageId = ++lastId;
  probe.publish({ topic: `ruche/${deviceId}/telemetry`, payload: JSON.stringify({ v: values }), qos: 1, messageId });
  await probe.take('puback', (packet) => packet.messageId === messageId);
}
const motion = (event_id: string, more: object = {}) => ({
  type: 'MOTION_DETECTED',
  device_id: 'pir',
  event_id,
  source: 'sensor-motion',
  data: { presence: true },
  ...more,
});
const post = (body: ReturnType<typeof motion>) => owner.call('POST /api/events', { body });
const alerts = async (state: 'active' | 'open' | 'acknowledged' | 'cleared' | 'all' = 'active', who = owner) =>
  (await who.call('GET /api/v1/alerts', { query: { state } })).items;

async function codeOf(doing: Promise<unknown>): Promise<string | undefined> {
  try {
    await doing;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

async function openStream(who: ApiClient, query = ''): Promise<SseReader> {
  const abort = new AbortController();
  const answer = await who.fetch(`/api/v1/stream${query}`, { signal: abort.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  return followSse(answer, abort);
}

describe('the feed', () => {
  it('has what was posted once, newest first, filtered, grouped and page by page', async () => {
    for (const id of ['f1', 'f2', 'f2', 'f3']) await post(motion(id));
    await owner.call('POST /api/events', { body: { type: 'door', device_id: 'door-1' } });
    const { items } = await viewer.call('GET /api/v1/events', { query: { type: 'motion_detected' } });
    expect(items.map(({ type, deviceId, data }) => [type, deviceId, data])).toEqual(
      Array(3).fill(['MOTION_DETECTED', 'pir', { presence: true }]),
    );
    const grouped = await viewer.call('GET /api/v1/events', {
      query: { grouped: true, device: 'pir', type: 'motion_detected' },
    });
    expect(grouped.items).toMatchObject([{ type: 'MOTION_DETECTED', count: 3 }]);
    const first = await viewer.call('GET /api/v1/events', { query: { limit: 1 } });
    const second = await viewer.call('GET /api/v1/events', { query: { limit: 1, cursor: first.nextCursor ?? '' } });
    expect([first.items[0]?.type, second.items[0]?.type]).toEqual(['door', 'MOTION_DETECTED']);
    expect(await codeOf(viewer.call('GET /api/v1/events', { query: { cursor: '***' } }))).toBe('CURSOR_INVALID');
  });

  it('remembers who acknowledged what', async () => {
    const { items } = await owner.call('GET /api/v1/events', { query: { type: 'door' } });
    const id = items[0]?.id ?? '';
    expect(await codeOf(viewer.call('POST /api/v1/events/:id/ack', { params: { id }, body: {} }))).toBe('NOT_YOURS');
    const { event } = await owner.call('POST /api/v1/events/:id/ack', { params: { id }, body: { note: 'it was me' } });
    expect(event).toMatchObject({ id, ackedBy: 'owner', note: 'it was me' });
    expect(await codeOf(owner.call('POST /api/v1/events/:id/ack', { params: { id: 'none' }, body: {} }))).toBe(
      'EVENT_UNKNOWN',
    );
  });
});

describe('an alert', () => {
  it('is raised by a threshold, acknowledged, and cleared by hysteresis; once, however often', async () => {
    const rule = await owner.call('POST /api/v1/alert-rules', {
      body: { kind: 'threshold', metric: 'temperature', direction: 'above', limit: 30, hysteresis: 2 },
    });
    for (const temperature of [25, 31, 33]) await measure({ temperature });
    const [alert] = await until(async () => (await alerts('open')).length === 1 && alerts('open'));
    expect(alert).toMatchObject({
      ruleId: rule.id,
      deviceId: 'probe',
      metric: 'temperature',
      direction: 'above',
      limit: 30,
    });
    await until(async () => (await alerts())[0]?.count === 2, { what: 'the repeat' });
    const params = { id: alert?.id ?? '' };
    expect(await codeOf(viewer.call('POST /api/v1/alerts/:id/ack', { params, body: {} }))).toBe('NOT_YOURS');
    const acked = await owner.call('POST /api/v1/alerts/:id/ack', { params, body: { note: 'seen' } });
    expect(acked).toMatchObject({ state: 'acknowledged', ackedBy: 'owner', note: 'seen', value: 33 });
    await measure({ temperature: 29 });
    expect(await alerts('acknowledged')).toHaveLength(1);
    await measure({ temperature: 28 });
    await until(async () => (await alerts()).length === 0, { what: 'the alert to clear' });
    expect(await alerts('cleared')).toMatchObject([
      { id: params.id, clearedBecause: 'recovered', ackedBy: 'owner', count: 2 },
    ]);
    await owner.call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
  });

  it('is put off, and goes with its rule', async () => {
    const body = { kind: 'event', eventType: 'Fever', severity: 'critical' } as const;
    const rule = await owner.call('POST /api/v1/alert-rules', { body });
    await owner.call('POST /api/events', { body: { type: 'fever', device_id: 'bed' } });
    const [alert] = await until(async () => (await alerts('open')).length === 1 && alerts('open'));
    const params = { id: alert?.id ?? '' };
    const snoozed = await owner.call('POST /api/v1/alerts/:id/snooze', { params, body: { forS: 3600 } });
    expect((snoozed.snoozedUntilMs ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    expect(await codeOf(owner.call('POST /api/v1/alerts/:id/snooze', { params, body: {} }))).toBe('BODY_INVALID');
    await owner.call('PATCH /api/v1/alert-rules/:id', { params: { id: rule.id }, body: { enabled: false } });
    expect(await alerts('all')).toContainEqual(expect.objectContaining({ ...params, clearedBecause: 'rule-changed' }));
    expect(await codeOf(owner.call('POST /api/v1/alerts/:id/snooze', { params, body: { forS: 1 } }))).toBe(
      'ALERT_CLEARED',
    );
    await owner.call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
    expect(await codeOf(owner.call('GET /api/v1/alert-rules/:id', { params: { id: rule.id } }))).toBe(
      'ALERT_RULE_UNKNOWN',
    );
  });

  it('rule about every device is for those who manage them all; a wrong one is refused with its field', async () => {
    const body = { kind: 'no-data' } as const;
    expect(await codeOf(viewer.call('POST /api/v1/alert-rules', { body }))).toBe('NOT_YOURS');
    expect(await codeOf(viewer.call('POST /api/v1/alert-rules', { body: { ...body, deviceId: 'probe' } }))).toBe(
      'NOT_YOURS',
    );
    expect(await codeOf(owner.call('POST /api/v1/alert-rules', { body: { kind: 'threshold' } }))).toBe('BODY_INVALID');
    expect(await codeOf(owner.call('POST /api/v1/alert-rules', { body: { ...body, deviceId: 'nobody' } }))).toBe(
      'DEVICE_UNKNOWN',
    );
    const { items } = await viewer.call('GET /api/v1/alert-rules/suggestions');
    expect(items.map(({ kind }) => kind)).toContain('no-data');
  });
});

describe('surveillance', () => {
  const setMode = (mode: 'active' | 'surveillance', more: object = {}) =>
    owner.call('PUT /api/v1/mode', { body: { mode, ...more } });

  it('raises motion as an alert, for the time that it is armed, and says who armed it', async () => {
    expect(await codeOf(viewer.call('PUT /api/v1/mode', { body: { mode: 'surveillance' } }))).toBe('FORBIDDEN');
    await post(motion('s1'));
    expect(await setMode('surveillance')).toMatchObject({ mode: 'surveillance', by: 'owner', armed: true });
    await post(motion('s2', { data: { presence: false } }));
    await post(motion('s3'));
    const [alert] = await until(async () => (await alerts('open')).length === 1 && alerts('open'));
    expect(alert).toMatchObject({
      kind: 'surveillance',
      deviceId: 'pir',
      severity: 'critical',
      ruleId: null,
      count: 1,
    });
    const event = (await owner.call('GET /api/v1/events', { query: { device: 'pir', limit: 1 } })).items[0];
    const acked = await owner.call('POST /api/v1/events/:id/ack', { params: { id: event?.id ?? '' }, body: {} });
    expect(acked.alerts).toMatchObject([{ id: alert?.id, state: 'acknowledged' }]);
    await post(motion('s4'));
    await until(async () => (await alerts('open')).length === 1, { what: 'motion after the acknowledgement' });
    await setMode('active');
    await post(motion('s5'));
    const modes = (await owner.call('GET /api/v1/events', { query: { type: 'MODE_CHANGED' } })).items;
    expect(modes[1]).toMatchObject({ code: 'mode-changed', data: { mode: 'surveillance', by: 'owner' } });
    expect(modes.map(({ message }) => message)).toEqual([
      'owner set the mode to active.',
      'owner set the mode to surveillance.',
    ]);
  });

  it('and open alerts, acknowledgements, rules and countdowns are there after kill -9', async () => {
    const rule = await owner.call('POST /api/v1/alert-rules', {
      body: { kind: 'threshold', metric: 'co2', direction: 'above', limit: 1000, name: 'Air' },
    });
    await measure({ co2: 1500 });
    await until(async () => (await alerts('open')).some(({ metric }) => metric === 'co2'));
    await setMode('surveillance', { exitDelayS: 600, entryDelayS: 30 });
    const before = await alerts();
    probe.destroy();
    await hub.kill();
    await hub.restart();
    owner = await logIn(hub);
    viewer = await logIn(hub, VIEWER);
    probe = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'probe' });
    const known = ({ id, state, raisedMs, count, ackedBy }: Alert) => ({ id, state, raisedMs, count, ackedBy });
    expect((await alerts()).map(known)).toEqual(before.map(known));
    const mode = await viewer.call('GET /api/v1/mode');
    expect(mode).toMatchObject({ mode: 'surveillance', armed: false, by: 'owner', entryDelayS: 30 });
    expect((mode.armsAtMs ?? 0) - (mode.sinceMs ?? 0)).toBe(600_000);
    await measure({ co2: 900 });
    await until(async () => !(await alerts()).some(({ metric }) => metric === 'co2'), { what: 'the alert to clear' });
    await owner.call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
    // What was stored before is known: the same event again is none.
    const count = async () =>
      (await owner.call('GET /api/v1/events', { query: { device: 'pir', limit: 200 } })).items.length;
    const events = await count();
    await post(motion('s3'));
    expect(await count()).toBe(events);
  });
});

describe('$live/events', () => {
  it('begins with the newest events, what stands and the mode, and goes on with the news', async () => {
    const browser = await connectRaw({
      port: hub.ports.mqtt ?? 0,
      clientId: 'browser',
      username: 'x',
      password: viewer.accessToken,
    });
    await browser.subscribe(LIVE_EVENTS);
    const read = async (): Promise<LiveEvents> =>
      JSON.parse((await browser.take('publish', ({ topic }) => topic === LIVE_EVENTS)).payload.toString());
    const first = await read();
    expect(first).toMatchObject({ snapshot: true, mode: { mode: 'surveillance' } });
    expect(first.events.length).toBeGreaterThan(3);
    await post(motion('live-1'));
    expect(await read()).toMatchObject({ snapshot: false, events: [{ type: 'MOTION_DETECTED' }] });
    await owner.call('PUT /api/v1/mode', { body: { mode: 'active' } });
    expect((await read()).mode).toMatchObject({ mode: 'active', by: 'owner' });
    await browser.end();
  });
});

describe('an account', () => {
  it('posts events only where its rules let it, whatever topic the body names', async () => {
    const account = { name: 'lamps', password: 'a long password' };
    const rules = ['topic readwrite lamps/#', 'topic write sensor/motion'];
    await owner.call('POST /api/v1/accounts', { body: { ...account, rules } });
    const authorization = `Basic ${btoa(`${account.name}:${account.password}`)}`;
    const answerTo = async (mqtt_topic: string): Promise<number> => {
      const event = { type: 'MOTION_DETECTED', device_id: 'pir', details: { mqtt_topic } };
      const headers = { authorization, 'content-type': 'application/json' };
      const body = JSON.stringify(event);
      return (await fetch(`${hub.url}/api/events`, { method: 'POST', headers, body })).status;
    };
    expect(await answerTo('sensor/motion')).toBe(200);
    expect(await answerTo('sensor/pressure')).toBe(403);
    expect(await answerTo('lamps/anything')).toBe(403);
  });
});

describe('the stream', () => {
  it('tells readings, events, alerts and presence as they happen, filtered as asked', async () => {
    const rule = await owner.call('POST /api/v1/alert-rules', { body: { kind: 'event', eventType: 'bell' } });
    const all = await openStream(viewer);
    const some = await openStream(owner, '?kinds=event&device=door-1');
    await measure({ temperature: 21.5 });
    await measure({ temperature: 22, humidity: 40 });
    await owner.call('POST /api/events', { body: { type: 'bell', device_id: 'door-1' } });
    await post(motion('stream-1'));
    const other = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'newcomer' });
    other.publish({ topic: 'ruche/newcomer/telemetry', payload: '{"v":{"x":1}}' });
    const kinds = () => new Set(all.messages.map(({ event }) => event));
    await until(() => ['reading', 'event', 'alert', 'status'].every((kind) => kinds().has(kind)), {
      what: 'every kind',
    });
    const readings = all.messages.filter(({ event }) => event === 'reading');
    expect(Object.assign({}, ...readings.map(({ data }) => data))).toMatchObject({ deviceId: expect.any(String) });
    expect(JSON.stringify(readings)).toContain('"humidity":40');
    expect(some.messages).toMatchObject([{ event: 'event', data: { type: 'bell', deviceId: 'door-1' } }]);
    expect(new Set(all.messages.map(({ id }) => id)).size).toBe(all.messages.length);
    expect(all.text()).toMatch(/^retry: \d+\n\n/);
    for (const reader of [all, some]) reader.close();
    other.destroy();
    await owner.call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
    expect((await owner.fetch('/api/v1/stream?kinds=gossip')).status).toBe(400);
    expect((await owner.fetch('/api/v1/stream?device=nobody')).status).toBe(404);
    expect((await fetch(`${hub.url}/api/v1/stream`)).status).toBe(401);
  });

  it('is bounded for each person, tells who comes back, and ends with the session', async () => {
    const guest = await logIn(hub, VIEWER);
    const abort = new AbortController();
    const again = followSse(
      await guest.fetch('/api/v1/stream', { headers: { 'last-event-id': 'x-1' }, signal: abort.signal }),
      abort,
    );
    await until(() => again.messages.length === 1);
    expect(again.messages).toMatchObject([{ event: 'lost', data: { count: null } }]);
    const readers: SseReader[] = [];
    let refused: Response | undefined;
    for (let n = 0; n < 12 && refused === undefined; n++) {
      const one = new AbortController();
      const answer = await guest.fetch('/api/v1/stream', { signal: one.signal });
      if (answer.ok) readers.push(followSse(answer, one));
      else refused = answer;
    }
    expect(refused?.status).toBe(429);
    await guest.call('POST /api/v1/auth/logout');
    await until(() => again.isEnded() && readers.every((reader) => reader.isEnded()), { what: 'the streams to end' });
  });

  it('ends when the hub stops, and does not hold it up', async () => {
    const reader = await openStream(viewer);
    const startedMs = performance.now();
    expect(await hub.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    await until(reader.isEnded);
  });
});
