/** What a device proves itself with: a token kept as a hash, and a secret kept encrypted with the hub's key. */
import type { DeviceSecrets } from '../../contract/device.ts';
import { hashSecret, isSameHash, newSecret } from '../../lib/ids.ts';
import { seal } from '../../lib/seal.ts';
import type { DeviceRow } from '../../store/store.ts';

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
