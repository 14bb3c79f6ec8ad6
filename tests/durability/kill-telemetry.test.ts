/** Promise 1 for readings: acknowledged ones are there after kill -9, each once, and rollups say what readings say. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HistorySeries } from '../../hub/contract/history.ts';
import { seededRandom } from '../../hub/lib/random.ts';
import { DAY_MS, HOUR_MS } from '../../hub/lib/rollup.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { WindowPublisher } from './window-publisher.ts';

const ROUNDS = repeats(5, 50);
const PUBLISHERS = 2;
const WINDOW = 10;
const SEED = 20_261_121;
/** Long enough for rollups to be made while readings come, and anywhere in between. */
const ROUND_MS = { least: 300, most: 3000 };
/** Time passes for the devices much faster than for the hub, so that hours and days end in every round. */
const STEP_MS = 2000;
const BEFORE_MS = 25 * DAY_MS;
const BEGIN_MS = Date.now() - BEFORE_MS;
/** Then the times come to the present; what is further ahead than a day is not believed. */
const MESSAGES_MAX = BEFORE_MS / STEP_MS;
/** One of so many readings is late, by at most so much. */
const LATE_EVERY = 4;
const LATE_MAX_MS = 30 * HOUR_MS;

interface Sent {
  atMs: number;
  value: number;
}
interface Sensor {
  deviceId: string;
  sent: Sent[];
  publisher: WindowPublisher;
}

let hub: Hub;
let owner: ApiClient;
const random = seededRandom(SEED);
const sensors: Sensor[] = [];

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  for (let index = 0; index < PUBLISHERS; index++) {
    const deviceId = `sensor-${index}`;
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: deviceId } });
    const sent: Sent[] = [];
    const used = new Set<number>();
    const publisher = new WindowPublisher({
      credentials: { clientId: `ruche-${deviceId}`, username: deviceId, password: token },
      topic: `ruche/${deviceId}/telemetry`,
      window: WINDOW,
      payloadOf(message) {
        while (sent.length <= message) sent.push(next(sent.length, used));
        const { atMs, value } = sent[message] ?? { atMs: 0, value: 0 };
        return JSON.stringify({ v: { temp: value }, t: atMs });
      },
    });
    sensors.push({ deviceId, sent, publisher });
  }
});
afterAll(() => hub?.close());

/** No two readings of one time: each of them must be found. */
function next(message: number, used: Set<number>): Sent {
  const isLate = message % LATE_EVERY === LATE_EVERY - 1;
  let atMs = BEGIN_MS + message * STEP_MS - (isLate ? Math.floor(random() * LATE_MAX_MS) : 0);
  while (used.has(atMs)) atMs++;
  used.add(atMs);
  return { atMs, value: Math.floor(random() * 1000) / 4 };
}

it(`loses no acknowledged reading and has right rollups over ${ROUNDS} rounds of kill -9`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(sensors.map(({ publisher }) => publisher.connect(hub.ports.mqtt ?? 0)));
    const endsMs = performance.now() + ROUND_MS.least + random() * (ROUND_MS.most - ROUND_MS.least);
    for (const { publisher } of sensors) publisher.publishUpTo(MESSAGES_MAX);
    await until(() => performance.now() >= endsMs, { everyMs: 5, what: `round ${round}` });
    await hub.kill();
    for (const { publisher } of sensors) publisher.cut();
    const lines = hub.logs.length;
    await hub.restart();
    expect(hub.logs.slice(lines).filter((line) => line.level >= 40)).toEqual([]);
    owner = await logIn(hub);
    for (const sensor of sensors) await verify(sensor);
  }
});

async function verify({ deviceId, sent, publisher }: Sensor): Promise<void> {
  const stored = await storedOf(deviceId);
  const bySent = new Map(sent.map((one) => [one.atMs, one.value]));
  for (const { atMs, value } of stored) expect(value).toBe(bySent.get(atMs));
  const times = new Set(stored.map(({ atMs }) => atMs));
  expect(times.size).toBe(stored.length);
  expect(publisher.acknowledged).toBeGreaterThan(0);
  const lost = sent.slice(0, publisher.acknowledged).filter(({ atMs }) => !times.has(atMs));
  expect(lost).toEqual([]);
  // Whole days, so that no point begins within a rollup.
  const toMs = Math.ceil((BEGIN_MS + sent.length * STEP_MS) / DAY_MS + 1) * DAY_MS;
  // By the minute, the hour and the day.
  for (const fromMs of [toMs - 13 * DAY_MS, toMs - 365 * DAY_MS, 0]) {
    const { metrics } = await owner.call('GET /api/v1/devices/:id/history', {
      params: { id: deviceId },
      query: { from: fromMs, to: toMs, points: 1200 },
    });
    expectSame(
      metrics.temp,
      stored.filter(({ atMs }) => atMs >= fromMs),
    );
  }
}

async function storedOf(deviceId: string): Promise<Sent[]> {
  const answer = await owner.fetch(`/api/v1/devices/${deviceId}/history/export?format=json&metrics=temp`);
  const file: Sent[] = await answer.json();
  return file;
}

/** A point holds what lies between its time and the next one's. */
function expectSame(chart: HistorySeries | undefined, stored: readonly Sent[]): void {
  const t = chart?.t ?? [];
  const points = t.map((): Sent[] => []);
  let point = -1;
  for (const one of stored) {
    while (one.atMs >= (t[point + 1] ?? Number.POSITIVE_INFINITY)) point++;
    points[point]?.push(one);
  }
  const valuesOf = points.map((readings) => readings.map(({ value }) => value));
  expect(chart?.count).toEqual(valuesOf.map((values) => values.length));
  const orNull = (values: number[], of: (values: number[]) => number) => (values.length === 0 ? null : of(values));
  expect(chart?.min).toEqual(valuesOf.map((values) => orNull(values, () => extreme(values, Math.min))));
  expect(chart?.max).toEqual(valuesOf.map((values) => orNull(values, () => extreme(values, Math.max))));
  expect(chart?.last).toEqual(valuesOf.map((values) => orNull(values, () => values.at(-1) ?? 0)));
  for (const [at, values] of valuesOf.entries()) {
    const sum = values.reduce((total, value) => total + value, 0);
    if (values.length > 0) expect(chart?.avg[at]).toBeCloseTo(sum / values.length, 6);
  }
}

/** A day holds too many readings for the arguments of one call. */
const extreme = (values: readonly number[], of: (a: number, b: number) => number): number =>
  values.reduce((a, b) => of(a, b));
