/** How the broker is: rates, queues, slow clients, alerts, memory, disk. Looked at once a second, shown on $live/health. */
import type { ClientIdFight, HealthListener, LiveHealth } from '../../contract/live.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Slot } from '../../lib/slot.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';
import { Fights } from './fights.ts';
import { LimitsReached } from './limits-reached.ts';
import { Room, type RoomDeps } from './room.ts';
import { type Reader, SlowClients } from './slow-clients.ts';
import { Traffic } from './traffic.ts';

export const HEALTH_LOOK_MS = 1_000;

export interface HealthDeps extends RoomDeps {
  readonly clock: Clock;
  numbers(): BrokerNumbers;
  /** Everybody who is connected. */
  readers(): Iterable<Reader>;
  clientsMaximum(): number;
  memory(): LiveHealth['memory'];
  eventLoop(): { p50Ms: number; p99Ms: number } | undefined;
  listeners(): HealthListener[];
}

export interface Health {
  connected(client: Reader): void;
  /** Another connection came with its client id. */
  takenOver(client: Reader): void;
  refused(facts: Pick<RefusalFacts, 'code' | 'atMs'>): void;
  readonly onFight: Slot<[ClientIdFight]>;
  slowClients(): number;
  diskFreeBytes(): number | undefined;
  /** `snapshot`: with everything. Otherwise the minutes are there only when one of them is new since the last call. */
  read(kind: 'snapshot' | 'update'): LiveHealth;
  stop(): void;
}

export function createHealth(deps: HealthDeps): Health {
  const { clock } = deps;
  const fights = new Fights(clock, deps.onError);
  const slow = new SlowClients();
  const limits = new LimitsReached();
  const room = new Room(deps);
  const traffic = new Traffic(deps.numbers(), clock.nowMs());
  let shownMinutes = traffic.minutes;

  const stopLooking = clock.every(HEALTH_LOOK_MS, () => {
    traffic.note(deps.numbers(), clock.nowMs());
    slow.look(deps.readers(), clock.nowMs());
  });

  /** Which of the minutes to send. */
  function minutesFor(kind: 'snapshot' | 'update'): Pick<LiveHealth, 'minutes'> {
    const isNews = traffic.minutes !== shownMinutes;
    if (kind === 'update') shownMinutes = traffic.minutes;
    return kind === 'snapshot' || isNews ? { minutes: [...traffic.minutes] } : {};
  }

  return {
    connected: (client) => fights.connected(client),
    takenOver: (client) => fights.takenOver(client),
    refused: (facts) => limits.note(facts),
    onFight: fights.onFight,
    slowClients: () => slow.count,
    diskFreeBytes: () => room.diskFreeBytes,
    read(kind) {
      const nowMs = clock.nowMs();
      const eventLoop = deps.eventLoop();
      return {
        snapshot: kind === 'snapshot',
        atMs: nowMs,
        ...brokerPart(deps.numbers()),
        clientsMaximum: deps.clientsMaximum(),
        messagesInPerS: traffic.messagesInPerS,
        messagesOutPerS: traffic.messagesOutPerS,
        ...minutesFor(kind),
        slow: slow.list(),
        alerts: [...fights.list(), ...slow.alerts(nowMs)],
        memory: deps.memory(),
        eventLoop: eventLoop === undefined ? null : { p50Ms: eventLoop.p50Ms, p99Ms: eventLoop.p99Ms },
        ...room.read(),
        listeners: deps.listeners(),
        limits: limits.list(nowMs),
      };
    },
    stop() {
      stopLooking();
      room.stop();
    },
  };
}

function brokerPart(
  broker: BrokerNumbers,
): Pick<LiveHealth, 'clients' | 'dropped' | 'retained' | 'subscriptions' | 'queued' | 'inFlight'> {
  const { queuedMessages, queuedBytes = null } = broker;
  return {
    clients: broker.clients,
    dropped: broker.dropped,
    retained: broker.retainedMessages ?? null,
    subscriptions: broker.subscriptions ?? null,
    queued: queuedMessages === undefined ? null : { messages: queuedMessages, bytes: queuedBytes },
    inFlight: broker.inFlight ?? null,
  };
}
