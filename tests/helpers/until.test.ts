/** What tests may rely on when they wait. */
import { expect, test } from 'vitest';
import { until } from './until.ts';

test('the first truthy answer is handed back', async () => {
  let asked = 0;
  const answer = await until(() => (++asked === 3 ? 'third' : undefined), { everyMs: 1 });
  expect(answer).toBe('third');
  expect(asked).toBe(3);
});

test('a probe that throws has not found anything yet', async () => {
  let asked = 0;
  const answer = await until(
    () => {
      if (++asked < 3) throw new Error('not there');
      return asked;
    },
    { everyMs: 1 },
  );
  expect(answer).toBe(3);
});

test('giving up names what was waited for and keeps the last error', async () => {
  const waiting = until(
    () => {
      throw new Error('port closed');
    },
    { timeoutMs: 10, everyMs: 1, what: 'the hub' },
  );
  await expect(waiting).rejects.toMatchObject({
    message: 'waited 10 ms for the hub',
    cause: { message: 'port closed' },
  });
});
