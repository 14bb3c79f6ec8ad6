import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { RucheError } from '../../contract/errors.ts';
import type { History as HistoryAnswer, HistorySeries } from '../../contract/history.ts';
import type { Role } from '../../contract/permissions.ts';
import { FOR_EVER } from '../../domain/retention.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Value } from '../../lib/rollup.ts';
import { openLevel } from '../../store/level/open.ts';
import type { Http } from '../route.ts';
import { EXPORT_PAGE } from './export.ts';
import { History, SWEEP_AFTER_MS, TEND_PERIOD_MS } from './history.ts';
import { historyRoutes } from './routes.ts';

const log = pino({ level: 'silent' });
const NOON = Date.UTC(2026, 10, 20, 12);
const OWNERS = new Map([
  ['serre', 'id-of-amy'],
  ['empty', null],
]);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function setUp(retention = FOR_EVER) {
  const clock = new FakeClock(NOON);
  const { store } = await openLevel({
    dir: undefined,
    memory: () => new MemoryLevel<string, string>(),
    durability: 'commit',
    log,
    clock,
  });
  const history = new History({ store, clock, log, retention });
  const http: Http = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  http.decorateRequest('person', null);
  http.addHook('onRequest', async (request) => {
    const [username = '', role] = String(request.headers.who ?? 'bob').split(' ');
    request.person = { kind: 'person', userId: `id-of-${username}`, username, role: roleOf(role), sessionId: 's' };
  });
  http.setErrorHandler((error, _request, reply) => {
    if (error instanceof RucheError) return reply.code(error.status).send({ code: error.code });
    throw error;
  });
  const device = (name: string) => {
    const id = name.toLowerCase();
    const ownerId = OWNERS.get(id);
    return ownerId === undefined ? undefined : { id, ownerId };
  };
  historyRoutes({ clock, telemetry: store.telemetry, history, device })(http);
  closing.push(async () => {
    await http.close();
    history.close();
    await store.close();
  });
  const say = (atMs: number, metrics: Record<string, Value>) => {
    const when = { atMs, isDated: true };
    const report = {
      kind: 'readings',
      claimedId: 'serre',
      ...when,
      metrics: new Map(Object.entries(metrics)),
    } as const;
    return store.commit(history.writesFor({ deviceId: 'serre', report }));
  };
  const get = (url: string, headers: Record<string, string> = {}) =>
    http.inject({ method: 'GET', url: `/api/v1/devices/${url}`, headers });
  const chart = async (query: string): Promise<Record<string, HistorySeries>> => {
    const answer = await get(`serre/history?${query}`);
    expect(answer.statusCode, answer.body).toBe(200);
    const { metrics } = answer.json<HistoryAnswer>();
    for (const columns of Object.values(metrics)) {
      expect(new Set(Object.values(columns).map((column) => column.length)).size).toBe(1);
    }
    return metrics;
  };
  const forget = (who: string, query = '', id = 'serre') =>
    http.inject({ method: 'DELETE', url: `/api/v1/devices/${id}/history?${query}`, headers: { who } });
  /** Every ten minutes for so many hours before noon. */
  const fill = async (hours: number, valueAt = (at: number): Value => at) => {
    const count = hours * 6;
    for (let at = 0; at < count; at++) await say(NOON - (count - at) * 10 * MINUTE_MS, { temp: valueAt(at) });
  };
  return { clock, store, history, http, say, get, chart, forget, fill };
}
const roleOf = (text: string | undefined): Role => (text === 'operator' || text === 'owner' ? text : 'viewer');

