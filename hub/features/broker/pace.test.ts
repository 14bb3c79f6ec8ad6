import { generate } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { Pace } from './pace.ts';

const LIMITS = { messagesPerSMax: 10, messagesBurstMax: 5, publishBytesPerSMax: 1000, publishBytesBurstMax: 2000 };

describe('the pace of a client', () => {
  it('allows a burst, then what the rate gives back', () => {
    const pace = new Pace(LIMITS, 0);
    expect([1, 2, 3, 4, 5, 6].map(() => pace.spend(1))).toEqual([true, true, true, true, true, false]);
    expect(pace.waitMs).toBe(100);
    pace.refill(100);
    expect(pace.waitMs).toBe(0);
    expect(pace.spend(1)).toBe(false);
  });

  it('counts bytes as well, also those of one message that is more than the burst', () => {
    const pace = new Pace(LIMITS, 0);
    expect(pace.spend(5000)).toBe(false);
    expect(pace.waitMs).toBe(3000);
  });

  it('is never more than the burst, however long nothing came, and survives a clock that is set back', () => {
    const pace = new Pace(LIMITS, 1_000_000);
    pace.refill(9_000_000);
    pace.refill(0);
    expect([1, 2, 3, 4, 5, 6].map(() => pace.spend(1)).filter(Boolean)).toHaveLength(5);
  });
});

const tenMessages = (): Buffer =>
  Buffer.concat(
    Array.from({ length: 10 }, () =>
      generate({ cmd: 'publish', topic: 'flood', payload: 'x', qos: 0, dup: false, retain: false }),
    ),
  );

describe('a client that sends faster than it may', () => {
  let hub: TestBroker;
  afterEach(() => hub.close());

  it('is read more slowly, keeps its connection, loses nothing, and is named once', async () => {
    hub = await startBroker({ limits: { messagesPerSMax: 10, messagesBurstMax: 5 } });
    const [flooder, other] = [await hub.connect('owner'), await hub.connect('operator')];
    flooder.sendBytes(tenMessages());
    await until(() => hub.messages.length === 10);
    flooder.sendBytes(tenMessages());
    other.publish({ topic: 'calm', payload: 'x', qos: 1, messageId: 1 });
    await other.take('puback');
    expect(hub.messages.filter(({ topic }) => topic === 'flood')).toHaveLength(10);
    hub.clock.advance(499);
    other.publish({ topic: 'calm', payload: 'x', qos: 1, messageId: 2 });
    await other.take('puback');
    expect(hub.messages).toHaveLength(12);
    hub.clock.advance(1);
    await until(() => hub.messages.length === 22);
    expect(flooder.isClosed).toBe(false);
    expect(hub.refusals).toEqual([expect.objectContaining({ code: 'CLIENT_SLOWED', action: 'publish' })]);
    expect(hub.broker.stats().refused).toBe(0);
  });
});
