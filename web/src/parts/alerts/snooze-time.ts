/** Times of a datetime-local field, by the clock of this browser. Pure. */

/** 2026-11-20T08:00 */
export function localInput(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Undefined: it is no time. */
export function timeIn(text: string): number | undefined {
  const atMs = new Date(text).getTime();
  return Number.isFinite(atMs) ? atMs : undefined;
}