describe('the history of a device', () => {
  it('has few readings as they are, with gaps where it was silent', async () => {
    const { say, chart } = await setUp();
    for (const minute of [60, 50, 40, 10]) await say(NOON - minute * MINUTE_MS, { temp: minute, door: minute > 45 });
    const at = (minute: number) => NOON - minute * MINUTE_MS;
    expect(await chart(`from=${at(60)}&to=${NOON}`)).toEqual({
      temp: {
        t: [at(60), at(50), at(40), at(25), at(10)],
        min: [60, 50, 40, null, 10],
        avg: [60, 50, 40, null, 10],
        max: [60, 50, 40, null, 10],
        last: [60, 50, 40, null, 10],
        count: [1, 1, 1, 0, 1],
      },
      door: {
        t: [at(60), at(50), at(40), at(25), at(10)],
        min: [1, 1, 0, null, 0],
        avg: [1, 1, 0, null, 0],
        max: [1, 1, 0, null, 0],
        last: [true, true, false, null, false],
        count: [1, 1, 1, 0, 1],
      },
    });
  });

  it('has the last text of a metric that says text', async () => {
    const { say, chart } = await setUp();
    await say(NOON - 2, { mode: 'auto' });
    await say(NOON - 1, { mode: 'eco' });
    const expected = { t: [NOON - 2, NOON - 1], min: [null, null], last: ['auto', 'eco'], count: [1, 1] };
    expect((await chart('metrics=mode')).mode).toMatchObject(expected);
    const one = await chart(`metrics=mode&points=1&from=${NOON - 3}&to=${NOON}`);
    expect(one.mode).toMatchObject({ avg: [null], last: ['eco'], count: [2] });
  });

  it('never has more points than asked for, and loses no reading in them', async () => {
    const { fill, chart, clock } = await setUp();
    await fill(24 * 20);
    for (const isRolled of [false, true]) {
      if (isRolled) clock.advance(TEND_PERIOD_MS);
      for (const points of [1, 2, 7, 100, 600, 2000]) {
        for (const hours of [1, 5, 24, 24 * 7, 24 * 20]) {
          const query = `metrics=temp&points=${points}&from=${NOON - hours * HOUR_MS}&to=${NOON}`;
          const { temp } = await chart(query);
          expect(temp?.t.length).toBeLessThanOrEqual(points);
          expect(temp?.max.at(-1)).toBe(24 * 20 * 6 - 1);
          const count = temp?.count.reduce((sum, one) => sum + one, 0) ?? 0;
          // The bucket in which the range begins belongs to it.
          expect(count).toBeGreaterThanOrEqual(hours * 6);
          expect(count).toBeLessThanOrEqual(hours * 6 + 6 * 24);
        }
      }
    }
  });

  it('reaches back beyond the readings that are kept', async () => {
    const { fill, chart, clock, store } = await setUp({ raw: 1, minute: 2, hour: 4, day: null });
    await fill(24 * 9);
    clock.advance(SWEEP_AFTER_MS);
    for (let pieces = 0; pieces < 50; pieces++) {
      clock.advance(TEND_PERIOD_MS);
      await store.commit([]);
    }
    const range = { fromMs: 0, toMs: NOON, limit: 10_000 };
    expect((await store.telemetry.readings('serre', 'temp', range)).length).toBeLessThan(24 * 9 * 6);
    const { temp } = await chart(`metrics=temp&from=${NOON - 9 * DAY_MS}&to=${NOON}`);
    const counted = temp?.count.reduce((sum, one) => sum + one, 0);
    expect(counted).toBe(24 * 9 * 6);
    expect(temp?.min[0]).toBe(0);
    expect(temp?.max.at(-1)).toBe(24 * 9 * 6 - 1);
  });

  it('has steps of whole hours where nothing finer is kept', async () => {
    const { say, chart } = await setUp({ ...FOR_EVER, raw: 1, minute: 1 });
    const hourMs = 60 * MINUTE_MS;
    const beginMs = NOON - 400 * 24 * hourMs;
    for (let at = 0; at < 120; at++) await say(beginMs + at * MINUTE_MS, { temp: at });
    const { temp } = await chart(`metrics=temp&from=${beginMs - 2 * hourMs}&to=${beginMs + 4 * hourMs}&points=20`);
    expect((temp?.t ?? []).map((ms) => ms % hourMs)).toEqual((temp?.t ?? []).map(() => 0));
    expect(temp?.count.filter((count) => count > 0)).toEqual([60, 60]);
  });

  it('is of the last day when nobody says otherwise, and empty where nothing is known', async () => {
    const { fill, chart, get } = await setUp();
    await fill(48);
    const all = await chart('');
    expect(all.temp?.t[0]).toBeGreaterThanOrEqual(NOON - DAY_MS);
    expect(all.temp?.t.at(-1)).toBe(NOON - 10 * MINUTE_MS);
    const none = { t: [], min: [], avg: [], max: [], last: [], count: [] };
    expect(await chart('metrics=unknown')).toEqual({ unknown: none });
    expect((await get('empty/history')).json()).toMatchObject({ metrics: {} });
  });

  it('takes names with commas and percent signs', async () => {
    const { say, chart } = await setUp();
    await say(NOON - 1, { 'a,b': 1, 'hum%': 2, __proto__x: 3 });
    expect(Object.keys(await chart('metrics=a%252Cb,hum%25'))).toEqual(['a,b', 'hum%']);
  });

  it('is answered with 304 to who has it', async () => {
    const { say, get } = await setUp();
    await say(NOON - 5, { temp: 1 });
    const url = `serre/history?from=0&to=${NOON}`;
    const first = await get(url);
    const etag = String(first.headers.etag);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(304);
    await say(NOON - 6, { temp: 2 });
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(200);
  });

  it('is refused for what makes no sense', async () => {
    const { get } = await setUp();
    expect((await get('nobody/history')).json()).toEqual({ code: 'DEVICE_UNKNOWN' });
    expect((await get('serre/history?from=2&to=1')).json()).toEqual({ code: 'BODY_INVALID' });
    for (const query of ['points=0', 'points=2001', 'from=x', 'from=-1', 'to=1.5']) {
      expect((await get(`serre/history?${query}`)).statusCode, query).toBe(400);
    }
    const names = Array.from({ length: 300 }, (_none, at) => `m${at}`).join(',');
    expect((await get(`serre/history?metrics=${names}`)).json()).toEqual({ code: 'BODY_INVALID' });
  });
});

