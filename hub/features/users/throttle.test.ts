/** Waiting after failed sign-ins. */
import { describe, expect, it } from 'vitest';
import { RucheError } from '../../contract/errors.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { FREE_FAILURES, makeThrottle } from './throttle.ts';

function start() {
  const clock = new FakeClock();
  const throttle = makeThrottle(clock);
  return {
    clock,
    throttle,
    fail(times: number, account: string, address: string): void {
      for (let i = 0; i < times; i++) throttle.failed({ account, address });
    },
    /** Seconds to wait, 0 when one may try. */
    waitS(account: string, address: string): number | undefined {
      try {
        throttle.check({ account, address });
        return 0;
      } catch (error) {
        return error instanceof RucheError ? error.retryAfterS : undefined;
      }
    },
  };
}

describe('the throttle', () => {
  it('lets nine failures pass and makes the tenth wait, twice as long each time', () => {
    const { fail, waitS } = start();
    fail(FREE_FAILURES - 1, 'ada', 'a');
    expect(waitS('ada', 'a')).toBe(0);
    const waits = [1, 2, 4, 8].map(() => {
      fail(1, 'ada', 'a');
      return waitS('ada', 'a');
    });
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it('keeps the owner of an account out for a minute at most, a guessing address for a quarter of an hour', () => {
    const { fail, waitS } = start();
    fail(40, 'ada', 'a');
    expect(waitS('ada', 'elsewhere')).toBe(60);
    expect(waitS('somebody', 'a')).toBe(900);
    expect(waitS('somebody', 'elsewhere')).toBe(0);
  });

  it('knows an account by its name, however it is written', () => {
    const { fail, waitS } = start();
    fail(5, 'Ada', 'a');
    fail(5, 'ADA', 'b');
    expect(waitS('ada', 'c')).toBe(1);
  });

  it('forgets an account that signed in, and after an hour everybody', () => {
    const { clock, throttle, fail, waitS } = start();
    fail(9, 'ada', 'a');
    throttle.succeeded({ account: 'ada', address: 'a' });
    fail(1, 'ada', 'b');
    expect(waitS('ada', 'b')).toBe(0);
    fail(1, 'bob', 'a');
    expect(waitS('bob', 'a')).toBe(1);
    clock.advance(60 * 60_000);
    fail(1, 'bob', 'a');
    expect(waitS('bob', 'a')).toBe(0);
  });

  it('watches a bounded number and forgets the one that failed longest ago', () => {
    const { throttle, fail, waitS } = start();
    fail(FREE_FAILURES, 'ada', 'a');
    for (let i = 0; i < 10_000; i++) throttle.failed({ account: `guess ${i}`, address: 'b' });
    expect(waitS('ada', 'c')).toBe(0);
    expect(waitS('guess 9999', 'c')).toBe(0);
    expect(waitS('ada', 'b')).toBe(900);
  });
});
