/** History: what a device measured and said, as columns for charts, and as files to take away. */
import { type Static, Type } from 'typebox';
import { MetricValue } from './device.ts';
import { HISTORY_POINTS, HISTORY_POINTS_MAX } from './limits.ts';
import { Ms } from './problem.ts';

/** Names with commas between them; a comma or `%` that belongs to a name is percent-encoded. Absent: all. */
const Metrics = Type.String({
  maxLength: 4096,
  description: 'Names of metrics, separated by commas (a comma inside a name is written %2C). Absent: all of them.',
});
const Range = {
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Unix milliseconds, included.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Unix milliseconds, not included. Absent: now.' })),
};

export const HistoryQuery = Type.Object({
  metrics: Type.Optional(Metrics),
  /** Absent: a day before `to`. */
  ...Range,
  points: Type.Optional(Type.Integer({ minimum: 1, maximum: HISTORY_POINTS_MAX, default: HISTORY_POINTS })),
});
export type HistoryQuery = Static<typeof HistoryQuery>;

const MaybeNumbers = Type.Array(Type.Union([Type.Number(), Type.Null()]));

/**
 * Columns of one metric, all of one length, at most `points`, oldest first. Where few readings were made, each is a
 * point at its own time; otherwise a point is what was read from its `t` to the next step. A gap (the device was silent
 * for much longer than it usually is) is one point with null everywhere and count 0. Booleans count as 0 and 1 in min,
 * avg and max. Text has null there; its `last` is the text.
 */
export const HistorySeries = Type.Object(
  {
    t: Type.Array(Ms),
    min: MaybeNumbers,
    avg: MaybeNumbers,
    max: MaybeNumbers,
    last: Type.Array(Type.Union([MetricValue, Type.Null()])),
    count: Type.Array(Type.Integer({ minimum: 0 })),
  },
  { $id: 'HistorySeries' },
);
export type HistorySeries = Static<typeof HistorySeries>;

/** Metrics that were asked for and are not known have empty columns. */
export const History = Type.Object({
  fromMs: Ms,
  toMs: Ms,
  metrics: Type.Record(Type.String(), HistorySeries),
});
export type History = Static<typeof History>;

export const HISTORY_FORMATS = ['csv', 'json', 'lines'] as const;
/** `raw`: every reading; the others: count, smallest, largest, average and last of each minute, hour or day of UTC. */
export const RESOLUTIONS = ['raw', 'minute', 'hour', 'day'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
/** `lines` is InfluxDB's line protocol. Metric after metric, oldest first. Absent range: everything. */
export const HistoryExportQuery = Type.Object({
  format: Type.Optional(
    Type.Union([Type.Literal('csv'), Type.Literal('json'), Type.Literal('lines')], { default: 'csv' }),
  ),
  resolution: Type.Optional(
    Type.Enum(RESOLUTIONS, {
      default: 'raw',
      description: 'Rollups are kept longer than readings. What was swept is not in the file.',
    }),
  ),
  metrics: Type.Optional(Metrics),
  ...Range,
});
export type HistoryExportQuery = Static<typeof HistoryExportQuery>;

/** What to forget. Absent range: everything. */
export const HistoryDeleteQuery = Type.Object({ metrics: Type.Optional(Metrics), ...Range });
export type HistoryDeleteQuery = Static<typeof HistoryDeleteQuery>;
