/** Reading a pulse. */
import { describe, expect, it } from 'vitest';
import { readPulse } from './pulse-marks.ts';

const MINUTE = 60_000;
const steady = 'o'.repeat(60);

describe('readPulse', () => {
  it('draws one path per kind of mark', () => {
    const { paths } = readPulse(`${'o'.repeat(58)}wb`);
    expect(paths.map((path) => path.mark)).toEqual(['o', 'w', 'b']);
    expect(paths[0]?.d.match(/M/g)).toHaveLength(58);
    expect(paths[2]?.d).toBe('M476 5.5v7');
  });

  it('says that a steady device was always heard and had no gap', () => {
    expect(readPulse(steady)).toMatchObject({ heard: 1, gap: null });
  });

  it('names the longest gap and how long ago it ended', () => {
    const { gap } = readPulse(`${'o'.repeat(40)}bbb${'o'.repeat(10)}w${'o'.repeat(6)}`);
    expect(gap).toEqual({ lengthMs: 6 * MINUTE, endedMs: 34 * MINUTE });
  });

  it('names a gap that still lasts, and of two equal gaps the later one', () => {
    expect(readPulse(`${'o'.repeat(50)}${'b'.repeat(10)}`).gap?.endedMs).toBe(0);
    expect(readPulse(`bb${'o'.repeat(56)}bb`).gap).toEqual({ lengthMs: 4 * MINUTE, endedMs: 0 });
  });

  it('counts neither sleep nor the unknown past against a device', () => {
    expect(readPulse(`${'n'.repeat(30)}${'z'.repeat(29)}o`).heard).toBe(1);
    expect(readPulse('z'.repeat(60)).heard).toBeNull();
  });

  it('treats a missing or foreign mark as not known', () => {
    expect(readPulse('').paths).toHaveLength(1);
    expect(readPulse('?').paths[0]?.mark).toBe('n');
  });
});
