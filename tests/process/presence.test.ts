/** Whether a device is there, as people see it while connections come, break and end, and the hub restarts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Device, DeviceStatus, StatusReason } from '../../hub/contract/device.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawConnect, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

let hub: Hub;
let owner: ApiClient;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
});
afterAll(() => hub?.close());

/** A device and everything that was seen of it; `sinceMs` may never go back. */
class Watched {
  readonly id: string;
  readonly #password: string;
  #seen: Device | undefined;

  constructor(id: string, password: string) {
    this.id = id;
    this.#password = password;
  }

  async connect(more: Partial<RawConnect> = {}): Promise<RawMqtt> {
    const { id } = this;
    const who = { clientId: id, username: id, password: this.#password };
    const raw = await connectRaw({ port: hub.ports.mqtt ?? 0, ...who, ...more });
    expect(raw.connack.returnCode).toBe(0);
    return raw;
  }

  async look(): Promise<Device> {
    const device = await owner.call('GET /api/v1/devices/:id', { params: { id: this.id } });
    expect(device.sinceMs).toBeGreaterThanOrEqual(this.#seen?.sinceMs ?? 0);
    expect(device.sinceMs).toBeLessThanOrEqual(Date.now());
    expect(device.reasonText).not.toBe('');
    this.#seen = device;
    return device;
  }

  becomes(status: DeviceStatus, reason: StatusReason): Promise<Device> {
    return until(async () => {
      const device = await this.look();
      expect([device.status, device.reason]).toEqual([status, reason]);
      return device;
    });
  }
}

async function make(id: string): Promise<Watched> {
  const { token } = await owner.call('POST /api/v1/devices', { body: { id } });
  return new Watched(id, token);
}

async function sayOnline({ id }: Watched, raw: RawMqtt): Promise<void> {
  raw.publish({ topic: `ruche/${id}/status`, payload: 'online', qos: 1, messageId: 1 });
  await raw.take('puback');
}

it('never heard, then online while its connection is open', async () => {
  const device = await make('new-1');
  expect(await device.look()).toMatchObject({ status: 'never', lastSeenMs: null, connected: false, clientId: null });
  const raw = await device.connect();
  const online = await device.becomes('online', 'connected');
  expect(online).toMatchObject({ connected: true, clientId: 'new-1', address: '127.0.0.1' });
  await raw.end();
});

it('offline by its last will when the connection breaks', async () => {
  const device = await make('will-1');
  const will = { topic: 'ruche/will-1/status', payload: 'offline', retain: true, qos: 1 } as const;
  const raw = await device.connect({ will });
  await device.becomes('online', 'connected');
  raw.destroy();
  const offline = await device.becomes('offline', 'last-will');
  expect(offline.connected).toBe(false);
  const again = await device.connect({ will });
  const online = await device.becomes('online', 'connected');
  expect(online.sinceMs).toBeGreaterThan(offline.sinceMs);
  await again.end();
  // A goodbye in order is no last will.
  await device.becomes('offline', 'disconnected');
});

it('offline because the connection was lost, without a last will', async () => {
  const device = await make('lost-1');
  const raw = await device.connect();
  await device.becomes('online', 'connected');
  raw.destroy();
  const offline = await device.becomes('offline', 'connection-lost');
  expect(offline.lastSeenMs).not.toBeNull();
});

it('offline when it does not keep its connection alive', async () => {
  const device = await make('silent-1');
  const raw = await device.connect({ keepalive: 1 });
  await device.becomes('online', 'connected');
  await raw.closed();
  await device.becomes('offline', 'connection-lost');
});

it('goes on being online through a takeover by its own next connection', async () => {
  const device = await make('twice-1');
  const first = await device.connect();
  const { sinceMs } = await device.becomes('online', 'connected');
  const second = await device.connect();
  await first.closed();
  expect(await device.look()).toMatchObject({ status: 'online', sinceMs, connected: true });
  await second.end();
});

it.each(['stop', 'kill'] as const)(
  'after the hub was restarted (%s): last seen is kept, and a word of patience',
  async (how) => {
    const here = await make(`here-${how}`);
    const gone = await make(`gone-${how}`);
    const will = { topic: `ruche/${here.id}/status`, payload: 'offline' };
    // A heartbeat is stored with the time it came; without one, up to a minute of "last seen" may be lost by a kill.
    await sayOnline(here, await here.connect({ will }));
    const connection = await gone.connect();
    await sayOnline(gone, connection);
    await gone.becomes('online', 'connected');
    await connection.end();
    const before = await gone.becomes('offline', 'disconnected');
    await here.becomes('online', 'connected');
    await hub[how]();
    await hub.restart();
    owner = await logIn(hub);

    const after = await gone.look();
    expect(after).toMatchObject({ status: 'late', reason: 'hub-restarted', connected: false });
    if (how === 'stop') expect(after.lastSeenMs).toBe(before.lastSeenMs);
    expect(after.lastSeenMs).not.toBeNull();
    expect(await here.look()).toMatchObject({ status: 'late', reason: 'hub-restarted' });
    const back = await here.connect({ will });
    const online = await here.becomes('online', 'connected');
    expect(online.sinceMs).toBeGreaterThanOrEqual(after.sinceMs);
    await back.end();
  },
);