describe('history as a file', () => {
  it('has every reading, metric after metric, under a name of its own', async () => {
    const { fill, say, get } = await setUp();
    await fill(24 * 10);
    await say(NOON, { door: true });
    const csv = await get('SERRE/history/export');
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="ruche-serre-history.csv"');
    const lines = csv.body.split('\r\n');
    expect(lines).toHaveLength(1 + 1 + 24 * 10 * 6 + 1);
    expect(lines[1]).toBe(`2026-11-20T12:00:00.000Z,${NOON},serre,door,true`);
    expect(new Set(lines).size).toBe(lines.length);
    const json = await get(`serre/history/export?format=json&metrics=temp&from=${NOON - HOUR_MS}`);
    expect(json.json()).toHaveLength(6);
    const influx = await get(`serre/history/export?format=lines&metrics=temp&to=${NOON - 10 * DAY_MS + 1}`);
    expect(influx.body).toBe(`readings,device=serre temp=0 ${NOON - 10 * DAY_MS}000000\n`);
  });

  it('has rollups where the readings they were made of are gone', async () => {
    const { fill, get, clock, store } = await setUp({ raw: 1, minute: 2, hour: 4, day: null });
    await fill(24 * 9);
    const [count, day] = [24 * 9 * 6, 24 * 6];
    const hours = `from=${NOON - 9 * DAY_MS}&to=${NOON}&metrics=temp`;
    clock.advance(SWEEP_AFTER_MS);
    for (let pieces = 0; pieces < 50; pieces++) {
      clock.advance(TEND_PERIOD_MS);
      await store.commit([]);
    }
    const raw = (await get(`serre/history/export?format=json&${hours}`)).json();
    expect(raw.length).toBeLessThan(2 * day);
    const file = await get(`serre/history/export?format=json&resolution=day&${hours}`);
    expect(file.headers['content-disposition']).toBe('attachment; filename="ruche-serre-history-day.json"');
    const days: { count: number }[] = file.json();
    expect(days.reduce((sum, one) => sum + one.count, 0)).toBe(count);
    expect(days).toHaveLength(10);
    expect(days[1]).toEqual({
      ...{ time: '2026-11-12T00:00:00.000Z', atMs: Date.UTC(2026, 10, 12), device: 'serre', metric: 'temp' },
      ...{ min: 72, avg: 143.5, max: 215, last: 215, count: day },
    });
    const csv = (await get(`serre/history/export?resolution=hour&${hours}`)).body.split('\r\n');
    expect(csv[0]).toBe('time,ms,device,metric,min,avg,max,last,count');
    expect(csv.at(-2)).toBe(
      `2026-11-20T11:00:00.000Z,${NOON - HOUR_MS},serre,temp,${count - 6},${count - 3.5},${count - 1},${count - 1},6`,
    );
  });

  it('of rollups is read page by page, begins with the bucket its range begins in, and gives text its last', async () => {
    const { say, get } = await setUp();
    const minutes = 2 * EXPORT_PAGE + 1;
    for (let at = 0; at < minutes; at++) await say(NOON - (minutes - at) * MINUTE_MS, { temp: at });
    await say(NOON - 1, { mode: 'eco,"x"' });
    const of = 'serre/history/export?resolution=minute';
    const all = (await get(`${of}&format=json&metrics=temp`)).json();
    expect(all.map(({ min }: { min: number }) => min)).toEqual(Array.from({ length: minutes }, (_none, at) => at));
    const some = (await get(`${of}&format=json&metrics=temp&from=${NOON - 1.5 * MINUTE_MS}`)).json();
    expect(some).toHaveLength(2);
    expect((await get(`${of}&metrics=mode`)).body.split('\r\n')[1]).toBe(
      `2026-11-20T11:59:00.000Z,${NOON - MINUTE_MS},serre,mode,,,,"eco,""x""",1`,
    );
    const lines = (await get(`${of}&format=lines&from=${NOON - MINUTE_MS}`)).body.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      `readings_minute,device=serre mode_last="eco,\\"x\\"",mode_count=1i ${NOON - MINUTE_MS}000000`,
      `readings_minute,device=serre temp_min=2000,temp_avg=2000,temp_max=2000,temp_last=2000,temp_count=1i ${NOON - MINUTE_MS}000000`,
    ]);
    expect((await get(`${of}s`)).statusCode).toBe(400);
  });

  it('is empty where there is nothing, and refused in other forms', async () => {
    const { get } = await setUp();
    expect((await get('empty/history/export?format=json')).json()).toEqual([]);
    expect((await get('empty/history/export')).body).toBe('time,ms,device,metric,value\r\n');
    expect((await get('empty/history/export?format=xml')).statusCode).toBe(400);
    expect((await get('nobody/history/export')).statusCode).toBe(404);
  });
});

