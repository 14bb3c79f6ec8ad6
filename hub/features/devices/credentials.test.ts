import { describe, expect, it } from 'vitest';
import { seal, unseal } from '../../lib/seal.ts';
import { newCredentials } from './credentials.ts';
import { HUB_KEY } from './devices.fixture.ts';

describe('credentials of a device', () => {
  it('are kept so that neither the token nor the secret can be read from the row', () => {
    const { secrets, stored } = newCredentials('serre', HUB_KEY, 5);
    expect(secrets.token).toMatch(/^[\w-]{43}$/);
    expect(secrets.secret).not.toBe(secrets.token);
    expect(JSON.stringify(stored)).not.toContain(secrets.token);
    expect(JSON.stringify(stored)).not.toContain(secrets.secret);
    expect(stored.tokenCreatedMs).toBe(5);
    expect(unseal(stored.secretSealed ?? '', 'serre', HUB_KEY)).toBe(secrets.secret);
  });

  it('do not open with another key, for another device, or after a change', () => {
    const sealed = seal('a secret', 'serre', HUB_KEY);
    expect(() => unseal(sealed, 'serre', Buffer.alloc(32, 8))).toThrow();
    expect(() => unseal(sealed, 'cave', HUB_KEY)).toThrow();
    expect(() => unseal(`${sealed.slice(0, -4)}AAAA`, 'serre', HUB_KEY)).toThrow();
    expect(() => unseal('', 'serre', HUB_KEY)).toThrow();
  });

  it('are sealed differently each time', () => {
    expect(seal('a secret', 'serre', HUB_KEY)).not.toBe(seal('a secret', 'serre', HUB_KEY));
  });
});
