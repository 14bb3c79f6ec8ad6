/** Passwords: how they are kept, compared, and kept from eating the hub. */
import { describe, expect, it } from 'vitest';
import { makePasswords } from './password.ts';

const cheap = makePasswords({ costLog2: 4 });

describe('a password', () => {
  it('is kept as scrypt with N=2^15, r=8, p=1 and a salt of its own', async () => {
    const passwords = makePasswords();
    const [one, two] = await Promise.all([passwords.hash('a long password'), passwords.hash('a long password')]);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('a long password', one)).toBe(true);
    expect(await passwords.verify('a long passwore', one)).toBe(false);
  });

  it('is checked with the cost it was kept with, whatever the cost is today', async () => {
    const phc = await cheap.hash('a long password');
    expect(phc).toContain('$ln=4,');
    expect(await makePasswords({ costLog2: 6 }).verify('a long password', phc)).toBe(true);
  });

  it('is the same whichever way the keyboard spells é', async () => {
    expect(await cheap.verify('caf\u0065\u0301 au lait', await cheap.hash('café au lait'))).toBe(true);
  });

  it.each([
    '',
    'plain text',
    '$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=0,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=8,p=1$AAAA$AAAA',
  ])('is never right for the damaged or planted hash "%s"', async (phc) => {
    expect(await cheap.verify('a long password', phc)).toBe(false);
  });

  it('takes the same work when there is nobody of that name', async () => {
    let checked = 0;
    expect(await cheap.verify('a long password', undefined, () => void checked++)).toBe(false);
    expect(checked).toBe(1);
  });

  it('is not even hashed when the attempt is not allowed any more', async () => {
    const stop = (): never => {
      throw new Error('wait');
    };
    await expect(cheap.verify('a long password', undefined, stop)).rejects.toThrow('wait');
  });

  it('is turned away, with a time to come back, when too many are waiting', async () => {
    const attempts = Array.from({ length: 80 }, () => cheap.verify('a long password', undefined));
    const settled = await Promise.allSettled(attempts);
    const turnedAway = settled.filter((one) => one.status === 'rejected');
    expect(turnedAway).toHaveLength(80 - 2 - 64);
    expect(turnedAway[0]?.reason).toMatchObject({ code: 'RATE_LIMITED', retryAfterS: 2 });
  });
});
