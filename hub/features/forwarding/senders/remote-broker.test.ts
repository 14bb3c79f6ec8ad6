/** The way to another broker, with Aedes as that broker. */
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../tests/helpers/until.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { OutboxRow } from '../../../store/forwarding-store.ts';
import { RemoteBroker } from './remote-broker.ts';

let aedes: Aedes;
let server: Server;
let sender: RemoteBroker;

beforeEach(async () => {
  aedes = await Aedes.createBroker();
  server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const settings = { url: `mqtt://127.0.0.1:${port}`, clientId: 'ruche-test', username: null, password: null };
  sender = new RemoteBroker(
    { ...settings, filters: [], localPrefix: '', remotePrefix: '', hop: { hub: 'h', destination: 'd' } },
    { clock: systemClock, random: () => 0, receive: async () => {}, onReady: () => {}, onError: () => {} },
  );
  sender.start();
  await until(() => sender.isConnected, { what: 'the sender to be connected' });
});
afterEach(async () => {
  sender.stop();
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise((resolve) => server.close(resolve));
});

const entry = (seq: number): OutboxRow => ({
  ...{ destinationId: 'd', seq, id: String(seq), atMs: 0, kind: 'message', body: 'MQ==', topic: 't' },
  ...{ qos: 1, retain: false, properties: '' },
});

describe('the way to another broker', () => {
  it('remembers nothing of what has arrived', async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', warned);
    for (let seq = 0; seq <= EventEmitter.defaultMaxListeners * 2; seq++) {
      expect(await sender.send(entry(seq))).toEqual({ kind: 'sent' });
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('has everything sent again that was not acknowledged when it ended', async () => {
    aedes.authorizePublish = () => {};
    const sent = sender.send(entry(1));
    await new Promise((resolve) => setImmediate(resolve));
    sender.stop();
    expect(await sent).toMatchObject({ kind: 'retry' });
  });
});
