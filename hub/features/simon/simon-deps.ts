/** What the Simon feature needs from the rest of the hub, and what ingest hands to it. */
import type { FastifyBaseLogger } from 'fastify';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store, UserRow } from '../../store/store.ts';

/** A registered device as far as Simon cares. */
export interface SimonDevice {
  /** Canonical. */
  readonly id: string;
  /** How it calls itself in `device_id`; absent: as its id. */
  readonly spelling?: string | undefined;
  readonly ownerId: string | null;
  readonly demo: boolean;
  readonly connected: boolean;
  /** Empty while it has never said anything. */
  readonly dialects: readonly string[];
}

export interface SimonDeps {
  readonly store: Pick<Store, 'commit' | 'pairings' | 'scores' | 'tallies'>;
  readonly clock: Clock;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  /** IANA name; calendar days of scores are the hub's. */
  readonly timeZone: string;
  /** The hub's own MQTT publish, QoS 0, not retained. */
  publish(topic: string, payload: string): Promise<void>;
  readonly devices: {
    find(idOrAlias: string): SimonDevice | undefined;
    /**
     * Admits a waiting device, bound to its client id and owned by the person unless it has an owner; undefined: nobody
     * waits who may have that name.
     */
    admitWaitingFor(idOrAlias: string, person: Person): Promise<SimonDevice | undefined>;
  };
  readonly users: { byName(username: string): Promise<Pick<UserRow, 'username'> | undefined> };
}

/** A report ingest has accepted: the sender is known and is the device it speaks for. */
export interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}
