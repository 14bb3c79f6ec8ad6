import { describe, expect, it } from 'vitest';
import { canonicalId } from './device-id.ts';

describe('canonicalId', () => {
  it.each(['AABBCCDDEEFF', 'aabbccddeeff', 'AA:BB:CC:DD:EE:FF', 'aa-bb-cc-dd-ee-ff', 'aA:bB:cC:dD:eE:fF'])(
    'spells the MAC %s as twelve upper-case digits',
    (name) => {
      expect(canonicalId(name)).toBe('AABBCCDDEEFF');
    },
  );

  it.each([
    '',
    'kitchen-lamp',
    'ESP32-Simon-AABBCCDDEEFF',
    'AABBCCDDEEF',
    'AABBCCDDEEFF0',
    'AA:BB-CC:DD-EE:FF',
    'GG:BB:CC:DD:EE:FF',
    'AA:BB:CC:DD:EE:FF\n',
    '__proto__',
  ])('keeps %j as it is', (name) => {
    expect(canonicalId(name)).toBe(name);
  });

  it('changes nothing the second time', () => {
    const once = canonicalId('aa:bb:cc:dd:ee:ff');
    expect(canonicalId(once)).toBe(once);
  });
});
