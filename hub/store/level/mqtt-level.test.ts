import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { type OpenedLevel, openLevel } from './open.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the broker’s range of the store', () => {
  let opened: OpenedLevel;
  const valuesOf = async (range?: { gte: string; lt: string }): Promise<string[]> => {
    const values: string[] = [];
    for await (const value of opened.mqtt.values(range)) values.push(value.toString());
    return values;
  };

  beforeEach(async () => {
    const memory = () => new MemoryLevel<string, string>();
    opened = await openLevel({
      dir: undefined,
      memory,
      durability: 'commit',
      log: pino({ level: 'silent' }),
      clock: new FakeClock(),
    });
  });
  afterEach(() => opened.store.close());

  it('keeps bytes as they are', async () => {
    const { mqtt } = opened;
    const value = Buffer.from([0, 255, 128, 10]);
    await mqtt.put('retained:ü/🦄', value);
    expect(await mqtt.get('retained:ü/🦄')).toEqual(value);
    await mqtt.del('retained:ü/🦄');
    expect(await mqtt.get('retained:ü/🦄')).toBeUndefined();
  });

  it('is apart from the rows of the store, whatever its keys are', async () => {
    const { mqtt, store } = opened;
    await store.commit([store.pulses.mark('d1', 1)]);
    for (const key of ['', '!', '￿', 'pulse!d1']) await mqtt.put(key, bytes(`[${key}]`));
    expect(await valuesOf()).toEqual(['[]', '[!]', '[pulse!d1]', '[￿]']);
    await mqtt.clear({ gte: '', lt: '￿￿' });
    expect(await valuesOf()).toEqual([]);
    expect(await store.pulses.heard('d1', 0, 9)).toEqual([1]);
  });

  it('reads and clears ranges', async () => {
    const { mqtt } = opened;
    await mqtt.batch(['a:1', 'a:2', 'b:1'].map((key) => ({ type: 'put', key, value: bytes(key) })));
    expect(await valuesOf({ gte: 'a:', lt: 'a;' })).toEqual(['a:1', 'a:2']);
    await mqtt.clear({ gte: 'a:', lt: 'a;' });
    expect(await valuesOf()).toEqual(['b:1']);
  });

  it('performs a batch at once, written as a list or as a chain', async () => {
    const { mqtt } = opened;
    await mqtt.put('a', bytes('a'));
    await mqtt.batch([
      { type: 'del', key: 'a' },
      { type: 'put', key: 'b', value: bytes('b') },
    ]);
    expect(await valuesOf()).toEqual(['b']);
    await mqtt.batch().del('b').put('c', bytes('c')).write();
    expect(await valuesOf()).toEqual(['c']);
    await mqtt.batch([]);
  });

  it('is written in the order of all commits', async () => {
    const { mqtt, store } = opened;
    const order: string[] = [];
    await Promise.all([
      mqtt.put('a', bytes('1')).then(() => order.push('mqtt 1')),
      store.commit([]).then(() => order.push('store')),
      mqtt.put('a', bytes('2')).then(() => order.push('mqtt 2')),
    ]);
    expect(order).toEqual(['mqtt 1', 'store', 'mqtt 2']);
    expect(await mqtt.get('a')).toEqual(bytes('2'));
  });

  it('stays open when the broker closes its persistence', async () => {
    await opened.mqtt.close();
    await opened.store.commit([opened.store.pulses.mark('d1', 1)]);
    expect(opened.store.healthy).toBe(true);
  });
});
