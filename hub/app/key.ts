/** The hub's own key: 32 random bytes, mode 0600, in the data directory; every other key is derived from it by name. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RucheError } from '../contract/errors.ts';

const KEY_BYTES = 32;

export type KeyPurpose = 'access-tokens' | 'device-secrets';

/** Derives a 32-byte key for one purpose (HKDF-SHA-256, RFC 5869), so that no two uses share a key. */
export type DeriveKey = (purpose: KeyPurpose) => Buffer;

/** Reads `<dataDir>/hub.key`, or makes it at first start. `undefined`: a key for this process only (tests). */
export function openKey(dataDir: string | undefined): DeriveKey {
  const key = dataDir === undefined ? randomBytes(KEY_BYTES) : readOrMake(join(dataDir, 'hub.key'));
  return (purpose) => Buffer.from(hkdfSync('sha256', key, '', `ruche ${purpose}`, KEY_BYTES));
}

function readOrMake(path: string): Buffer {
  if (!existsSync(path)) {
    // Written whole under another name first: a crash must not leave half a key behind.
    writeFileSync(`${path}.new`, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }
  const key = readFileSync(path);
  if (key.length !== KEY_BYTES) {
    throw new RucheError(
      'STORE_UNAVAILABLE',
      `${path} is damaged: it must be ${KEY_BYTES} bytes. Restore it from a backup.`,
    );
  }
  return key;
}
