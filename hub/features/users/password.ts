/** Passwords: scrypt in a PHC-style string, computed few at a time. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { RucheError } from '../../contract/errors.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';

export interface Passwords {
  /** `$scrypt$ln=15,r=8,p=1$<salt>$<hash>` in Base64 without padding. */
  hash(password: string): Promise<string>;
  /**
   * Compares in constant time. `phc` undefined (nobody of that name): takes as long and answers false.
   * `beforeHashing` runs when its turn has come: what it throws ends the attempt before any work is done.
   */
  verify(password: string, phc: string | undefined, beforeHashing?: () => void): Promise<boolean>;
}

interface Parsed {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallel: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const COST_LOG2 = 15;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What a stored string may ask for: a damaged or planted one must not eat the hub's memory (at most 128 MiB). */
const COST_LOG2_MAX = 16;
const BLOCK_SIZE_MAX = 16;
const PARALLEL_MAX = 4;
/** Each takes 32 MiB and one of the four threads the store also uses: half of them stay free for it. */
const HASHING_AT_ONCE_MAX = 2;
const HASHING_WAITING_MAX = 64;
const HASHING_RETRY_S = 2;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** `costLog2`: less than the default only in tests. */
export function makePasswords({ costLog2 = COST_LOG2 }: { costLog2?: number } = {}): Passwords {
  const inTurn = makeTurnstile({
    concurrency: HASHING_AT_ONCE_MAX,
    waitingMax: HASHING_WAITING_MAX,
    whenFull: () => new RucheError('RATE_LIMITED', 'Too many sign-ins at once.', { retryAfterS: HASHING_RETRY_S }),
  });
  const fresh = { costLog2, blockSize: BLOCK_SIZE, parallel: PARALLEL };
  const nobody: Parsed = { ...fresh, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(password, { ...fresh, salt, hash: Buffer.alloc(HASH_BYTES) });
        return `$scrypt$ln=${costLog2},r=${BLOCK_SIZE},p=${PARALLEL}$${unpadded(salt)}$${unpadded(hash)}`;
      }),
    verify: (password, phc, beforeHashing) =>
      inTurn(async () => {
        beforeHashing?.();
        const known = phc === undefined ? undefined : parse(phc);
        const wanted = known ?? nobody;
        const isSame = timingSafeEqual(await derive(password, wanted), wanted.hash);
        return known !== undefined && isSame;
      }),
  };
}

/** Undefined when the string is not one of ours or asks for more than the caps allow. */
function parse(phc: string): Parsed | undefined {
  const [, costText, blockText, parallelText, salt, hash] = PHC.exec(phc) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const [costLog2, blockSize, parallel] = [Number(costText), Number(blockText), Number(parallelText)];
  if (costLog2 < 1 || blockSize < 1 || parallel < 1) return undefined;
  if (costLog2 > COST_LOG2_MAX || blockSize > BLOCK_SIZE_MAX || parallel > PARALLEL_MAX) return undefined;
  return { costLog2, blockSize, parallel, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

function derive(password: string, { costLog2, blockSize, parallel, salt, hash }: Parsed): Promise<Buffer> {
  const N = 2 ** costLog2;
  // Node counts 128·N·r and a little for p; without its own limit it refuses everything over 32 MiB.
  const maxmem = 128 * blockSize * (N + parallel + 2);
  const options: ScryptOptions = { N, r: blockSize, p: parallel, maxmem };
  return new Promise((resolve, reject) => {
    // One person types é as one character, another keyboard as two: RFC 8265 compares them as NFC.
    scrypt(password.normalize('NFC'), salt, hash.length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
