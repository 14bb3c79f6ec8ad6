/** Typed device ids. */
import { expect, it } from 'vitest';
import { typedDeviceId } from './device-id.ts';

it('stores a MAC without separators, in capitals', () => {
  for (const text of ['AA:BB:CC:DD:EE:FF', 'aa-bb-cc-dd-ee-ff', ' aabbccddeeff ', 'AABBCCDDEEFF']) {
    expect(typedDeviceId(text)).toBe('AABBCCDDEEFF');
  }
});

it('finds the id in a client id or access point name', () => {
  expect(typedDeviceId('ESP32-Simon-AABBCCDDEEFF')).toBe('AABBCCDDEEFF');
  expect(typedDeviceId('Simon-PAIR-aabbccddeeff')).toBe('AABBCCDDEEFF');
});

it('leaves other ids as they are', () => {
  expect(typedDeviceId('esp-salon')).toBe('esp-salon');
});

it('refuses what cannot be an id', () => {
  for (const text of ['', '  ', 'two words', 'AA:BB', 'a/b', 'x'.repeat(65)]) expect(typedDeviceId(text)).toBeNull();
});
