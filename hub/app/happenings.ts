/** Events, alerts, the mode and the streams: made of each other's news, and where they meet the rest of the hub. */
import type { FastifyRequest } from 'fastify';
import { RucheError } from '../contract/errors.ts';
import { HUB_EVENTS } from '../contract/event.ts';
import type { Mode } from '../contract/mode.ts';
import type { StreamStatus } from '../contract/stream.ts';
import { FAJMA_PREFIX, SENSOR_PREFIX } from '../contract/topics.ts';
import { mayPublish, mayRead } from '../domain/acl.ts';
import type { Principal } from '../domain/principal.ts';
import type { EventReport } from '../domain/report.ts';
import { matchesFilter } from '../domain/topic-filter.ts';
import { type Alerts, createAlerts } from '../features/alerts/alerts.ts';
import { alertRoutes } from '../features/alerts/routes.ts';
import type { Devices } from '../features/devices/devices.ts';
import { createEvents, type Events } from '../features/events/events.ts';
import { eventRoutes } from '../features/events/routes.ts';
import { seedEventRoutes } from '../features/events/seed-routes.ts';
import type { Forwarding } from '../features/forwarding/forwarding.ts';
import { createMode, type ModeKeeper } from '../features/mode/mode.ts';
import { modeRoutes } from '../features/mode/routes.ts';
import { mustWithDevice } from '../features/own-device.ts';
import { speakerOf } from '../features/route.ts';
import { streamRoutes } from '../features/stream/routes.ts';
import { Streams } from '../features/stream/streams.ts';
import type { Latest } from '../features/telemetry/latest.ts';
import { timeZone } from './hub-info.ts';
import type { Features, Parts } from './parts.ts';

export interface Happenings {
  readonly events: Events;
  readonly alerts: Alerts;
  readonly mode: ModeKeeper;
  readonly streams: Streams;
}

/** Who tells what no device told, where somebody must be named (seed 4 S4-3). */
const HUB_NAME = 'ruche';
/** Events of the last moments before the hub ended, judged again. */
const CAUGHT_UP_MAX = 200;

export async function makeHappenings(
  { clock, store, log }: Parts,
  { devices, latest, forwarding }: { devices: Devices; latest: Latest; forwarding: Forwarding },
): Promise<Happenings> {
  const events = await createEvents({
    store,
    clock,
    log: log.child({ feature: 'events' }),
    devices: {
      find: (name) => devices.find(name),
      standingOf: (id) => devices.standingOf(id),
      ids: () => devices.ids(),
    },
    also: {
      writesFor: ({ deviceId, report }, receivedMs) =>
        forwarding.writesFor({ deviceId: deviceId === '' ? HUB_NAME : deviceId, report }, receivedMs),
      settle: (noticed, isStored) => forwarding.settle(noticed, isStored),
    },
  });
  const alerts = await createAlerts({
    store,
    clock,
    log: log.child({ feature: 'alerts' }),
    devices: {
      find: (name) => devices.find(name),
      standingOf: (id) => devices.standingOf(id),
      ids: () => devices.ids(),
    },
    latestOf: (deviceId) => latest.list(deviceId),
  });
  const mode = await createMode({ store, clock, log: log.child({ feature: 'mode' }), timeZone: timeZone() });
  // Not with everything else: a countdown that ran out while the hub was away may end before the rest has started.
  mode.onIntrusion((intrusion) => alerts.intrusion(intrusion));
  await alerts.catchUp(await events.newest(CAUGHT_UP_MAX), (event) => mode.caughtUp(event));
  const streams = new Streams({ clock });
  for (const id of devices.ids()) streams.statusChanged(statusOf(devices, id));
  return { events, alerts, mode, streams };
}