describe('forgetting history', () => {
  it('is for the owner of the device and for operators', async () => {
    const { forget } = await setUp();
    expect((await forget('bob')).json()).toEqual({ code: 'NOT_YOURS' });
    expect((await forget('amy')).statusCode).toBe(204);
    expect((await forget('olga operator')).statusCode).toBe(204);
    expect((await forget('olga operator', '', 'nobody')).statusCode).toBe(404);
  });

  it('is of a range and of some metrics', async () => {
    const { say, chart, forget } = await setUp();
    for (const atMs of [NOON - 3, NOON - 2, NOON - 1]) await say(atMs, { a: 1, b: 2 });
    expect((await forget('amy', `metrics=a&from=${NOON - 2}&to=${NOON - 1}`)).statusCode).toBe(204);
    const { a, b } = await chart('');
    expect([a?.t, b?.t]).toEqual([
      [NOON - 3, NOON - 1],
      [NOON - 3, NOON - 2, NOON - 1],
    ]);
    await forget('amy');
    expect((await chart('')).b?.t).toEqual([]);
  });
});

describe('rollups', () => {
  it('are made while the hub runs, and tried again when the store could not', async () => {
    const { clock, store, history, fill } = await setUp();
    await fill(30);
    const tend = store.telemetry.tend;
    const asked: number[] = [];
    let fails = 1;
    store.telemetry.tend = async (...given) => {
      asked.push(clock.nowMs());
      if (fails-- > 0) throw new RucheError('STORE_UNAVAILABLE');
      return tend(...given);
    };
    for (let pieces = 0; pieces < 5; pieces++) {
      clock.advance(TEND_PERIOD_MS);
      await store.commit([]);
      await store.telemetry.readings('serre', 'temp', { fromMs: 0, toMs: NOON, limit: 1 });
    }
    expect(asked.length).toBeGreaterThanOrEqual(3);
    history.close();
    const before = asked.length;
    clock.advance(TEND_PERIOD_MS * 10);
    expect(asked).toHaveLength(before);
  });
});
