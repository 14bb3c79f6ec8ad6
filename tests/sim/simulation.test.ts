/** Promises under everything at once, by dice: every failure names the seed that makes it happen again. */
import { expect, it } from 'vitest';
import { repeats } from '../helpers/long.ts';
import { simulate } from './simulate.ts';

const DEVICES = repeats(40, 200);
const MINUTES = repeats(10, 60);
const SEEDS = [20_261_120, 7, 42];

it.each(SEEDS)(`seed %i: keeps its promises to ${DEVICES} devices for ${MINUTES} minutes`, async (seed) => {
  expect(await simulate({ seed, devices: DEVICES, minutes: MINUTES })).toEqual([]);
});
