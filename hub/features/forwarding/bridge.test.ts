/** A destination that is another broker, and what is refused on the way there and back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import type { DestinationBody } from '../../contract/destination.ts';
import { setUp } from './forwarding.fixture.ts';

let here: TestBroker;
let there: TestBroker;
let test: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  [here, there] = [await startBroker(), await startBroker()];
  const by = { clientId: 'bridge', principal: { kind: 'open' }, address: '' } as const;
  test = await setUp({ publishAs: (_destination, message) => here.broker.publishAs(by, message) });
});
afterEach(async () => {
  await test.close();
  await Promise.all([here.close(), there.close()]);
});

const toThere = (parts: Partial<DestinationBody>): DestinationBody => ({
  ...{ kind: 'mqtt', name: 'There', url: `mqtt://127.0.0.1:${there.port}`, username: 'open', password: 'x' },
  ...{ topics: ['#'], ...parts },
});
const textsOf = ({ messages }: TestBroker, topic: string): string[] =>
  messages.filter((message) => message.topic === topic).map(({ payload }) => payload.toString());

describe('a bridge', () => {
  it('gives up what is refused there for good, however much of it, and the rest arrives in order', async () => {
    const { id } = await test.forwarding.create(toThere({ direction: 'out' }));
    await test.until(id, { connected: true });
    for (let at = 0; at < 60; at++) await test.publish('a/refused', `${at}`);
    const good = ['1', '2', '3', '4', '5'];
    for (const text of good) await test.publish('a/kept', text);
    await test.until(id, { sent: 5, deadLetters: 60, queued: 0 });
    expect(textsOf(there, 'a/kept')).toEqual(good);
    expect(textsOf(there, 'a/refused')).toHaveLength(60);
    const { items } = await test.forwarding.deadLetters(id, { limit: 1 });
    expect(items).toMatchObject([{ topic: 'a/refused', reason: 'body-refused' }]);
    expect(test.statusOf(id).lastError).toMatchObject({ body: expect.stringContaining('no') });
  });

  it('lets in everything behind a message that can have no name here, and names that one', async () => {
    const writer = await there.connect('open', { clientId: 'writer' });
    const said = ['house/', `house/${'a/'.repeat(98)}`, 'house/door'];
    for (const [at, topic] of said.entries()) {
      writer.publish({ topic, payload: 'x', qos: 1, messageId: at + 1, retain: true });
      await writer.take('puback');
    }
    const { id } = await test.forwarding.create(
      toThere({ direction: 'in', remotePrefix: 'house/', localPrefix: 'a/b/' }),
    );
    await until(() => textsOf(here, 'a/b/door').length === 1, { what: 'the good one to arrive' });
    await test.forwarding.change(id, { localPrefix: '' });
    await until(() => textsOf(here, 'door').length === 1, { what: 'the good one to arrive' });
    expect(here.refusals.map(({ code }) => code).sort()).toEqual(['PROTOCOL_ERROR', 'TOPIC_INVALID']);
    expect(test.statusOf(id)).toMatchObject({ connected: true, received: 6 });
    expect(test.statusOf(id).lastError).toMatchObject({ reason: 'refused-here' });
  });
});
