/** The one-time code that proves, at the first start, that somebody can read the hub's log. */
import { randomBytes } from 'node:crypto';
import { RucheError } from '../../contract/errors.ts';
import { hashSecret, isSameHash } from '../../lib/ids.ts';

export interface SetupCode {
  readonly text: string;
  /** Throws SETUP_CODE_WRONG. After too many wrong ones there is a new code, told through `onNew`. */
  check(given: string | undefined): void;
}

/** 32 characters that nobody confuses when reading them from a screen: no I, O, 0 or 1. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const HALF_LENGTH = 4;
/** Ten guesses out of 2^40. */
export const SETUP_ATTEMPTS_MAX = 10;

export function makeSetupCode(onNew: (text: string) => void): SetupCode {
  let text = newCode();
  let wrong = 0;
  return {
    get text() {
      return text;
    },
    check(given) {
      if (given === undefined) throw new RucheError('SETUP_CODE_WRONG', 'The code is missing.');
      if (isSameHash(hashSecret(plain(given)), hashSecret(plain(text)))) return;
      wrong += 1;
      if (wrong < SETUP_ATTEMPTS_MAX) throw new RucheError('SETUP_CODE_WRONG');
      wrong = 0;
      text = newCode();
      onNew(text);
      throw new RucheError('SETUP_CODE_WRONG', 'Too many wrong codes: the hub has made a new one.');
    },
  };
}

function newCode(): string {
  const letters = [...randomBytes(2 * HALF_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${letters.slice(0, HALF_LENGTH)}-${letters.slice(HALF_LENGTH)}`;
}

/** People type it in small letters, with or without the hyphen. */
const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '');
