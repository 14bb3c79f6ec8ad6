import { it } from 'vitest';
import { simulate } from './simulate.ts';

it('x', async () => {
  for (let seed = 100; seed < 112; seed++)
    console.log(seed, await simulate({ seed, devices: 60, minutes: 10 }).catch((e) => e));
}, 3000000);
