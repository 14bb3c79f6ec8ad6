/** Connections inside the process. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { socketPair } from './socket-pair.ts';

describe('a socket pair', () => {
  it('carries what is written from either end to the other', async () => {
    const [near, far] = socketPair();
    near.write('to far');
    far.write('to near');
    const [[atFar], [atNear]] = await Promise.all([once(far, 'data'), once(near, 'data')]);
    expect([String(atFar), String(atNear)]).toEqual(['to far', 'to near']);
  });

  it('is closed at both ends when one is destroyed, after what was written before has arrived', async () => {
    const [near, far] = socketPair();
    const heard: string[] = [];
    near.on('data', (chunk) => void heard.push(String(chunk)));
    far.write('good-bye');
    far.destroy();
    await once(near, 'close');
    expect(heard).toEqual(['good-bye']);
  });
});
