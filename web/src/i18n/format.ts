/** Numbers, times and sizes the way the language writes them. Formatters are made once per language, not per value. */
import { computed, signal } from '@preact/signals';

/** Narrow no-break space: between a number and its unit. */
const NNBSP = '\u202f';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DECIMALS_MAX = 2;
/** Two decimals leave nothing of less than this; and of less than that people count the zeros in vain. */
const SMALL_BELOW = 0.01;
const TINY_BELOW = 1e-6;

/** Shorter than what Intl.RelativeTimeFormat offers: a table says this in every row. */
const RELATIVE_EN = { past: '{} ago', future: 'in {}', now: 'now' };
const RELATIVE_FR = { past: 'il y a {}', future: 'dans {}', now: 'à l’instant' };

const locale = signal('en');
const formatters = computed(() => makeFormatters(locale.value));

export function setFormatLocale(next: string): void {
  locale.value = next;
}

function makeFormatters(tag: string) {
  // 19 Nov rather than Nov 19
  const dateTag = tag === 'en' ? 'en-GB' : tag;
  return {
    tag,
    isFrench: tag === 'fr',
    /** By decimals, of which there are few. */
    fixed: new Map<string, Intl.NumberFormat>(),
    small: new Intl.NumberFormat(tag, { maximumSignificantDigits: 2 }),
    tiny: new Intl.NumberFormat(tag, { notation: 'scientific', maximumFractionDigits: 1 }),
    compact: new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 2 }),
    whole: new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }),
    tenth: new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }),
    relative: tag === 'fr' ? RELATIVE_FR : RELATIVE_EN,
    clock: new Intl.DateTimeFormat(dateTag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    clockSeconds: new Intl.DateTimeFormat(dateTag, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }),
    day: new Intl.DateTimeFormat(dateTag, { day: 'numeric', month: 'short' }),
    dayYear: new Intl.DateTimeFormat(dateTag, { day: 'numeric', month: 'short', year: 'numeric' }),
    weekday: new Intl.DateTimeFormat(dateTag, { weekday: 'long', timeZone: 'UTC' }),
    weekdayShort: new Intl.DateTimeFormat(dateTag, { weekday: 'short', timeZone: 'UTC' }),
    full: new Intl.DateTimeFormat(dateTag, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
  };
}

/** 1,284.5 / 1 284,5: at most two decimals, and `least` at least; what they would make a zero of has two digits. */
export function formatNumber(value: number, least = 0): string {
  const size = Math.abs(value);
  const { small, tiny } = formatters.value;
  if (size > 0 && size < SMALL_BELOW) return (size < TINY_BELOW ? tiny : small).format(value);
  return decimalsFormat(least, Math.max(least, DECIMALS_MAX)).format(value);
}

/** With exactly so many decimals. */
export function formatFixed(value: number, decimals: number): string {
  return decimalsFormat(decimals, decimals).format(value);
}

/** 123.46B / 123,46 Md: for little room. */
export function formatCompact(value: number): string {
  return formatters.value.compact.format(value);
}

/** Decimals of a number as people are told it; fewer where it has fewer. */
export function decimalsOf(value: number): number {
  if (Math.abs(value) < SMALL_BELOW) return 0;
  return (
    value
      .toFixed(DECIMALS_MAX)
      .replace(/\.?0+$/, '')
      .split('.')[1]?.length ?? 0
  );
}

function decimalsFormat(least: number, most: number): Intl.NumberFormat {
  const { fixed, tag } = formatters.value;
  const key = `${least} ${most}`;
  const known = fixed.get(key);
  if (known !== undefined) return known;
  const fresh = new Intl.NumberFormat(tag, { minimumFractionDigits: least, maximumFractionDigits: most });
  fixed.set(key, fresh);
  return fresh;
}

/** A rate: one decimal below ten, whole above. */
export function formatRate(value: number): string {
  return (value < 10 ? formatters.value.tenth : formatters.value.whole).format(value);
}

/** 99.6 % (of 0…1). */
export function formatPercent(share: number): string {
  return `${formatters.value.tenth.format(share * 100)}${NNBSP}%`;
}

/** Value and unit with a space that never breaks. */
export function withUnit(value: number, unit: string): string {
  return `${formatNumber(value)}${NNBSP}${unit}`;
}

/** 214 MB / 214 Mo. */
export function formatBytes(bytes: number): string {
  const units = formatters.value.isFrench ? ['o', 'ko', 'Mo', 'Go', 'To'] : ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = bytes;
  let index = 0;
  while (scaled >= 1000 && index < units.length - 1) {
    scaled /= 1000;
    index += 1;
  }
  const number = scaled < 10 && index > 0 ? formatters.value.tenth : formatters.value.whole;
  return `${number.format(scaled)}${NNBSP}${units[index]}`;
}

/** 43 ms · 12 s · 5 min · 4 h 12 min · 12 d 4 h: the two largest units from hours on. */
export function formatDuration(ms: number): string {
  const [first = '', second] = unitsOf(ms);
  return second === undefined ? first : `${first} ${second}`;
}

/** "2 s ago", "in 5 min", "now": one unit, as short as the eye can take it in. */
export function formatRelative(atMs: number, nowMs: number): string {
  const { relative } = formatters.value;
  const distance = Math.abs(atMs - nowMs);
  // two clocks never agree to the millisecond
  if (distance < SECOND_MS) return relative.now;
  const [first = ''] = unitsOf(distance);
  return (atMs < nowMs ? relative.past : relative.future).replace('{}', first);
}

function unitsOf(ms: number): string[] {
  const { whole, isFrench } = formatters.value;
  const say = (value: number, unit: string) => `${whole.format(value)}${NNBSP}${unit}`;
  if (ms < SECOND_MS) return [say(ms, 'ms')];
  if (ms < MINUTE_MS) return [say(Math.floor(ms / SECOND_MS), 's')];
  if (ms < HOUR_MS) return [say(Math.floor(ms / MINUTE_MS), 'min')];
  const two = (size: number, unit: string, smallSize: number, smallUnit: string) => {
    const rest = Math.floor((ms % size) / smallSize);
    const first = say(Math.floor(ms / size), unit);
    return rest > 0 ? [first, say(rest, smallUnit)] : [first];
  };
  return ms < DAY_MS ? two(HOUR_MS, 'h', MINUTE_MS, 'min') : two(DAY_MS, isFrench ? 'j' : 'd', HOUR_MS, 'h');
}

/** 14:02 */
export function formatClock(atMs: number): string {
  return formatters.value.clock.format(atMs);
}

/** 14:02:11 */
export function formatClockSeconds(atMs: number): string {
  return formatters.value.clockSeconds.format(atMs);
}

/** 19 Nov; with the year when it is another one than now's. */
export function formatDay(atMs: number, nowMs: number): string {
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return (isThisYear ? formatters.value.day : formatters.value.dayYear).format(atMs);
}

/** 14:02 today, else 19 Nov, 14:02. */
export function formatMoment(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? formatClock(atMs) : `${formatDay(atMs, nowMs)}, ${formatClock(atMs)}`;
}

/** Mon, Monday; 1 = Monday. */
export function formatWeekday(day: number, style: 'short' | 'long'): string {
  const { weekday, weekdayShort } = formatters.value;
  // the first of January 2024 was a Monday
  return (style === 'long' ? weekday : weekdayShort).format(Date.UTC(2024, 0, day));
}

/** 19 Nov 2026, 14:02:11: for titles and tables. */
export function formatFull(atMs: number): string {
  return formatters.value.full.format(atMs);
}
