/** What Simon games of seed 0 say. */
import type { DialectFixture } from './dialect.fixture.ts';

export const fixtures: readonly DialectFixture[] = [
  {
    what: 'the result of a game (the paired person counts, not the name sent)',
    door: 'simon/scores',
    says: { device_id: 'AABBCCDDEEFF', username: 'ada', score: 12 },
    means: [{ kind: 'score', claimedId: 'AABBCCDDEEFF', score: 12 }],
  },
  {
    what: 'the answer to a pairing',
    door: 'simon/pair/ack',
    says: { device_id: 'AABBCCDDEEFF', username: 'ada', status: 'paired' },
    means: [{ kind: 'pairing-answer', claimedId: 'AABBCCDDEEFF', username: 'ada' }],
  },
];
