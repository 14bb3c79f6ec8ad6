/** Seed 4's backend: events of unmodified sensors reach it converted, in order and once, also after it was away. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SeedEvent } from '../../hub/contract/event.ts';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { type Sensor, startSensor } from './mqtt-sensor.ts';

const ID = 'raspberry-1';

interface Backend {
  /** Bodies of `POST /api/events`, oldest first. */
  readonly events: { type: string; device_id: string; details: { [name: string]: unknown } }[];
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function makeBackend(): Backend {
  const events: Backend['events'] = [];
  let server: Server | undefined;
  let port = 0;
  return {
    events,
    get port() {
      return port;
    },
    async start() {
      server = createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        if (request.method === 'POST' && request.url === '/api/events') events.push(JSON.parse(body));
        response.writeHead(201, { 'content-type': 'application/json', connection: 'close' }).end('{}');
      });
      const opened = server;
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
      const address: AddressInfo | string | null = opened.address();
      port = typeof address === 'object' && address !== null ? address.port : 0;
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
}

const backend = makeBackend();
let hub: Hub;
let owner: ApiClient;
let local: RawMqtt;
let sensor: Sensor;

beforeAll(async () => {
  await backend.start();
  hub = await startHub({ env: { RUCHE_BACKEND_URL: `http://127.0.0.1:${backend.port}` } });
  owner = await setUpOwner(hub);
  const port = hub.ports.mqtt ?? 0;
  sensor = await startSensor({ port, deviceId: ID, kind: 'motion' });
  await sensor.publish({ type: 'HELLO', data: {} });
  const { items } = await owner.call('GET /api/v1/devices/waiting');
  await owner.call('POST /api/v1/devices/waiting/:id/adopt', { params: { id: items[0]?.id ?? '' }, body: {} });
  const account = { name: 'hand', password: 'a long password', rules: ['topic readwrite sensor/#'] };
  await owner.call('POST /api/v1/accounts', { body: account });
  local = await connectRaw({ port, clientId: 'local', username: 'p', password: owner.accessToken });
  await local.subscribe('sensor/#');
});
afterAll(async () => {
  sensor?.stop();
  await local?.end();
  await hub?.close();
  await backend.stop();
});

it('S4-3, S4-4, S4-7: an event is converted as the bridge did it', async () => {
  const timestamp = 1_734_567_890.123;
  const eventId = await sensor.publish({ type: 'MOTION_DETECTED', data: { presence: true, gpio_pin: 17 }, timestamp });
  await until(() => backend.events.length === 1, { what: 'the event to reach the backend' });
  expect(backend.events).toEqual([
    {
      type: 'motion_detected',
      device_id: ID,
      details: {
        event_id: eventId,
        source: 'sensor-motion',
        data: { presence: true, gpio_pin: 17 },
        original_timestamp: timestamp,
        mqtt_topic: 'sensor/motion',
      },
    },
  ]);
  const pressure = await startSensor({ port: hub.ports.mqtt ?? 0, deviceId: ID, kind: 'pressure' });
  await pressure.publish({ type: 'PRESSURE_DETECTED', data: { pressure: 'high', duration_ms: 500 } });
  await until(() => backend.events.length === 2);
  expect(backend.events[1]).toMatchObject({ type: 'button_pressed', details: { mqtt_topic: 'sensor/pressure' } });
  pressure.stop();
});

it('S4-9, S4-20: an event published by hand is in the log with its topic and its converted type, and in GET /api/events', async () => {
  const before = backend.events.length;
  const by = await connectRaw({
    port: hub.ports.mqtt ?? 0,
    clientId: 'by-hand',
    username: 'hand',
    password: 'a long password',
  });
  const event = { event_id: 'by hand', device_id: 'raspberry-9', source: 'x', type: 'MOTION_DETECTED', data: {} };
  by.publish({ topic: 'sensor/motion', payload: JSON.stringify(event), qos: 1, messageId: 1 });
  await by.take('puback');
  await by.end();
  await until(() => backend.events.length > before);
  const line = await until(() => hub.logs.find(({ msg, id }) => msg === 'forwarded' && id === 'by hand'));
  expect(line).toMatchObject({ level: 30, topic: 'sensor/motion', type: 'motion_detected', destinationId: 'backend' });
  const [newest]: SeedEvent[] = await (await owner.fetch('/api/events')).json();
  expect(newest).toMatchObject({ type: 'motion_detected', device_id: 'raspberry-9', details: { event_id: 'by hand' } });
});

it('what the hub itself notices goes there too, in its own name', async () => {
  await owner.call('PUT /api/v1/mode', { body: { mode: 'surveillance' } });
  const told = await until(() => backend.events.find(({ type }) => type === 'mode_changed'));
  expect(told).toMatchObject({
    device_id: 'ruche',
    details: { source: 'hub', data: { mode: 'surveillance', by: 'owner' } },
  });
  await owner.call('PUT /api/v1/mode', { body: { mode: 'active' } });
  await until(() => backend.events.filter(({ type }) => type === 'mode_changed').length === 2);
});

it('S4-8, S4-20, S4-22: while the backend is away nothing waits here, and it gets everything later, in order and once', async () => {
  local.drain();
  const before = backend.events.length;
  await backend.stop();
  const sent: string[] = [];
  for (let at = 0; at < 10; at++) sent.push(await sensor.publish({ type: 'MOTION_DETECTED', data: { at } }));
  for (const eventId of sent) {
    const { payload } = await local.take('publish');
    expect(JSON.parse(payload.toString()).event_id).toBe(eventId);
  }
  // S4-8: the log says that the backend is away and that everything here goes on.
  await until(() => hub.logs.some(({ msg }) => msg === 'cannot forward now; messages here go on as before'));
  await backend.start();
  await until(() => backend.events.length >= before + sent.length, { timeoutMs: 45_000, what: 'the queue to drain' });
  expect(backend.events.slice(before).map(({ details }) => details.event_id)).toEqual(sent);
});

it('S4-1, S4-22: an event that is sent again goes to the backend once', async () => {
  const before = backend.events.length;
  const event = (event_id: string) => ({ body: { type: 'MOTION_DETECTED', device_id: ID, event_id } });
  for (const id of ['again', 'again', 'last']) await owner.call('POST /api/events', event(id));
  await until(() => backend.events.at(-1)?.details.event_id === 'last', { what: 'the last one to reach the backend' });
  expect(backend.events.slice(before).map(({ details }) => details.event_id)).toEqual(['again', 'last']);
});
