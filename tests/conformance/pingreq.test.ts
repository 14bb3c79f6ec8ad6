/** PINGREQ and PINGRESP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { connectWire, EVERY_WAY, expectEnd, packetOf } from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

describe.each(EVERY_WAY)('$name', (way) => {
  it('answers each ping [MQTT-3.12.4-1]', async () => {
    const client = await connectWire(hub, {}, way);
    for (let count = 0; count < 3; count++) client.send({ cmd: 'pingreq' });
    for (let count = 0; count < 3; count++) await client.take('pingresp');
    expect(client.inbox).toEqual([]);
    await client.end();
  });

  it('ends the connection at a ping with flags or with a body [MQTT-2.1.3-1]', async () => {
    for (const bytes of [packetOf(0xc1, []), packetOf(0xc0, [1])]) {
      const client = await connectWire(hub, {}, way);
      client.sendBytes(bytes);
      await expectEnd(client, 0x81);
    }
  });
});
