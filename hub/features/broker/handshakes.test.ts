import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { handshakeKey } from './shelf-rows.ts';

const TOPIC = 'ruche/alpha/log';
const SESSION_KEY = 'device:5:alpha:alpha';
let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker({ limits: { handshakesInFlightMax: 3 } });
});
afterEach(() => hub.close());

const arrive = (): Promise<Connected> => hub.connect('alpha', { clientId: 'alpha', clean: false });

/** Said and answered; its PUBREL does not come. */
async function open(client: Connected, messageId: number, payload: string, dup = false): Promise<void> {
  client.publish({ topic: TOPIC, payload, qos: 2, messageId, dup });
  await client.take('pubrec', (packet) => packet.messageId === messageId);
}

async function say(client: Connected, messageId: number, payload: string, dup = false): Promise<void> {
  await open(client, messageId, payload, dup);
  client.send({ cmd: 'pubrel', messageId });
  await client.take('pubcomp');
}

async function vanish(client: Connected): Promise<void> {
  const before = hub.departures.length;
  client.destroy();
  await until(() => hub.departures.length > before);
}

async function restart(): Promise<void> {
  const { store, clock } = hub;
  await hub.stop();
  const { messages } = hub;
  hub = await startBroker({ store, clock, limits: { handshakesInFlightMax: 3 } });
  hub.messages.unshift(...messages);
}

const heard = (): string[] => hub.messages.map(({ payload }) => payload.toString());

describe('a QoS 2 message under an id that waits for its PUBREL in a kept session', () => {
  it.each(['says goodbye', 'breaks', 'breaks, and the hub starts again'])(
    'is a new one when its text is another: the connection before %s',
    async (how) => {
      const before = await arrive();
      await open(before, 1, 'first');
      if (how === 'says goodbye') await before.end();
      else await vanish(before);
      if (how.includes('hub')) await restart();
      const after = await arrive();
      await say(after, 1, 'second');
      await say(after, 1, 'third');
      expect(heard()).toEqual(['first', 'second', 'third']);
    },
  );

  it('is a new one when its text is another, also when it is marked DUP: the first try was lost', async () => {
    const before = await arrive();
    await open(before, 1, 'first');
    await before.end();
    await say(await arrive(), 1, 'second', true);
    expect(heard()).toEqual(['first', 'second']);
  });

  it('is the same one when it is said again, over any number of connections and restarts', async () => {
    await open(await arrive(), 1, 'once');
    for (let turn = 0; turn < 2; turn++) {
      await restart();
      const client = await arrive();
      await open(client, 1, 'once', true);
      await vanish(client);
      await open(await arrive(), 1, 'once', true);
    }
    expect(heard()).toEqual(['once']);
  });

  it('is the same one without DUP where the connection broke and nothing new was said', async () => {
    const before = await arrive();
    await open(before, 1, 'once');
    await open(before, 2, 'twice');
    await vanish(before);
    const after = await arrive();
    await open(after, 1, 'once');
    await say(after, 9, 'new');
    await say(after, 1, 'once');
    await say(after, 2, 'twice');
    expect(heard()).toEqual(['once', 'twice', 'new', 'twice']);
  });

  it('is a new one without DUP after DISCONNECT, also when the hub started again since', async () => {
    for (let run = 0; run < 3; run++) {
      const client = await arrive();
      await open(client, 1, 'open');
      await client.end();
      await until(() => hub.broker.stats().clients === 0);
      if (run === 1) await restart();
    }
    expect(heard()).toEqual(['open', 'open', 'open']);
  });

  it('is known by its id and DUP alone where an earlier hub did not note the text', async () => {
    const before = await arrive();
    await open(before, 1, 'first');
    await open(before, 2, 'second');
    await vanish(before);
    for (const packetId of [1, 2]) await hub.store.mqtt.put(handshakeKey(SESSION_KEY, packetId), Buffer.alloc(0));
    await restart();
    const after = await arrive();
    await say(after, 1, 'first', true);
    await say(after, 2, 'other');
    expect(heard()).toEqual(['first', 'second', 'other']);
  });
});

describe('when as many messages wait for their PUBREL as may', () => {
  it('one that nobody came back to makes room, and its row goes', async () => {
    const before = await arrive();
    for (const id of [1, 2, 3]) await open(before, id, `m${id}`);
    await vanish(before);
    const after = await arrive();
    await open(after, 1, 'm1', true);
    for (const id of [11, 12]) await open(after, id, `m${id}`);
    await vanish(after);
    await restart();
    const last = await arrive();
    for (const id of [1, 11, 12]) await say(last, id, `m${id}`, true);
    expect(heard()).toEqual(['m1', 'm2', 'm3', 'm11', 'm12']);
  });

  it('of one connection, the client is disconnected', async () => {
    const client = await arrive();
    for (const id of [1, 2, 3]) await open(client, id, `m${id}`);
    client.publish({ topic: TOPIC, payload: 'm4', qos: 2, messageId: 4 });
    await client.closed();
    expect(hub.refusals.at(-1)?.code).toBe('PROTOCOL_ERROR');
  });
});
