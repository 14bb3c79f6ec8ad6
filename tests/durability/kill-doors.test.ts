/** kill -9 while a device speaks over HTTP: what was answered with 200 is there afterwards. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const ROUNDS = repeats(6, 50);
const ID = 'ESP32_killed';
/** A round ends after at most so many answers: how far it comes is a matter of chance. */
const ANSWERS_MAX = 120;
const PASSWORD = 'a long password';
const SEED = 20_261_120;

let hub: Hub;
let owner: ApiClient;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  const rules = ['topic write fajma/esp32/#'];
  await owner.call('POST /api/v1/accounts', { body: { name: 'fleet', password: PASSWORD, rules } });
});
afterAll(() => hub?.close());

interface Answered {
  readonly id: number;
}

async function post(path: string, document: object): Promise<Answered | undefined> {
  try {
    const authorization = `Basic ${Buffer.from(`fleet:${PASSWORD}`).toString('base64')}`;
    const answer = await fetch(hub.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(document),
    });
    if (answer.status !== 200) return undefined;
    const { id, ids } = await answer.json();
    return { id: id ?? ids.at(-1) };
  } catch {
    return undefined; // the hub is gone: nothing was promised
  }
}

it(`keeps everything it answered with 200, in ${ROUNDS} rounds`, async () => {
  const random = seededRandom(SEED);
  const startMs = Date.now() - 3_600_000;
  let counter = 0;
  const promised: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let answered = counter;
    let last: { document: object; id: number } | undefined;
    let isKilled = false;
    const killAfter = Math.floor(random() * ANSWERS_MAX);
    for (let at = 0; at < ANSWERS_MAX && !isKilled; at++) {
      counter++;
      const timestamp = startMs + counter * 100;
      const measurement = { temperature: counter, timestamp };
      const isBatch = counter % 3 === 0;
      const document = isBatch ? { device_id: ID, measurements: [measurement] } : { device_id: ID, ...measurement };
      const asked = post(isBatch ? '/api/iot/batch' : '/api/iot/data', document);
      if (at === killAfter) {
        await hub.kill();
        isKilled = true;
      }
      const reply = await asked;
      if (reply === undefined) continue;
      answered = counter;
      promised.push(counter);
      last = { document, id: reply.id };
    }
    if (!isKilled) await hub.kill();
    await hub.restart();
    owner = await logIn(hub);
    const { metrics } = await owner.call('GET /api/v1/devices/:id/latest', { params: { id: ID } });
    const kept = metrics.temperature;
    expect(Number(kept?.value), `round ${round}`).toBeGreaterThanOrEqual(answered);
    expect(Number(kept?.value)).toBeLessThanOrEqual(counter);
    expect(kept?.atMs).toBe(startMs + Number(kept?.value) * 100);
    if (last === undefined) continue;
    // Said again by a device that did not hear the answer: the same measurement, and nothing newer is lost by it.
    const again = await until(() =>
      post('measurements' in (last?.document ?? {}) ? '/api/iot/batch' : '/api/iot/data', last?.document ?? {}),
    );
    expect(again.id).toBe(last.id);
    const after = await owner.call('GET /api/v1/devices/:id/latest', { params: { id: ID } });
    expect(after.metrics.temperature).toEqual(kept);
  }
  // Everything there is once: what was answered, and what was on its way when the hub was killed.
  const answer = await owner.fetch(`/api/v1/devices/${ID}/history/export?format=csv&metrics=temperature`);
  const values = (await answer.text())
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => Number(line.split(',').at(-1)));
  expect(new Set(values).size).toBe(values.length);
  for (const one of promised) expect(values).toContain(one);
});
