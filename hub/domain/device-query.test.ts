import { describe, expect, it } from 'vitest';
import { parseDeviceQuery } from './device-query.ts';

const PUMP = { id: 'ESP32_1', name: 'Garden pump', status: 'online', tags: ['Garden', 'water'], dialects: ['fajma'] };
const fits = (text: string): boolean | undefined => parseDeviceQuery(text)?.(PUMP);

describe('a query for devices', () => {
  it.each(['pump', 'GARDEN esp32', 'tag:garden', 'tag:Water status:online', 'dialect:fajma wat', '  pump  '])(
    '%s fits a device of which all of it is true',
    (text) => expect(fits(text)).toBe(true),
  );

  it.each(['pump kitchen', 'tag:gard', 'status:offline', 'dialect:faj', 'tag:', 'constructor:x'])(
    '%s does not',
    (text) => expect(fits(text)).toBe(false),
  );

  it('that says nothing does not mean everything', () => {
    expect(parseDeviceQuery('   ')).toBeUndefined();
  });
});
