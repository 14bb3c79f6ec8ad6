/** What is kept of earlier messages. */
import { expect, it } from 'vitest';
import { HEALTH } from '../../../../hub/features/live/health.fixture.ts';
import { healthAfter } from './latest-health.ts';

const minute = (atMs: number) => ({ atMs, inPerS: 1, outPerS: 2 });

it('the last hour stays until a message brings another one; everything else is of the last message', () => {
  const first = healthAfter(null, { ...HEALTH, clients: 1, minutes: [minute(1)] });
  const second = healthAfter(first, { ...HEALTH, clients: 2 });
  expect([second.clients, second.minutes]).toEqual([2, [minute(1)]]);
  expect(healthAfter(second, { ...HEALTH, minutes: [minute(1), minute(2)] }).minutes).toHaveLength(2);
  expect(healthAfter(null, HEALTH).minutes).toEqual([]);
});
