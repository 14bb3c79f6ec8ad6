/** What the live feature shows: views of the other features, asked while somebody looks. */
import type { LiveDeps } from '../features/live/live.ts';
import type { Features, Parts } from './parts.ts';

type LiveParts = Pick<
  Features,
  | 'broker'
  | 'devices'
  | 'simon'
  | 'latest'
  | 'commands'
  | 'stats'
  | 'brokerHealth'
  | 'explorer'
  | 'forwarding'
  | 'events'
  | 'alerts'
  | 'mode'
>;

export function liveDeps(
  { log, clock }: Parts,
  { broker, devices, simon, latest, commands, stats, brokerHealth, explorer, forwarding, ...news }: LiveParts,
): LiveDeps {
  return {
    clock,
    log: log.child({ feature: 'live' }),
    sendTo: (key, topic, text) => broker.sendTo(key, topic, text),
    fleet: { devices: () => devices.views(), device: (id) => devices.view(id), waiting: () => devices.waitingViews() },
    events: { recent: () => news.events.recent(), alerts: () => news.alerts.standing(), mode: () => news.mode.view() },
    values: (deviceId) => latest.values(deviceId),
    rounds: () => simon.rounds(),
    pairing: (deviceId) => simon.pairings.of(deviceId),
    pairings: () => simon.pairings.list(),
    commands: (deviceId) => commands.newest(deviceId),
    stats: stats.read,
    topics: explorer,
    health: brokerHealth.read,
    forwarding: () => forwarding.live(),
  };
}
