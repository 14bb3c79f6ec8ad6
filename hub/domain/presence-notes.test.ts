/** When going and coming is worth an event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstNotes, noticePresence, OFFLINE_HOLD_MS, type PresenceNotes } from './presence-notes.ts';

/** Looks once a second at a device that is offline when `isOffline` says so. */
function watch(seconds: number, isOffline: (s: number) => boolean): [second: number, said: string][] {
  let notes: PresenceNotes = firstNotes(false);
  const said: [number, string][] = [];
  for (let s = 0; s < seconds; s++) {
    const noticed = noticePresence(notes, isOffline(s), s * 1000);
    notes = noticed.notes;
    if (noticed.say !== undefined) said.push([s, noticed.say]);
  }
  return said;
}

describe('a device that goes', () => {
  it('is said to be gone after it stayed away for a moment, and to be back at once', () => {
    expect(watch(120, (s) => s >= 20 && s < 60)).toEqual([
      [20 + OFFLINE_HOLD_MS / 1000, 'offline'],
      [60, 'online'],
    ]);
  });

  it('and comes back within the moment is not spoken of', () => {
    expect(watch(120, (s) => s === 20 || s === 25)).toEqual([]);
  });

  it('and comes all the time writes a handful of events an hour', () => {
    const flapping = watch(3600, (s) => s % 40 >= 20);
    expect(flapping.length).toBeGreaterThan(2);
    expect(flapping.length).toBeLessThan(8);
  });

  it('is told truthfully in the end, whatever it did before', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.boolean(), (past, end) => {
        const said = watch(past.length + 1000, (s) => past[s] ?? end);
        expect(said.at(-1)?.[1] ?? 'online').toBe(end ? 'offline' : 'online');
        // Never the same thing twice in a row.
        expect(said.filter(([, word], at) => word === said[at - 1]?.[1])).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
