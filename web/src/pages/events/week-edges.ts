/** When a weekly schedule changes the mode, by the clocks of the hub. Pure. */
import type { Mode, ModeWindow } from '../../../../hub/contract/mode.ts';

const DAY_MIN = 1440;
const WEEK_MIN = 7 * DAY_MIN;

export interface Edge {
  /** 1 = Monday. */
  day: number;
  /** HH:MM */
  time: string;
  mode: Mode['mode'];
}

/** The next changes after this minute of the week (0 is Monday, 00:00), the nearest first. */
export function nextEdges(windows: readonly ModeWindow[], nowMin: number, count: number): Edge[] {
  const isOn = minutesOf(windows);
  const edges: Edge[] = [];
  for (let step = 1; step <= WEEK_MIN && edges.length < count; step += 1) {
    const minute = (nowMin + step) % WEEK_MIN;
    const on = isOn[minute] ?? false;
    if (on === isOn[(minute + WEEK_MIN - 1) % WEEK_MIN]) continue;
    edges.push({
      day: Math.floor(minute / DAY_MIN) + 1,
      time: timeOf(minute % DAY_MIN),
      mode: on ? 'surveillance' : 'active',
    });
  }
  return edges;
}

/** Which minute of the week it is there. */
export function weekMinute(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(atMs);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return WEEKDAYS.indexOf(part('weekday')) * DAY_MIN + Number(part('hour')) * 60 + Number(part('minute'));
}
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Surveillance in every minute of the week; a window that ends before it begins goes on into the next day. */
function minutesOf(windows: readonly ModeWindow[]): boolean[] {
  const isOn = new Array<boolean>(WEEK_MIN).fill(false);
  for (const { days, from, to } of windows) {
    const start = minuteOf(from);
    const length = (minuteOf(to) - start + DAY_MIN) % DAY_MIN || DAY_MIN;
    for (const day of days) {
      for (let minute = 0; minute < length; minute += 1) isOn[((day - 1) * DAY_MIN + start + minute) % WEEK_MIN] = true;
    }
  }
  return isOn;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
