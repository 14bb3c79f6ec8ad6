/** Whose each connection is: a device's, a waiting client's, or in open mode whoever its payloads turn out to name. */

import type { Departure } from '../../contract/device.ts';
import { RucheError } from '../../contract/errors.ts';
import { canonicalId, isDeviceId } from '../../domain/device-id.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import { nameIn } from './admission.ts';
import { newRow } from './adoption.ts';
import type { Fleet } from './fleet.ts';
import { namesOf, type Registry } from './registry.ts';
import type { SessionFacts } from './session-facts.ts';
import type { WaitingEntry, WaitingRoom } from './waiting-room.ts';

export interface ConnectionsDeps {
  readonly registry: Registry;
  readonly waitingRoom: WaitingRoom;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly isDemoClient: (clientId: string) => boolean;
}

/** A device a payload speaks for; `writes` make it when it is new, in the commit of the message. */
export interface Claim {
  readonly deviceId: string;
  readonly writes: Write[];
}

export class Connections {
  readonly #deps: ConnectionsDeps;
  /** Connections in open mode, by client id, and whose they are; the broker bounds how many there are. */
  readonly #open = new Map<string, { session: SessionFacts; deviceId: string | undefined }>();

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  connected(session: SessionFacts): void {
    const { principal, clientId } = session;
    const { registry, waitingRoom, clock } = this.#deps;
    if (principal.kind === 'waiting') waitingRoom.connected(session, clock.nowMs());
    if (principal.kind === 'device') this.#link(principal.deviceId, session);
    if (principal.kind !== 'open') return;
    const row = registry.find(nameIn(clientId));
    this.#open.set(clientId, { session, deviceId: row?.id });
    if (row !== undefined) this.#link(row.id, session);
  }

  heard(session: SessionFacts): void {
    if (!isDevice(session.principal)) return;
    const { fleet, waitingRoom, clock } = this.#deps;
    const deviceId = this.#deviceOf(session);
    if (deviceId === undefined) waitingRoom.heard(session.clientId, clock.nowMs());
    else if (!fleet.heard(deviceId, session.clientId)) this.#link(deviceId, session);
  }

  disconnected(session: SessionFacts, departure: Departure): void {
    if (!isDevice(session.principal)) return;
    const { fleet, waitingRoom, clock } = this.#deps;
    const deviceId = this.#deviceOf(session);
    if (deviceId !== undefined) fleet.disconnected(deviceId, session, departure);
    if (session.principal.kind === 'waiting') waitingRoom.disconnected(session, clock.nowMs());
    const open = this.#open.get(session.clientId);
    // Unless it was taken over by its own next connection.
    if (open !== undefined && open.session.connectedMs <= session.connectedMs) this.#open.delete(session.clientId);
  }

  /** A waiting client became a device; its connection, if there is one, goes on as the device's. */
  adopted(deviceId: string, { clientId, session }: WaitingEntry): void {
    // It may have connected again meanwhile, as the device: that connection is newer than what the entry knows.
    if (session !== undefined && !this.#deps.fleet.heard(deviceId, clientId)) this.#link(deviceId, session);
  }

  /** The device a payload names, in open mode or for an account. Throws CREDENTIALS_REQUIRED, DEVICE_ID_INVALID, DEVICES_FULL. */
  claim(claimedId: string, clientId: string): Claim {
    const { registry, clock, isDemoClient } = this.#deps;
    const known = registry.find(claimedId);
    if (known !== undefined && known.tokenHash !== null) throw new RucheError('CREDENTIALS_REQUIRED');
    if (known === undefined && !isDeviceId(claimedId)) throw new RucheError('DEVICE_ID_INVALID');
    const row = known ?? newRow(claimedId, clock.nowMs(), { demo: isDemoClient(clientId) });
    const writes = known === undefined ? [registry.addNow(row)] : [];
    const open = this.#open.get(clientId);
    const isItself = namesOf(row).includes(canonicalId(nameIn(clientId)));
    if (open !== undefined && open.deviceId === undefined && isItself) {
      open.deviceId = row.id;
      this.#link(row.id, open.session);
    }
    return { deviceId: row.id, writes };
  }

  #deviceOf({ principal, clientId }: SessionFacts): string | undefined {
    if (principal.kind === 'device') return principal.deviceId;
    if (principal.kind === 'open') return this.#open.get(clientId)?.deviceId;
    // Adopted a moment ago: the connection is still called waiting, but its client id is a device's.
    return this.#deps.registry.boundTo(clientId)?.id;
  }

  #link(deviceId: string, session: SessionFacts): void {
    const row = this.#deps.registry.get(deviceId);
    // No row: the device was deleted a moment ago, and its connection is about to be dropped.
    if (row !== undefined) this.#deps.fleet.connected(row, session);
  }
}

/** A connection of one device, or of one that may become known. An account may be used by many of them. */
const isDevice = ({ kind }: Principal): boolean => kind !== 'person' && kind !== 'account';
