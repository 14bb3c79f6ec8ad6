import { expect, it } from 'vitest';
import { newShare, Rota } from './rota.ts';

const LIMITS = { packetsPerTurnMax: 2, bytesPerTurnMax: 100, greetingsPerTurnMax: 2, turnMsMax: 5 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makeRota() {
  const time = { ms: 0 };
  const ends: number[] = [];
  const rota = new Rota(
    LIMITS,
    () => void ends.push(time.ms),
    () => time.ms,
  );
  return { rota, time, ends };
}

it('a client has so many packets and bytes in a turn, and as many in the next', async () => {
  const { rota } = makeRota();
  const share = newShare();
  const other = newShare();
  expect([1, 1, 1].map((bytes) => rota.mayTake(share, bytes))).toEqual([true, true, false]);
  expect([150, 1].map((bytes) => rota.mayTake(other, bytes))).toEqual([true, false]);
  await turn();
  expect(rota.mayTake(share, 1)).toBe(true);
});

it('those who wait continue one after the other, and no longer than a moment in one turn', async () => {
  const { rota, time, ends } = makeRota();
  const order: string[] = [];
  const slow = (name: string) => () => {
    order.push(name);
    time.ms += 3;
  };
  for (const name of ['a', 'b', 'c']) rota.wait(slow(name));
  await turn();
  expect(order).toEqual(['a', 'b']);
  rota.wait(slow('a again'));
  await turn();
  expect(order).toEqual(['a', 'b', 'c', 'a again']);
  expect(ends).toEqual([6, 12]);
});

it('who waits again comes again in the same turn while there is time, else in the next one', async () => {
  const { rota, time } = makeRota();
  let times = 0;
  const again = (): void => {
    times++;
    time.ms += 3;
    if (times < 3) rota.wait(again);
  };
  rota.wait(again);
  await turn();
  expect(times).toBe(2);
  await turn();
  expect(times).toBe(3);
});

it('a crowd at the door comes in a few at a time', async () => {
  const { rota } = makeRota();
  let inside = 0;
  for (let at = 0; at < 5; at++) rota.greet('here', () => void inside++);
  const seen: number[] = [];
  for (let at = 0; at < 3; at++) {
    await turn();
    seen.push(inside);
  }
  expect(seen).toEqual([2, 4, 5]);
});

it('who comes from somewhere else does not wait behind the crowd of one address', async () => {
  const { rota } = makeRota();
  const order: string[] = [];
  for (const name of ['crowd 1', 'crowd 2', 'crowd 3']) rota.greet('crowd', () => void order.push(name));
  rota.greet('elsewhere', () => void order.push('newcomer'));
  await turn();
  expect(order).toEqual(['crowd 1', 'newcomer']);
  await turn();
  expect(order).toEqual(['crowd 1', 'newcomer', 'crowd 2', 'crowd 3']);
});
