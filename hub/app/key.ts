/** The hub's own key: 32 random bytes, mode 0600, in the data directory; every other key is derived from it by name. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RucheError } from '../contract/errors.ts';
import { unavailable } from '../store/level/failures.ts';

const KEY_BYTES = 32;

export type KeyPurpose = 'access-tokens' | 'device-secrets' | 'destinations';

/** Derives a 32-byte key for one purpose (HKDF-SHA-256, RFC 5869), so that no two uses share a key. */
export type DeriveKey = (purpose: KeyPurpose) => Buffer;

/**
 * Reads `<dataDir>/hub.key`, or makes it while nothing was ever locked with it; only whoever has locked the store there
 * may ask. `undefined`: a key for this process only (tests). Throws STORE_UNAVAILABLE naming the file.
 */
export async function openKey(dataDir: string | undefined, holdsSecrets: () => Promise<boolean>): Promise<DeriveKey> {
  const key = dataDir === undefined ? randomBytes(KEY_BYTES) : await readKey(join(dataDir, 'hub.key'), holdsSecrets);
  return (purpose) => Buffer.from(hkdfSync('sha256', key, '', `ruche ${purpose}`, KEY_BYTES));
}

async function readKey(path: string, holdsSecrets: () => Promise<boolean>): Promise<Buffer> {
  // Made anew, nothing would look wrong until a device is turned away.
  if (!existsSync(path) && (await holdsSecrets())) throw new RucheError('STORE_UNAVAILABLE', missing(path));
  const key = readOrMake(path);
  if (key.length === KEY_BYTES) return key;
  const detail = `${path} is damaged: it must be ${KEY_BYTES} bytes. Restore it from a backup.`;
  throw new RucheError('STORE_UNAVAILABLE', detail);
}

const missing = (path: string): string =>
  `${path} is missing, and secrets stored here can only be read with it. Restore it from a backup. If there is none, ` +
  `make a new key with "(umask 077; head -c ${KEY_BYTES} /dev/urandom > '${path}')" and make all secrets of devices and destinations anew.`;

function readOrMake(path: string): Buffer {
  try {
    if (!existsSync(path)) {
      // Written whole under another name first: a crash must not leave half a key behind.
      writeFileSync(`${path}.new`, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
    }
    return readFileSync(path);
  } catch (error) {
    throw unavailable(error, path);
  }
}