/** When something happened. */
export function wireHappenings({ events, alerts, mode, streams, live, devices, ingest, users }: Features): void {
  ingest.onCommitted((accepted) => {
    alerts.committed(accepted);
    streams.committed(accepted);
  });
  events.onAdded((event) => {
    live.eventChanged(event);
    streams.eventAdded(event);
    alerts.eventAdded(event);
    mode.eventAdded(event);
  });
  events.onChanged((event) => live.eventChanged(event));
  alerts.onChanged((alert) => {
    live.alertChanged(alert);
    streams.alertChanged(alert);
  });
  mode.onChanged(() => live.modeChanged());
  mode.onSwitched((view) => events.note([modeNote(view)]));
  devices.onChanged((deviceId) => {
    if (devices.standingOf(deviceId) === undefined) return;
    streams.statusChanged(statusOf(devices, deviceId));
    events.deviceChanged(deviceId);
    alerts.deviceChanged(deviceId);
  });
  devices.onRetired((deviceId) => {
    streams.forgetDevice(deviceId);
    alerts.forgetDevice(deviceId);
    events.forgetDevice(deviceId);
  });
  users.onSessionEnded((sessionId) => streams.end((person) => person.sessionId === sessionId));
  users.onPersonChanged((userId) => streams.end((person) => person.userId === userId));
}

export function happeningRoutes(
  { http, events, alerts, mode, streams, devices, ingest }: Features,
  { clock }: Pick<Parts, 'clock'>,
): void {
  const ownerIdOf = (deviceId: string): string | null => devices.find(deviceId)?.ownerId ?? null;
  eventRoutes({ events, alerts, ownerIdOf })(http);
  alertRoutes({ alerts, clock, devices })(http);
  modeRoutes(mode)(http);
  streamRoutes({ streams, devices })(http);
  seedEventRoutes({
    events,
    clock,
    speakerOf: (request, said) => speakerFor(request, said, devices),
    mustRead,
    store: ingest.store,
  })(http);
}

export async function closeHappenings({ events, alerts, mode }: Features): Promise<void> {
  await mode.close();
  await alerts.close();
  await events.close();
}

function statusOf(devices: Devices, deviceId: string): StreamStatus {
  const { status, reason, sinceMs } = devices.standingOf(deviceId) ?? NEVER;
  return { deviceId, status, reason, sinceMs };
}
const NEVER = { status: 'never', reason: 'never', sinceMs: 0 } as const;

function modeNote({ mode, by, bySchedule, sinceMs }: Mode) {
  const who = bySchedule ? 'The schedule' : (by ?? 'Somebody');
  const message = `${who} set the mode to ${mode}.`;
  const about = { deviceId: '', type: HUB_EVENTS.modeChanged, severity: 'info', code: 'mode-changed' } as const;
  return { ...about, message, data: { mode, by, bySchedule }, atMs: sinceMs ?? 0 };
}

/**
 * A device speaks for itself, an account where its rules let it publish; a person for their own devices, an operator for
 * every device, also for one that the event makes known.
 */
function speakerFor(request: FastifyRequest, said: EventReport, devices: Devices): Principal {
  const speaker = speakerOf(request);
  if (speaker.kind === 'account') {
    const verdict = mayPublish(speaker, topicOf(said));
    if (!verdict.allowed) throw new RucheError(verdict.code, verdict.detail);
  }
  if (speaker.kind !== 'person') return speaker;
  const device = devices.find(said.claimedId);
  mustWithDevice(speaker, 'events.post', device?.ownerId ?? null);
  return devices.principalOf(said.claimedId) ?? { kind: 'open' };
}

function mustRead(request: FastifyRequest): void {
  const speaker = speakerOf(request);
  const isRuled = speaker.kind === 'account' && mayRead(speaker, SEED_TOPIC, NO_PAYLOAD);
  if (speaker.kind === 'person' || speaker.kind === 'open' || isRuled) return;
  throw new RucheError(
    'FORBIDDEN',
    'Events of all devices are for people, and for accounts that may read sensor/event.',
  );
}

/** What the rules of an account must allow: the body may name any topic, but only on these the same would be an event. */
const topicOf = ({ topic = '' }: EventReport): string =>
  EVENT_TOPICS.some((filter) => matchesFilter(filter, topic)) ? topic : SEED_TOPIC;
const EVENT_TOPICS = [`${SENSOR_PREFIX}+`, `${FAJMA_PREFIX}alert`];
const SEED_TOPIC = 'sensor/event';
const NO_PAYLOAD = new Uint8Array();
