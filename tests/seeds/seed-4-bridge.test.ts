/** Seed 4, unmodified: local sensors that publish events, and whoever listens to them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { type Sensor, startSensor } from './mqtt-sensor.ts';

const ID = 'raspberry-1';

describe('seed 4: sensors of a house', () => {
  let hub: Hub;
  let owner: ApiClient;
  let subscriber: RawMqtt;
  let motion: Sensor;
  const port = (): number => hub.ports.mqtt ?? 0;
  const device = () => owner.call('GET /api/v1/devices/:id', { params: { id: ID } });
  const waiting = async () => (await owner.call('GET /api/v1/devices/waiting')).items;
  const heard = async (): Promise<{ topic: string; event: { [name: string]: unknown } }> => {
    const { topic, payload } = await subscriber.take('publish');
    return { topic, event: JSON.parse(payload.toString()) };
  };

  beforeAll(async () => {
    hub = await startHub();
    owner = await setUpOwner(hub);
    const account = { name: 'bridge', password: 'a long password', rules: ['topic read sensor/#'] };
    await owner.call('POST /api/v1/accounts', { body: account });
    subscriber = await connectRaw({ port: port(), clientId: 'b', username: 'bridge', password: account.password });
    await subscriber.subscribe('sensor/#', 0);
    motion = await startSensor({ port: port(), deviceId: ID, kind: 'motion' });
  });
  afterAll(async () => {
    motion?.stop();
    await subscriber?.end();
    await hub?.close();
  });

  it('a sensor without credentials is listed with the name it gives, and nothing it says is passed on', async () => {
    await motion.publish({ type: 'MOTION_DETECTED', data: { presence: true, gpio_pin: 17 } });
    expect(await waiting()).toMatchObject([{ deviceId: ID, dialect: 'surveillance', connected: true }]);
    expect(subscriber.inbox.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
  });

  it('S4-1, S4-11: once adopted, its events reach local subscribers as they are', async () => {
    const [entry] = await waiting();
    await owner.call('POST /api/v1/devices/waiting/:id/adopt', { params: { id: entry?.id ?? '' }, body: {} });
    const timestamp = Date.now() / 1000;
    const eventId = await motion.publish({
      type: 'MOTION_DETECTED',
      data: { presence: true, gpio_pin: 17 },
      timestamp,
    });
    expect(await heard()).toEqual({
      topic: 'sensor/motion',
      event: {
        ...{ event_id: eventId, device_id: ID, source: 'sensor-motion', type: 'MOTION_DETECTED', timestamp },
        data: { presence: true, gpio_pin: 17 },
      },
    });
    expect(await device()).toMatchObject({ id: ID, dialects: ['surveillance'], protected: false, status: 'online' });
  });

  it('S4-2, S4-5: the same device has more sensors, also of kinds nobody has heard of', async () => {
    for (const [kind, type] of [
      ['pressure', 'PRESSURE_DETECTED'],
      ['flood', 'WATER_DETECTED'],
    ] as const) {
      const sensor = await startSensor({ port: port(), deviceId: ID, kind });
      await sensor.publish({ type, data: { pressure: 'high', duration_ms: 500 } });
      expect(await heard()).toMatchObject({ topic: `sensor/${kind}`, event: { type } });
      sensor.stop();
    }
    expect((await device()).messages).toBeGreaterThanOrEqual(3);
    expect(await waiting()).toEqual([]);
  });

  it('a sensor started again, with another client id, is still the same device, also after a restart of the hub', async () => {
    motion.stop();
    await subscriber.end();
    await hub.stop();
    await hub.restart();
    owner = await logIn(hub);
    subscriber = await connectRaw({ port: port(), clientId: 'b', username: 'bridge', password: 'a long password' });
    await subscriber.subscribe('sensor/#', 0);
    motion = await startSensor({ port: port(), deviceId: ID, kind: 'motion' });
    await motion.publish({ type: 'MOTION_DETECTED', data: { presence: false } });
    expect(await heard()).toMatchObject({ event: { device_id: ID, data: { presence: false } } });
  });

  it('nobody speaks for it with another name, and what is no event is refused with a reason', async () => {
    const other = await startSensor({ port: port(), deviceId: 'raspberry-2', kind: 'motion' });
    await other.publish({ type: 'MOTION_DETECTED', data: {} });
    expect((await waiting()).map(({ deviceId }) => deviceId)).toEqual(['raspberry-2']);
    motion.raw.publish({ topic: 'sensor/motion', payload: '{"event_id":', qos: 1, messageId: 900 });
    await motion.raw.take('puback', (packet) => packet.messageId === 900);
    motion.raw.publish({
      topic: 'sensor/motion',
      payload: JSON.stringify({ device_id: 'raspberry-2', type: 'MOTION_DETECTED' }),
      qos: 1,
      messageId: 901,
    });
    await motion.raw.take('puback', (packet) => packet.messageId === 901);
    const codes = await until(async () => {
      const { items } = await owner.call('GET /api/v1/refusals', { query: { device: ID } });
      const found = items.map(({ code }) => code);
      return found.includes('DEVICE_MISMATCH') && found;
    });
    expect(codes).toContain('PAYLOAD_NOT_JSON');
    expect(subscriber.inbox.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    other.stop();
  });

  it('S4-19: a sensor with a password is a device with its token', async () => {
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'raspberry-3' } });
    const raw = await connectRaw({ port: port(), clientId: 'paho-1', username: 'raspberry-3', password: token });
    const payload = JSON.stringify({ event_id: 'e', device_id: 'raspberry-3', type: 'MOTION_DETECTED', data: {} });
    raw.publish({ topic: 'sensor/motion', payload, qos: 1, messageId: 1 });
    await raw.take('puback');
    expect(await heard()).toMatchObject({ event: { device_id: 'raspberry-3' } });
    await raw.end();
  });
});
