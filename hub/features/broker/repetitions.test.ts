import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

const KEPT = 'ruche/alpha/kept';
let hub: TestBroker;
let device: Connected;
beforeEach(async () => {
  hub = await startBroker();
  device = await comeBack();
});
afterEach(() => hub.close());

const comeBack = (): Promise<Connected> => hub.connect('alpha', { clientId: 'alpha' });

describe('a repetition under an id of an earlier connection', () => {
  async function say(client: Connected, messageId: number, payload: string, dup = false): Promise<void> {
    client.publish({ topic: KEPT, payload, qos: 1, messageId, dup });
    await client.take('puback');
  }
  async function vanish(client: Connected): Promise<void> {
    const before = hub.departures.length;
    client.destroy();
    await until(() => hub.departures.length > before);
  }
  const rows = async (): Promise<number> => (await hub.store.store.receipts.list('device:5:alpha:alpha', 2000)).length;

  it('is a new message when that connection ended with DISCONNECT: a script that ran before numbered from 1, too', async () => {
    await say(device, 1, 'open');
    await device.end();
    await vanish(await comeBack());
    await say(await comeBack(), 1, 'open', true);
    expect(hub.committed).toHaveLength(2);
  });

  it('is a new message when something new was said since', async () => {
    for (const id of [1, 2]) await say(device, id, 'tick');
    await vanish(device);
    const second = await comeBack();
    await say(second, 1, 'tick');
    await vanish(second);
    await say(await comeBack(), 2, 'tick', true);
    expect(hub.committed).toHaveLength(4);
  });

  it('is recognised as often as it comes before anything new, and in what follows on that', async () => {
    for (const id of [1, 2]) await say(device, id, 'tick');
    await vanish(device);
    for (let turn = 0; turn < 2; turn++) {
      const again = await comeBack();
      for (const id of [1, 2]) await say(again, id, 'tick', true);
      await say(again, 3, 'tick', turn > 0);
      await vanish(again);
    }
    expect(hub.committed).toHaveLength(3);
  });

  it.each([1, 2] as const)('is recognised of a thousand at QoS %i that were not answered', async (qos) => {
    const count = 1000;
    const sayAll = (client: Connected, dup: boolean): void => {
      for (let id = 1; id <= count; id++) client.publish({ topic: KEPT, payload: `v${id}`, qos, messageId: id, dup });
    };
    sayAll(device, false);
    await until(() => hub.committed.length === count);
    await vanish(device);
    const again = await comeBack();
    sayAll(again, true);
    await again.take(qos === 1 ? 'puback' : 'pubrec', (packet) => packet.messageId === count);
    expect(hub.committed).toHaveLength(count);
  });

  it('leaves no rows behind after DISCONNECT, though its commit had not ended', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'open', qos: 1, messageId: 1 });
    await until(() => hub.gate.started === 1);
    await device.end();
    await until(() => hub.departures.length === 1);
    hub.gate.releaseAll();
    await until(() => hub.committed.length === 1);
    await until(async () => (await rows()) === 0);
  });
});
