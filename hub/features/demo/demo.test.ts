/** The demonstration inside the hub: start, stop, and leaving nothing behind. */
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { socketPair } from '../../lib/socket-pair.ts';
import { createDemo, DEMO_DEVICE_ID, type Demo, isDemoClient } from './demo.ts';

let broker: Aedes;
let demo: Demo;
let removals: string[];
let hasDevice: boolean;

beforeEach(async () => {
  broker = await Aedes.createBroker();
  removals = [];
  hasDevice = false;
  demo = createDemo({
    clock: new FakeClock(),
    connect() {
      const [near, far] = socketPair();
      broker.handle(far);
      return near;
    },
    devices: {
      hasDemo: () => hasDevice,
      async removeDemo() {
        removals.push('devices');
        hasDevice = false;
      },
    },
    simon: {
      hasDemo: async () => false,
      async removeDemo() {
        removals.push('scores');
      },
    },
  });
});
afterEach(async () => {
  await demo.close();
  await new Promise<void>((resolve) => broker.close(resolve));
});

const connected = (count: number) => vi.waitFor(() => expect(broker.connectedClients).toBe(count), { interval: 5 });

describe('the demonstration', () => {
  it('connects one device the hub can tell apart, and takes it away again', async () => {
    expect(await demo.state()).toEqual({ running: false, deviceId: null, hasData: false });
    const clientIds: string[] = [];
    broker.on('client', (client) => void clientIds.push(client.id));
    expect(await demo.start()).toMatchObject({ running: true, deviceId: DEMO_DEVICE_ID });
    await connected(1);
    expect(clientIds.map(isDemoClient)).toEqual([true]);
    expect(isDemoClient('ESP32-Simon-AABBCCDDEEFF')).toBe(false);
    expect(await demo.stop()).toMatchObject({ running: false, deviceId: null });
    await connected(0);
  });

  it('ends with the hub, however many clicks are waiting', async () => {
    const clicks = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? demo.start() : demo.stop()));
    await demo.close();
    await Promise.allSettled(clicks);
    await expect(demo.start()).rejects.toMatchObject({ code: 'DEMO_UNAVAILABLE' });
    expect((await demo.state()).running).toBe(false);
  });

  it('runs once: two clicks at the same time start one', async () => {
    const [first, second] = await Promise.allSettled([demo.start(), demo.start()]);
    expect(first?.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'DEMO_UNAVAILABLE' } });
    await connected(1);
  });

  it('may be stopped when it does not run, and started again', async () => {
    await demo.stop();
    await demo.start();
    await demo.stop();
    expect(await demo.start()).toMatchObject({ running: true });
    await connected(1);
  });

  it('is stopped, and its device and then its scores are removed', async () => {
    await demo.start();
    await connected(1);
    hasDevice = true;
    expect((await demo.state()).hasData).toBe(true);
    expect(await demo.removeData()).toEqual({ running: false, deviceId: null, hasData: false });
    expect(removals).toEqual(['devices', 'scores']);
    await connected(0);
  });
});
