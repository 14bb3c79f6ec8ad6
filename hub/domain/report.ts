/** What a device said, after its dialect was understood. One message gives zero or more reports. */

interface Base {
  /** The device the payload or topic names, as written there; ingest checks it against the sender. */
  readonly claimedId: string;
  /** What the device's own clock said when that was no date: milliseconds since it was switched on. */
  readonly deviceUptimeMs?: number | undefined;
}

/** A finished Simon game (seed 0 S0-1). The user name of the payload is not taken: the paired person counts. */
export interface ScoreReport extends Base {
  readonly kind: 'score';
  readonly score: number;
  /** The sender's own id for this game: the same one twice is stored once. */
  readonly eventId: string | undefined;
}

/** A game going on: never stored, shown live. */
export interface RoundReport extends Base {
  readonly kind: 'round';
  readonly round: number;
}

/** The device took over a user name (seed 0 S0-3). */
export interface PairingAnswer extends Base {
  readonly kind: 'pairing-answer';
  readonly username: string;
}

/** Values measured or set, at `atMs` (Unix ms, already judged by the dialect). */
export interface ReadingsReport extends Base {
  readonly kind: 'readings';
  readonly atMs: number;
  /** False: nothing said when, so `atMs` is the time of reception. What is said twice of one time is said once. */
  readonly isDated: boolean;
  /** The date stands in the message: what is sent again has the same one. */
  readonly saysDate?: boolean;
  readonly metrics: ReadonlyMap<string, number | boolean | string>;
}

/** A sign of life that was worth a message. `sleepS`: the device will be silent for so long on purpose. */
export interface HeartbeatReport extends Base {
  readonly kind: 'heartbeat';
  readonly status: string;
  readonly uptimeS: number | undefined;
  readonly sleepS: number | undefined;
}

/** Something happened: motion, a threshold of the device's own, whatever it calls an event. */
export interface EventReport extends Base {
  readonly kind: 'event';
  readonly atMs: number;
  /** The sender's own id for it: the same one twice is stored once. */
  readonly eventId: string | undefined;
  /** In the sender's words: `MOTION_DETECTED`, `fever`. */
  readonly type: string;
  readonly severity: EventSeverity;
  /** A sentence for people, when the sender has one. */
  readonly message: string | undefined;
  /** The part of the device it comes from: `sensor-motion`. */
  readonly source: string | undefined;
  /** What else the sender says of it, as JSON it wrote itself; '' when nothing. */
  readonly dataJson: string;
  /** The time as the sender wrote it, for whom the event is forwarded to. */
  readonly originalTimestamp: number | string | undefined;
  /** The MQTT topic it came on; undefined by other transports. */
  readonly topic: string | undefined;
}
export type EventSeverity = 'info' | 'warning' | 'critical';

/** The device answered a command. */
export interface CommandAck extends Base {
  readonly kind: 'command-ack';
  readonly commandId: string;
  readonly isOk: boolean;
  readonly message: string | undefined;
}

/** A line of the device's own log: shown, never stored. */
export interface LogReport extends Base {
  readonly kind: 'log';
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
}
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export type Report =
  | ScoreReport
  | RoundReport
  | PairingAnswer
  | ReadingsReport
  | HeartbeatReport
  | EventReport
  | CommandAck
  | LogReport;
