import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker, taken } from '../../../tests/helpers/start-broker.ts';

const TOPIC = 'ruche/alpha/telemetry';
const RECEIPTS_KEY = 'device:5:alpha:alpha';
let hub: TestBroker;
let device: Connected;
let receipts: number[];

beforeEach(async () => {
  hub = await startBroker({ accept: () => ({ ...taken(), isRepeatable: true }) });
  device = await hub.connect('alpha', { clientId: 'alpha' });
  receipts = [];
});
afterEach(() => hub.close());

async function say(more: object): Promise<void> {
  device.publish({ topic: TOPIC, payload: 'a', qos: 1, messageId: 9, ...more });
  await device.take('puback');
  receipts.push((await hub.store.store.receipts.list(RECEIPTS_KEY, 10)).length);
}

describe('the repetition of a message that can be taken again', () => {
  it('is taken again: there is no receipt of it', async () => {
    await say({});
    await say({ dup: true });
    expect(receipts).toEqual([0, 0]);
    expect(hub.committed).toHaveLength(2);
  });

  it('is recognised where something is stored for others', async () => {
    await say({ retain: true });
    await say({ retain: true, dup: true });
    expect(receipts).toEqual([1, 1]);
    expect(hub.committed).toHaveLength(1);
  });

  it('is recognised where a kept session is owed the message', async () => {
    const away = await hub.connect('owner', { clientId: 'away', clean: false });
    await away.subscribe('#', 1);
    await away.end();
    await say({});
    await say({ dup: true });
    expect(receipts).toEqual([1, 1]);
    expect(hub.committed).toHaveLength(1);
  });

  it('is recognised at QoS 2', async () => {
    for (const dup of [false, true]) {
      device.publish({ topic: TOPIC, payload: 'a', qos: 2, messageId: 9, dup });
      await device.take('pubrec');
      device.send({ cmd: 'pubrel', messageId: 9 });
      await device.take('pubcomp');
    }
    expect(hub.committed).toHaveLength(1);
  });
});
