/** Active or surveillance: who armed the hub, the countdowns, the weekly schedule. */
import { type Static, Type } from 'typebox';
import { EVENT_TYPE_LENGTH_MAX, MODE_DELAY_S_MAX, MODE_WINDOWS_MAX, WATCHED_TYPES_MAX } from './limits.ts';
import { Ms } from './problem.ts';

export const MODES = ['active', 'surveillance'] as const;

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'HH:MM' });
export const ModeWindow = Type.Object({
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
    minItems: 1,
    maxItems: 7,
    description: 'Days on which it begins, 1 = Monday.',
  }),
  from: TimeOfDay,
  to: TimeOfDay,
});
export type ModeWindow = Static<typeof ModeWindow>;

const Schedule = Type.Object({
  enabled: Type.Boolean(),
  windows: Type.Array(ModeWindow, {
    maxItems: MODE_WINDOWS_MAX,
    description: 'Surveillance from `from` to `to`, on the next day when `to` is not later; by the clocks of the hub.',
  }),
});
const Delay = Type.Integer({ minimum: 0, maximum: MODE_DELAY_S_MAX });
const Watched = Type.Array(Type.String({ minLength: 1, maxLength: EVENT_TYPE_LENGTH_MAX }), {
  maxItems: WATCHED_TYPES_MAX,
  description: 'Types of events that raise an alert in surveillance, compared without case.',
});

export const Mode = Type.Object(
  {
    mode: Type.Enum(MODES),
    sinceMs: Type.Union([Ms, Type.Null()], { description: 'Null: since ever.' }),
    by: Type.Union([Type.String(), Type.Null()], { description: 'Who changed it; null: the schedule, or nobody yet.' }),
    bySchedule: Type.Boolean(),
    armed: Type.Boolean({ description: 'Surveillance, and the exit delay is over: watched events raise alerts.' }),
    armsAtMs: Type.Union([Ms, Type.Null()], { description: 'The exit delay ends then.' }),
    entryEndsMs: Type.Union([Ms, Type.Null()], {
      description: 'Something was noticed: the alert is raised then, unless somebody sets the mode to active.',
    }),
    entryDeviceId: Type.Union([Type.String(), Type.Null()]),
    exitDelayS: Delay,
    entryDelayS: Delay,
    watched: Watched,
    schedule: Schedule,
    nextChangeMs: Type.Union([Ms, Type.Null()], { description: 'The next change by the schedule.' }),
    timeZone: Type.String(),
  },
  { $id: 'Mode' },
);
export type Mode = Static<typeof Mode>;

export const ModeBody = Type.Object({
  mode: Type.Optional(Type.Enum(MODES)),
  exitDelayS: Type.Optional(Delay),
  entryDelayS: Type.Optional(Delay),
  watched: Type.Optional(Watched),
  schedule: Type.Optional(Schedule),
});
export type ModeBody = Static<typeof ModeBody>;
