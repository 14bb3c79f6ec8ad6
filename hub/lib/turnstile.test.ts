/** The turnstile: order, concurrency, and what happens when the line is full or a job fails. */
import { describe, expect, it, vi } from 'vitest';
import { makeTurnstile } from './turnstile.ts';

const full = () => new Error('full');

/** A job that runs until released. */
function makeJob() {
  let release = (): void => {};
  let isRunning = false;
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  const job = async (): Promise<void> => {
    isRunning = true;
    await done;
  };
  return { job, release: () => release(), isRunning: () => isRunning };
}

describe('a turnstile', () => {
  it('runs as many jobs at once as it may, and the next one when a place is free', async () => {
    const enter = makeTurnstile({ concurrency: 1, waitingMax: 5, whenFull: full });
    const [first, second] = [makeJob(), makeJob()];
    const firstDone = enter(first.job);
    const secondDone = enter(second.job);
    await vi.waitFor(() => expect(first.isRunning()).toBe(true));
    expect(second.isRunning()).toBe(false);
    first.release();
    await firstDone;
    second.release();
    await secondDone;
    expect(second.isRunning()).toBe(true);
  });

  it('keeps the order of the calls', async () => {
    const enter = makeTurnstile({ concurrency: 1, waitingMax: 5, whenFull: full });
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => enter(async () => order.push(n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('turns away the one who finds the line full, and nobody else', async () => {
    const enter = makeTurnstile({ concurrency: 1, waitingMax: 1, whenFull: full });
    const first = makeJob();
    const running = enter(first.job);
    const waiting = enter(async () => 'served');
    await expect(enter(async () => 'never')).rejects.toThrow('full');
    first.release();
    await running;
    expect(await waiting).toBe('served');
  });

  it('frees the place of a job that fails', async () => {
    const enter = makeTurnstile({ concurrency: 1, waitingMax: 1, whenFull: full });
    await expect(enter(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await enter(async () => 'next')).toBe('next');
  });
});
