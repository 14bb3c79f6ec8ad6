/** A burst of commits and a store that takes so many at once. */
import { expect, test } from 'vitest';
import type { Write } from '../../store/store.ts';
import { Commits } from './commits.ts';
import { COMMITTING_BYTES_MAX, COMMITTING_WRITES_MAX } from './limits.ts';

const write = (bytes = 1): Write => ({ bytes });

/** A store whose commits end when the test says so, in the order they were asked for. */
function slowStore() {
  const open: { writes: number; end: (error?: Error) => void }[] = [];
  const commits = new Commits(
    (writes) =>
      new Promise((resolve, reject) => {
        open.push({ writes: writes.length, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  );
  return { commits, open };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a burst is handed to the store piece by piece, in order, and all of it ends', async () => {
  const { commits, open } = slowStore();
  const ended: number[] = [];
  const all = Array.from({ length: 3000 }, async (_, at) => {
    await commits.commit(Array.from({ length: 10 }, () => write()));
    ended.push(at);
  });
  expect(open).toHaveLength(COMMITTING_WRITES_MAX / 10);
  expect(commits.isFull).toBe(true);
  while (ended.length < all.length) {
    for (const { end } of open.splice(0)) end();
    await turn();
    expect(open.length).toBeLessThanOrEqual(COMMITTING_WRITES_MAX / 10);
  }
  await Promise.all(all);
  expect(ended).toEqual(all.map((_, at) => at));
  expect(commits.isFull).toBe(false);
});

test('large writes count by their size', async () => {
  const { commits, open } = slowStore();
  const all = [1, 2, 3].map(() => commits.commit([write(COMMITTING_BYTES_MAX)]));
  expect(open).toHaveLength(1);
  for (let at = 0; at < all.length; at++) {
    open[at]?.end();
    await turn();
  }
  await Promise.all(all);
});

test('one that fails makes room for the next, and only its own publisher hears of it', async () => {
  const { commits, open } = slowStore();
  const first = commits.commit([write(COMMITTING_BYTES_MAX)]);
  const second = commits.commit([write()]);
  open[0]?.end(new Error('the disk is full'));
  await expect(first).rejects.toThrow('the disk is full');
  await turn();
  open[1]?.end();
  await second;
});
