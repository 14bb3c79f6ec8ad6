/** States of a pairing. */
import { describe, expect, it } from 'vitest';
import { answerPairing, mustHear, type PairingFacts, playerOf, requestPairing, viewPairing } from './pairing.ts';

const request = (before: PairingFacts | undefined, username: string, nowMs: number) =>
  requestPairing(before, { deviceId: 'D', username, nowMs });
const answer = (facts: PairingFacts | undefined, username: string, nowMs = 20) =>
  answerPairing(facts, { username, nowMs });

describe('a pairing', () => {
  it('belongs to its new player from the answer on, and to the old one until then', () => {
    const amy = answer(request(undefined, 'amy', 1), 'amy');
    expect(playerOf(amy)).toBe('amy');
    const asked = request(amy, 'bob', 30);
    expect(playerOf(asked)).toBe('amy');
    expect(viewPairing('D', asked)).toMatchObject({ state: 'requested', username: 'bob', previousUsername: 'amy' });
    expect(playerOf(answer(asked, 'bob'))).toBe('bob');
    expect(answer(asked, 'bob')?.previousUsername).toBe('amy');
  });

  it('still counts an answer after it has timed out', () => {
    const late = { ...request(undefined, 'amy', 1), state: 'timed_out' as const };
    expect(answer(late, 'amy', 99_000)).toMatchObject({ state: 'paired', answeredAtMs: 99_000 });
  });

  it('ignores an answer with another name, one nobody asked for, and one to a question already answered', () => {
    const asked = request(undefined, 'amy', 1);
    expect(answer(asked, 'bob')).toBeUndefined();
    expect(answer(undefined, 'amy')).toBeUndefined();
    expect(answer(answer(asked, 'amy'), 'amy')).toBeUndefined();
  });

  it('is gone for people as soon as they end it, while the device must still hear so until it answers', () => {
    const ended = request(answer(request(undefined, 'amy', 1), 'amy'), '', 40);
    expect(playerOf(ended)).toBe('');
    expect(viewPairing('D', ended)).toMatchObject({ state: 'none', username: null, previousUsername: 'amy' });
    expect(mustHear(ended)).toBe(true);
    const told = answer(ended, '');
    expect(told !== undefined && mustHear(told)).toBe(false);
  });

  it('that never was shows as none', () => {
    expect(viewPairing('D', undefined)).toEqual({
      deviceId: 'D',
      state: 'none',
      username: null,
      previousUsername: null,
      requestedAtMs: null,
      publishedAtMs: null,
      answeredAtMs: null,
    });
  });
});
