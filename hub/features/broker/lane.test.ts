import { describe, expect, it } from 'vitest';
import { Lane } from './lane.ts';

/** A promise that the test settles. */
function gate(): { promise: Promise<void>; open: () => void; fail: (error: unknown) => void } {
  let open = (): void => {};
  let fail = (_error: unknown): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

describe('Lane', () => {
  it('lets go at once what enters an empty lane without a promise', () => {
    const left: string[] = [];
    new Lane().enter(undefined, () => left.push('a'));
    expect(left).toEqual(['a']);
  });

  it('keeps the order of entering, whatever is ready first', async () => {
    const lane = new Lane();
    const left: string[] = [];
    const [first, third] = [gate(), gate()];
    lane.enter(first.promise, () => left.push('first'));
    lane.enter(undefined, () => left.push('second'));
    lane.enter(third.promise, () => left.push('third'));
    third.open();
    await third.promise;
    expect(left).toEqual([]);
    first.open();
    await lane.idle();
    expect(left).toEqual(['first', 'second', 'third']);
    expect(lane.length).toBe(0);
  });

  it('hands over what went wrong, and goes on', async () => {
    const lane = new Lane();
    const left: unknown[] = [];
    const [first, second] = [gate(), gate()];
    lane.enter(first.promise, (error) => left.push(error));
    lane.enter(second.promise, (error) => left.push(error));
    first.fail('disk full');
    second.fail(undefined);
    await lane.idle();
    expect(left).toEqual(['disk full', expect.any(Error)]);
  });

  it('puts what enters while something leaves behind what is there', () => {
    const lane = new Lane();
    const left: string[] = [];
    lane.enter(undefined, () => {
      lane.enter(undefined, () => left.push('inner'));
      left.push('outer');
    });
    expect(left).toEqual(['outer', 'inner']);
  });

  it('holds thousands', async () => {
    const lane = new Lane();
    const left: number[] = [];
    for (let turn = 0; turn < 5000; turn++) lane.enter(Promise.resolve(), () => left.push(turn));
    await lane.idle();
    expect(left).toEqual(Array.from({ length: 5000 }, (_, at) => at));
  });
});
