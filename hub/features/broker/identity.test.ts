import { expect, it } from 'vitest';
import { keysOf, readSessionKey, sessionKey } from './identity.ts';

const device = (deviceId: string) =>
  ({ kind: 'device', deviceId, names: new Set<string>(), isProtected: true }) as const;

it('tells device "a" with client "b:c" from device "a:b" with client "c"', () => {
  expect(sessionKey(device('a'), 'b:c')).not.toBe(sessionKey(device('a:b'), 'c'));
});

it('gives back who and which client it was', () => {
  for (const id of ['a', 'a:b', '3:a', ':', '12']) {
    for (const clientId of ['', 'c', ':c', '1:c', 'ř\n:']) {
      const key = sessionKey(device(id), clientId);
      expect(readSessionKey(key)).toEqual({ owner: { kind: 'device', id }, clientId });
      expect(key.startsWith(keysOf({ kind: 'device', id }))).toBe(true);
      expect(key.startsWith(keysOf({ kind: 'device', id: `${id}:` }))).toBe(false);
    }
  }
});

it('has nobody in particular for waiting clients and in open mode', () => {
  expect(readSessionKey(sessionKey({ kind: 'open' }, 'device:1:a:b'))).toBeUndefined();
});
