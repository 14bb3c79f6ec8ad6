/** Events, alerts, the mode and streams on a store in memory, with real devices and real ingest, and a clock that stands still. */
import { RucheError } from '../contract/errors.ts';
import type { Event } from '../contract/event.ts';
import type { EventReport, Report } from '../domain/report.ts';
import { type Alerts, createAlerts } from '../features/alerts/alerts.ts';
import { log, setUp, type UnderTest } from '../features/devices/devices.fixture.ts';
import type { EventLimits } from '../features/events/event-limits.ts';
import { createEvents, type Events } from '../features/events/events.ts';
import { createMode, type ModeKeeper } from '../features/mode/mode.ts';
import { createIngest, type Ingest } from '../features/telemetry/ingest.ts';
import { Latest } from '../features/telemetry/latest.ts';
import type { FakeClock } from '../lib/fake-clock.ts';
import type { Store, Write } from '../store/store.ts';

export interface World {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly devices: UnderTest['devices'];
  readonly ingest: Ingest;
  readonly events: Events;
  readonly alerts: Alerts;
  readonly mode: ModeKeeper;
  /** Every event that was added, as people are told. */
  readonly added: Event[];
  /** What became of alerts, as "what kind deviceId". */
  readonly told: string[];
  /** While failing, or when so many commits were made, nothing is stored. */
  readonly faults: { isFailing: boolean; commitsLeft: number };
  /** From now on what is to be stored waits, until the returned function is called. */
  hold(): () => void;
  /** Says something as a device, stored when it resolves. */
  say(deviceId: string, ...reports: Report[]): Promise<void>;
  /** Until everything submitted is stored and its listeners were called. */
  settled(): Promise<void>;
  /** Time passes, second by second as timers see it. */
  wait(seconds: number): Promise<void>;
  /** Another process on the same data, after `downMs`. Without `isKilled` it was ended in good order. */
  restart(options?: { downMs?: number; isKilled?: boolean }): Promise<World>;
}

export interface WorldOptions {
  readonly limits?: Partial<EventLimits>;
  readonly timeZone?: string;
}

export const event = (type: string, more: Partial<EventReport> = {}): EventReport => ({
  ...{ kind: 'event', claimedId: '', atMs: 0, eventId: undefined, type, severity: 'info', message: undefined },
  ...{ source: undefined, dataJson: '', originalTimestamp: undefined, topic: undefined },
  ...more,
});
export const readings = (metrics: Record<string, number | boolean | string>, atMs = 0): Report => ({
  ...{ kind: 'readings', claimedId: '', atMs, isDated: true },
  metrics: new Map(Object.entries(metrics)),
});

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  return open(await setUp({ anonymous: 'open' }), options);
}

async function open(base: UnderTest, options: WorldOptions): Promise<World> {
  const { clock, devices } = base;
  const faults = { isFailing: false, commitsLeft: Number.POSITIVE_INFINITY };
  let held: Promise<void> | undefined;
  const commit = async (writes: readonly Write[]): Promise<void> => {
    if (held !== undefined) await held;
    if (faults.isFailing || faults.commitsLeft-- <= 0) throw new RucheError('STORE_UNAVAILABLE');
    await base.store.commit(writes);
  };
  const store: Store = { ...base.store, healthy: true, commit };
  const latest = new Latest(store, fail);
  await latest.load(devices.ids());
  const found = {
    find: (name: string) => devices.find(name),
    standingOf: (id: string) => devices.standingOf(id),
    ids: () => devices.ids(),
  };
  const also = { writesFor: () => [], settle: () => undefined };
  const events = await createEvents({ store, clock, log, limits: options.limits ?? {}, devices: found, also });
  const alerts = await createAlerts({ store, clock, log, devices: found, latestOf: (id) => latest.list(id) });
  const mode = await createMode({ store, clock, log, timeZone: options.timeZone ?? 'UTC' });
  mode.onIntrusion((intrusion) => alerts.intrusion(intrusion));
  await alerts.catchUp(await events.newest(200), (one) => mode.caughtUp(one));
  const shared = { devices, newestMs: () => undefined, keepers: [latest, events], commit };
  const ingest = createIngest({ ...shared, onError: fail, onDecoderFailed: fail });
  const added: Event[] = [];
  const told: string[] = [];
  ingest.onCommitted((accepted) => alerts.committed(accepted));
  events.onAdded((one) => {
    added.push(one);
    alerts.eventAdded(one);
    mode.eventAdded(one);
  });
  alerts.onChanged((alert, what) => told.push(`${what} ${alert.kind} ${alert.deviceId}`));
  devices.onChanged((deviceId) => {
    events.deviceChanged(deviceId);
    alerts.deviceChanged(deviceId);
  });
  devices.onRetired((deviceId) => {
    alerts.forgetDevice(deviceId);
    events.forgetDevice(deviceId);
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < SETTLING_TURNS; turn++) await base.store.commit([]);
  };
  const world: World = {
    ...{ clock, store, devices, ingest, events, alerts, mode, added, told, faults, settled },
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async say(deviceId, ...reports) {
      const receivedMs = clock.nowMs();
      const said = reports.map((report) => ({ ...report, claimedId: deviceId, ...timeOf(report, receivedMs) }));
      await ingest.store({
        principal: { kind: 'open' },
        clientId: deviceId,
        dialect: 'ruche',
        reports: said,
        receivedMs,
      });
    },
    async wait(seconds) {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1000);
        await settled();
      }
    },
    async restart({ downMs = 1000, isKilled = false } = {}) {
      if (!isKilled) {
        await mode.close();
        await alerts.close();
        await events.close();
      }
      return open(await base.restart(downMs), options);
    },
  };
  return world;
}

/** What waits for a commit may itself commit: so often. */
const SETTLING_TURNS = 4;

/** Reports of the tests say 0 for now. */
const timeOf = (report: Report, nowMs: number): object =>
  'atMs' in report && report.atMs === 0 ? { atMs: nowMs } : {};

function fail(error: unknown): never {
  throw error;
}
