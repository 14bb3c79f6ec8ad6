/** What a device proves itself with: a token kept as a hash, and a secret kept encrypted with the hub's key. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DeviceSecrets } from '../../contract/device.ts';
import { hashSecret, isSameHash, newSecret } from '../../lib/ids.ts';
import type { DeviceRow } from '../../store/store.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

type StoredCredentials = Pick<DeviceRow, 'tokenHash' | 'tokenCreatedMs' | 'secretSealed'>;

export const NO_CREDENTIALS: StoredCredentials = { tokenHash: null, tokenCreatedMs: null, secretSealed: null };

/** New credentials: `secrets` for the person, once; `stored` for the row. `hubKey` has 32 bytes. */
export function newCredentials(
  deviceId: string,
  hubKey: Buffer,
  nowMs: number,
): { secrets: DeviceSecrets; stored: StoredCredentials } {
  const secrets = { token: newSecret(), secret: newSecret() };
  const stored = {
    tokenHash: hashSecret(secrets.token),
    tokenCreatedMs: nowMs,
    secretSealed: seal(secrets.secret, deviceId, hubKey),
  };
  return { secrets, stored };
}

export function isTokenOf(row: DeviceRow, token: string): boolean {
  return row.tokenHash !== null && isSameHash(hashSecret(token), row.tokenHash);
}

/** Base64url of iv, tag and text; bound to the device id, so it cannot be moved to another row. */
export function seal(secret: string, deviceId: string, hubKey: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, hubKey, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(deviceId));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Throws when it was sealed with another key or for another device. */
export function unseal(sealed: string, deviceId: string, hubKey: Buffer): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(CIPHER, hubKey, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(deviceId)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}
