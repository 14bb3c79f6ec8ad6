/** What comes over HTTP: read by its dialect, checked against the rules of accounts, stored, and answered with ids. */
import { RucheError } from '../../contract/errors.ts';
import { mayPublish } from '../../domain/acl.ts';
import type { BadPart } from '../../domain/dialects/dialect.ts';
import { bodyReader } from '../../domain/dialects/dialects.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Speaker } from '../route.ts';
import { MeasurementIds } from './measurement-ids.ts';

export interface DoorDeps {
  readonly clock: Clock;
  /** Stored when it resolves. Throws RucheError, and then nothing is. */
  store(heard: {
    principal: Principal;
    clientId: string;
    dialect: string;
    reports: readonly Report[];
    receivedMs: number;
  }): Promise<unknown>;
}

export interface Delivery {
  readonly speaker: Speaker;
  readonly dialect: string;
  /** As the dialect names it: `POST /api/iot/data`. */
  readonly door: string;
  readonly body: unknown;
  /** The device the address or the token names. */
  readonly claimedId?: string;
  /** The topic that says the same over MQTT: an account needs the right to publish there. */
  readonly topic?: string;
}

export interface Taken {
  /** Of what is stored, in the order it was sent. */
  readonly ids: number[];
  readonly bad: readonly BadPart[];
}

export interface Door {
  /** Resolves when all good parts are stored. Throws PAYLOAD_*, DEVICE_MISMATCH, PUBLISH_FORBIDDEN, STORE_*. */
  take(delivery: Delivery): Promise<Taken>;
}

export function makeDoor({ clock, store }: DoorDeps): Door {
  const known = new MeasurementIds(clock);
  return {
    async take({ speaker, dialect, door, body, claimedId, topic }) {
      mustBeRuled(speaker, topic);
      const receivedMs = clock.nowMs();
      const read = bodyReader(dialect, door).read(body, { receivedMs, claimedId });
      if ('code' in read) throw new RucheError(read.code, read.detail);
      const { reports, bad = [] } = read;
      if (reports.length === 0) throw new RucheError('PAYLOAD_INVALID', bad[0]?.detail ?? 'There is nothing in it.');
      const parts = reports.map((report) => known.of(report, receivedMs));
      const fresh = parts.filter((part) => !known.isKnown(part));
      if (fresh.length > 0) {
        await store({
          principal: speaker,
          clientId: '',
          dialect,
          reports: fresh.map(({ report }) => report),
          receivedMs,
        });
      }
      for (const part of fresh) known.remember(part);
      return { ids: parts.map(({ id }) => id), bad };
    },
  };
}

/** A device speaks for itself alone, which is checked where its reports are; an account's rules are about topics. */
function mustBeRuled(speaker: Speaker, topic: string | undefined): void {
  if (speaker.kind !== 'account') return;
  if (topic === undefined) throw new RucheError('PUBLISH_FORBIDDEN', 'Only a device itself speaks here.');
  const verdict = mayPublish(speaker, topic);
  if (!verdict.allowed) throw new RucheError(verdict.code, verdict.detail);
}
