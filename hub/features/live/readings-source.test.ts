import { describe, expect, it } from 'vitest';
import type { DeviceValue } from '../../contract/device.ts';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { READINGS_A_SECOND_MAX, ReadingsSource } from './readings-source.ts';

const AMY: Person = { kind: 'person', userId: 'a', username: 'amy', role: 'viewer', sessionId: 's' };
const reading = (metric: string, value: number): DeviceValue => ({ metric, value, atMs: value });
const many = (metric: string, count: number): DeviceValue[] =>
  Array.from({ length: count }, (_none, at) => reading(metric, at));

function setUp(latest: DeviceValue[] = []) {
  const clock = new FakeClock();
  const source = new ReadingsSource(clock, () => latest);
  const parsed = (textFor: (person: Person) => string | undefined) => {
    const text = textFor(AMY);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { clock, source, update: () => parsed(source.update()), snapshot: () => parsed(source.snapshot()) };
}

describe('the readings of a device somebody looks at', () => {
  it('begin with the latest value of every metric', () => {
    const { snapshot, update } = setUp([reading('a', 1)]);
    expect(snapshot()).toEqual({ snapshot: true, readings: [reading('a', 1)], of: 1 });
    expect(update()).toBeUndefined();
  });

  it('come all, in their order, while an eye can follow', () => {
    const { source, update } = setUp();
    source.add([reading('a', 1), reading('b', 2)]);
    source.add([reading('a', 3)]);
    expect(update()).toEqual({ snapshot: false, readings: [reading('a', 1), reading('b', 2), reading('a', 3)], of: 3 });
    expect(update()).toBeUndefined();
  });

  it('are at most a hundred a second: then the newest of each metric, and how many there were', () => {
    const { clock, source, update } = setUp();
    source.add(many('a', READINGS_A_SECOND_MAX));
    expect(update().readings).toHaveLength(READINGS_A_SECOND_MAX);
    source.add([...many('a', 50), ...many('b', 30)]);
    expect(update()).toBeUndefined();
    clock.advance(100);
    expect(update()).toEqual({ snapshot: false, readings: [reading('a', 49), reading('b', 29)], of: 80 });
  });

  it('are the newest by their own time, also when an older one came later', () => {
    const { clock, source, update } = setUp();
    source.add([...many('a', READINGS_A_SECOND_MAX), reading('a', 7)]);
    expect(update().readings).toEqual([reading('a', READINGS_A_SECOND_MAX - 1)]);
    source.add([reading('a', 8)]);
    clock.advance(1000);
    expect(update().readings).toEqual([reading('a', 8)]);
  });

  it('wait in bounded number for their turn', () => {
    const { clock, source, update } = setUp();
    source.add(Array.from({ length: 3000 }, (_none, at) => reading(`m${at}`, at)));
    expect(update()).toMatchObject({ of: 3000 });
    clock.advance(60_000);
    expect(update().readings).toHaveLength(READINGS_A_SECOND_MAX);
    source.reset();
    clock.advance(60_000);
    expect(update()).toBeUndefined();
  });
});
