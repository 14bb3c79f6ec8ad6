/** Subscriptions that change while others are on their way. */
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

let hub: TestBroker;

beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const FILTER = 'home/lamp';
const subscribe: Packet = { cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: FILTER, qos: 0 }] };
const unsubscribe: Packet = { cmd: 'unsubscribe', messageId: 3, unsubscriptions: [FILTER] };
const together = (packets: Packet[]): Buffer => Buffer.concat(packets.map((packet) => generate(packet)));

describe.each([{ clean: true }, { clean: false }])('with clean session $clean', ({ clean }) => {
  it('a filter left and taken again in one go is held', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader', clean });
    await reader.subscribe(FILTER);
    const left: string[] = [];
    hub.broker.onUnsubscribed((_, filter) => left.push(filter));
    reader.sendBytes(together([unsubscribe, subscribe]));
    await reader.take('suback');
    await hub.broker.publish({ topic: FILTER, payload: 'on' });
    await reader.take('publish');
    expect([left, hub.subscribed.map(({ filter }) => filter)]).toEqual([[FILTER], [FILTER, FILTER]]);
  });

  it('a filter taken and left in one go is gone', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader', clean });
    const news: string[] = [];
    hub.broker.onSubscribed(() => news.push('subscribed'));
    hub.broker.onUnsubscribed(() => news.push('unsubscribed'));
    reader.sendBytes(together([subscribe, unsubscribe]));
    await reader.take('unsuback');
    await until(() => news.length === 2);
    await hub.broker.publish({ topic: FILTER, payload: 'on' });
    reader.send({ cmd: 'pingreq' });
    await reader.take('pingresp');
    expect([news, reader.inbox.filter(({ cmd }) => cmd === 'publish')]).toEqual([['subscribed', 'unsubscribed'], []]);
  });
});
