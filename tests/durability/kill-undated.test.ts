/** Promise 1 for the simplest device there is: values without a time, as fast as they can be sent, and kill -9. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { WindowPublisher } from './window-publisher.ts';

const ROUNDS = repeats(3, 30);
/** Many of them come in one millisecond, and the device is ahead of the clock when the hub is back. */
const WINDOW = 200;
const MESSAGES_A_ROUND = 4000;
const DEVICE_ID = 'kitchen';

let hub: Hub;
let owner: ApiClient;
let publisher: WindowPublisher;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  const { token } = await owner.call('POST /api/v1/devices', { body: { id: DEVICE_ID } });
  publisher = new WindowPublisher({
    credentials: { clientId: `ruche-${DEVICE_ID}`, username: DEVICE_ID, password: token },
    topic: `ruche/${DEVICE_ID}/telemetry`,
    window: WINDOW,
    payloadOf: (message) => JSON.stringify({ v: { n: message } }),
  });
});
afterAll(() => hub?.close());

it(`keeps every acknowledged value, each once and in order, over ${ROUNDS} rounds of kill -9`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    await publisher.connect(hub.ports.mqtt ?? 0);
    publisher.publishUpTo(Number.POSITIVE_INFINITY);
    await until(() => publisher.acknowledged >= round * MESSAGES_A_ROUND, { everyMs: 1, what: `round ${round}` });
    await hub.kill();
    publisher.cut();
    await hub.restart();
    owner = await logIn(hub);
    const stored = await storedValues();
    // What was not acknowledged may be there as well.
    expect(stored.length).toBeGreaterThanOrEqual(publisher.acknowledged);
    expect(stored).toEqual(stored.map((_value, message) => message));
  }
});

/** In the order of their times. */
async function storedValues(): Promise<number[]> {
  const answer = await owner.fetch(`/api/v1/devices/${DEVICE_ID}/history/export?format=json&metrics=n`);
  const file: { value: number }[] = await answer.json();
  return file.map(({ value }) => value);
}
