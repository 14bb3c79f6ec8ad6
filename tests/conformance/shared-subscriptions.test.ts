/** SUBSCRIBE to `$share/group/filter`: each message goes to one member, and waits when nobody is there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  type Connected,
  connectWire,
  heard,
  MQTT_3,
  publish,
  receive,
  settle,
  subscribe,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

const keptSession = () => ({ clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } });

async function payloadsOf(clients: Connected[], total: number): Promise<string[][]> {
  const counts = clients.map(() => [] as string[]);
  await until(
    async () => {
      for (const [at, client] of clients.entries()) {
        for (const packet of client.drain()) {
          if (packet.cmd !== 'publish') continue;
          counts[at]?.push(String(packet.payload));
          if (packet.qos > 0) client.send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
        }
      }
      return counts.flat().length >= total;
    },
    { what: `${total} shared messages` },
  );
  for (const client of clients) await settle(client);
  return counts;
}

it.each([0, 1] as const)(
  'gives each message at QoS %i to one member, and something to each [MQTT-4.8.2-3]',
  async (qos) => {
    const root = unique();
    const members = await Promise.all([connectWire(hub), connectWire(hub), connectWire(hub)]);
    for (const member of members) await subscribe(member, { topic: `$share/g/${root}/+`, qos: 1 });
    const sender = await connectWire(hub);
    const sent = Array.from({ length: 30 }, (_, at) => String(at));
    for (const payload of sent) await publish(sender, { topic: `${root}/x`, payload, qos });
    const got = await payloadsOf(members, 30);
    expect(got.flat().sort()).toEqual(sent.sort());
    for (const payloads of got) expect(payloads.length).toBeGreaterThan(0);
    await Promise.all([...members, sender].map((client) => client.end()));
  },
);

it('is beside groups of other names and plain subscriptions, which get everything', async () => {
  const topic = unique();
  const [one, other, plain] = await Promise.all([connectWire(hub), connectWire(hub), connectWire(hub)]);
  await subscribe(one, `$share/one/${topic}`);
  await subscribe(other, `$share/other/${topic}`);
  await subscribe(plain, topic);
  await publish(plain, { topic, payload: 'x' });
  for (const client of [one, other, plain]) expect(await heard(client)).toEqual(['x']);
  await Promise.all([one, other, plain].map((client) => client.end()));
});

it('delivers to a client with both kinds of subscription through both', async () => {
  const topic = unique();
  const client = await connectWire(hub);
  await subscribe(client, topic);
  await subscribe(client, `$share/g/${topic}`);
  await publish(client, { topic, payload: 'x' });
  expect(await heard(client)).toEqual(['x', 'x']);
  await client.end();
});

it('sends no retained values (4.8.2)', async () => {
  const topic = unique();
  const client = await connectWire(hub);
  await publish(client, { topic, payload: 'kept', qos: 1, retain: true });
  await subscribe(client, `$share/g/${topic}`);
  expect(await heard(client)).toEqual([]);
  await client.end();
});

it('keeps messages while all members are away, and gives them to who comes back (4.8.2)', async () => {
  const topic = unique();
  const sessions = [keptSession(), keptSession()];
  for (const session of sessions) {
    const member = await connectWire(hub, session);
    await subscribe(member, { topic: `$share/g/${topic}`, qos: 1 });
    await member.end();
  }
  const sender = await connectWire(hub);
  for (const payload of ['1', '2', '3', '4']) await publish(sender, { topic, payload, qos: 1 });
  const back = await connectWire(hub, sessions[0]);
  for (const payload of ['1', '2', '3', '4']) expect(String((await receive(back)).payload)).toBe(payload);
  const second = await connectWire(hub, sessions[1]);
  expect(await heard(second)).toEqual([]);
  await Promise.all([back, second, sender].map((client) => client.end()));
});

it('keeps them over a restart of the hub', async () => {
  const topic = unique();
  const session = keptSession();
  const member = await connectWire(hub, session);
  await subscribe(member, { topic: `$share/g/${topic}`, qos: 1 });
  await member.end();
  const sender = await connectWire(hub);
  await publish(sender, { topic, payload: 'waits', qos: 1 });
  await hub.kill();
  await hub.restart();
  const back = await connectWire(hub, session);
  expect(String((await receive(back)).payload)).toBe('waits');
  await back.end();
});

it('leaves out a member that is away while another is there', async () => {
  const topic = unique();
  const away = await connectWire(hub, keptSession());
  await subscribe(away, { topic: `$share/g/${topic}`, qos: 1 });
  await away.end();
  const here = await connectWire(hub);
  await subscribe(here, { topic: `$share/g/${topic}`, qos: 1 });
  for (const payload of ['1', '2', '3']) await publish(here, { topic, payload, qos: 1 });
  for (const payload of ['1', '2', '3']) expect(String((await receive(here)).payload)).toBe(payload);
  await here.end();
});

it('ends with UNSUBSCRIBE of the same name', async () => {
  const topic = unique();
  const client = await connectWire(hub);
  await subscribe(client, `$share/g/${topic}`);
  client.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: [`$share/g/${topic}`, `$share/h/${topic}`] });
  expect((await client.take('unsuback')).granted).toEqual([0, 0x11]);
  await publish(client, { topic, payload: 'x' });
  expect(await heard(client)).toEqual([]);
  await client.end();
});

it.each(['$share/g', '$share//a', '$share/g+/a', '$share/#/a', '$share/g/'])(
  'refuses %s [MQTT-4.8.2-1] [MQTT-4.8.2-2]',
  async (filter) => {
    const client = await connectWire(hub);
    expect((await subscribe(client, filter)).granted).toEqual([0x8f]);
    await client.end();
  },
);

it('names the subscription identifier of the member that gets the message', async () => {
  const topic = unique();
  const client = await connectWire(hub);
  await subscribe(client, { topic: `$share/g/${topic}`, qos: 0 }, { subscriptionIdentifier: 44 });
  await publish(client, { topic, payload: 'x' });
  expect((await receive(client)).properties?.subscriptionIdentifier).toBe(44);
  await client.end();
});

it('counts as somebody who is there: no 0x10', async () => {
  const topic = unique();
  const client = await connectWire(hub);
  await subscribe(client, { topic: `$share/g/${topic}`, qos: 1 });
  expect(await publish(client, { topic, payload: 'x', qos: 1 })).toBe(0);
  await client.end();
});

it('takes members of both versions, as Mosquitto does', async () => {
  const topic = unique();
  const [old, modern] = await Promise.all([connectWire(hub, {}, MQTT_3), connectWire(hub)]);
  for (const client of [old, modern]) await subscribe(client, { topic: `$share/g/${topic}`, qos: 1 });
  const sender = await connectWire(hub);
  for (let count = 0; count < 10; count++) await publish(sender, { topic, payload: String(count), qos: 1 });
  const got = await payloadsOf([old, modern], 10);
  expect(got.flat()).toHaveLength(10);
  for (const payloads of got) expect(payloads.length).toBeGreaterThan(0);
  await Promise.all([old, modern, sender].map((client) => client.end()));
});
