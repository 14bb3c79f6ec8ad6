/** What a hub is made of, as types: the parts from outside, and the features made of them. */
import type { Accounts } from '../features/accounts/accounts.ts';
import type { Alerts } from '../features/alerts/alerts.ts';
import type { Boards } from '../features/boards/boards.ts';
import type { Broker } from '../features/broker/broker.ts';
import type { Commands } from '../features/commands/commands.ts';
import type { Demo } from '../features/demo/demo.ts';
import type { Devices } from '../features/devices/devices.ts';
import type { Events } from '../features/events/events.ts';
import type { Explorer } from '../features/explorer/explorer.ts';
import type { Forwarding } from '../features/forwarding/forwarding.ts';
import type { Health } from '../features/health/health.ts';
import type { History } from '../features/history/history.ts';
import type { Live } from '../features/live/live.ts';
import type { Metrics } from '../features/metrics/metrics.ts';
import type { ModeKeeper } from '../features/mode/mode.ts';
import type { Publishes } from '../features/publishes/publishes.ts';
import type { Refusals } from '../features/refusals/refusals.ts';
import type { Retained } from '../features/retained/retained.ts';
import type { Http } from '../features/route.ts';
import type { Simon } from '../features/simon/simon.ts';
import type { Streams } from '../features/stream/streams.ts';
import type { Ingest } from '../features/telemetry/ingest.ts';
import type { Latest } from '../features/telemetry/latest.ts';
import type { Users } from '../features/users/users.ts';
import type { Widgets } from '../features/widgets/widgets.ts';
import type { Clock } from '../lib/clock.ts';
import type { OpenedLevel } from '../store/level/open.ts';
import type { Config } from './config.ts';
import type { EventLoopWatch } from './event-loop.ts';
import type { HealthKeeper } from './health.ts';
import type { DeriveKey } from './key.ts';
import type { Log } from './log.ts';
import type { Doors } from './make-doors.ts';
import type { Stats } from './stats.ts';

/** What a hub is made of before its features. */
export interface Parts extends OpenedLevel {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly deriveKey: DeriveKey;
  /** Filled when the ports are open. */
  readonly ports: Readonly<{ http: number | null; mqtt: number | null }>;
}

export interface Features {
  readonly health: HealthKeeper;
  readonly http: Http;
  readonly users: Users;
  readonly accounts: Accounts;
  readonly refusals: Refusals;
  readonly devices: Devices;
  readonly simon: Simon;
  readonly latest: Latest;
  readonly events: Events;
  readonly alerts: Alerts;
  readonly mode: ModeKeeper;
  readonly streams: Streams;
  readonly history: History;
  readonly ingest: Ingest;
  readonly commands: Commands;
  readonly widgets: Widgets;
  readonly boards: Boards;
  readonly broker: Broker;
  readonly doors: Doors;
  readonly demo: Demo;
  readonly stats: Stats;
  readonly eventLoop: EventLoopWatch;
  readonly brokerHealth: Health;
  readonly metrics: Metrics;
  readonly live: Live;
  readonly explorer: Explorer;
  readonly publishes: Publishes;
  readonly retained: Retained;
  readonly forwarding: Forwarding;
}
