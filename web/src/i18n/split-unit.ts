/** A formatted figure taken apart, for places that set the number large and its unit small. Pure. */

const NNBSP = '\u202f';

/**
 * "214 MB" → 214 and MB: split at the space that never breaks, the last one because numbers are grouped by the same.
 * A duration of two units is split at the first: "12 d 4 h" → 12 and "d 4 h".
 */
export function splitUnit(text: string, at: 'first' | 'last' = 'last'): { number: string; unit: string } {
  const index = at === 'last' ? text.lastIndexOf(NNBSP) : text.indexOf(NNBSP);
  return index === -1 ? { number: text, unit: '' } : { number: text.slice(0, index), unit: text.slice(index + 1) };
}
