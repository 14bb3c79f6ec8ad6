/** Jobs in turn. */
import { describe, expect, it } from 'vitest';
import { makeInTurn } from './in-turn.ts';

const make = () => makeInTurn({ jobsMax: 2, whenFull: () => new Error('full') });

describe('jobs in turn', () => {
  it('run one after the other for one key, and do not wait for another key', async () => {
    const inTurn = make();
    const order: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = inTurn('a', async () => {
      await gate;
      order.push('a1');
    });
    const second = inTurn('a', async () => order.push('a2'));
    await inTurn('b', async () => order.push('b'));
    open();
    await Promise.all([first, second]);
    expect(order).toEqual(['b', 'a1', 'a2']);
  });

  it('go on after one has failed, and the failure reaches only its own caller', async () => {
    const inTurn = make();
    const failing = inTurn('a', async () => Promise.reject(new Error('no')));
    const next = inTurn('a', async () => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  it('are turned away when too many wait, and welcome again afterwards', async () => {
    const inTurn = make();
    const jobs = [inTurn('a', async () => 1), inTurn('a', async () => 2)];
    await expect(inTurn('a', async () => 3)).rejects.toThrow('full');
    expect(await Promise.all(jobs)).toEqual([1, 2]);
    expect(await inTurn('a', async () => 3)).toBe(3);
  });
});
