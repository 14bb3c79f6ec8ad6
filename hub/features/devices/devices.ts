/** Devices: who they are, who may connect as one, whether they are there, and who waits to become one. */

import type { BaseLogger } from 'pino';
import type {
  Departure,
  Device,
  DeviceConnection,
  DeviceCreate,
  DeviceCreated,
  DevicePatch,
  DeviceSecrets,
  WaitingDevice,
} from '../../contract/device.ts';
import { RucheError } from '../../contract/errors.ts';
import type { HubInfo } from '../../contract/hub-info.ts';
import { canonicalId } from '../../domain/device-id.ts';
import type { DevicePrincipal, Person, Principal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { hashSecret } from '../../lib/ids.ts';
import { unseal } from '../../lib/seal.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { DeviceRow, PageOf, PageRequest, Store, Write } from '../../store/store.ts';
import { type AdmissionDeps, admit, principalOf, strangerOf, type Throttle } from './admission.ts';
import { adoptInto, newRow } from './adoption.ts';
import { type Claim, Connections } from './connections.ts';
import { isTokenOf, NO_CREDENTIALS, newCredentials } from './credentials.ts';
import { connectionOf, type Surroundings, viewOf } from './device-view.ts';
import { Fleet, type Utterance } from './fleet.ts';
import type { Standing } from './life.ts';
import { Registry } from './registry.ts';
import type { Admission, ConnectAttempt, SessionFacts } from './session-facts.ts';
import { type Announcement, WaitingRoom } from './waiting-room.ts';

const SWEEP_MS = 60_000;

export interface DevicesDeps {
  readonly store: Pick<Store, 'devices' | 'pulses' | 'commit'>;
  readonly clock: Clock;
  readonly log: BaseLogger;
  /** 32 bytes; seals the secrets of devices. */
  readonly hubKey: Buffer;
  readonly anonymous: HubInfo['anonymous'];
  readonly throttle: Throttle;
  readonly names: Surroundings;
  /** Does an account connect under this name? */
  readonly isAccount: (name: string) => boolean;
  /** Is this the client id of the demonstration inside the hub? */
  readonly isDemoClient: (clientId: string) => boolean;
}

export class Devices {
  readonly #deps: DevicesDeps;
  readonly #registry: Registry;
  readonly #waitingRoom: WaitingRoom;
  readonly #fleet: Fleet;
  readonly #connections: Connections;
  readonly #stopSweep: () => void;

  readonly #changed = this.#slot<[deviceId: string]>('changed');
  readonly #waitingChanged = this.#slot<[]>('waiting changed');
  readonly #admitted = this.#slot<[clientId: string, principal: Principal]>('admitted');
  readonly #retired = this.#slot<[deviceId: string]>('retired');
  readonly #credentialsEnded = this.#slot<[deviceId: string]>('credentials ended');
  /** People see something new of a device; at most about once a second for what merely counts on. */
  readonly onChanged = this.#changed.slot;
  readonly onWaitingChanged = this.#waitingChanged.slot;
  /** A waiting client became a device. */
  readonly onAdmitted = this.#admitted.slot;
  /** The device was deleted; its connections must end. */
  readonly onRetired = this.#retired.slot;
  /** Its token was replaced or revoked; its connections must end. */
  readonly onCredentialsEnded = this.#credentialsEnded.slot;

  constructor(deps: DevicesDeps) {
    this.#deps = deps;
    const { store, clock, log, isDemoClient } = deps;
    this.#registry = new Registry(store, deps.isAccount);
    this.#waitingRoom = new WaitingRoom(() => this.#waitingChanged.fire());
    this.#fleet = new Fleet({
      registry: this.#registry,
      store,
      clock,
      log,
      onChanged: (deviceId) => this.#changed.fire(deviceId),
    });
    this.#connections = new Connections({
      registry: this.#registry,
      waitingRoom: this.#waitingRoom,
      fleet: this.#fleet,
      clock,
      isDemoClient,
    });
    this.#stopSweep = clock.every(SWEEP_MS, () => this.#waitingRoom.sweep(clock.nowMs()));
  }

  /** Before anything else. */
  async load(): Promise<void> {
    await this.#registry.load();
    await this.#fleet.load();
  }

  /** After the broker has stopped, before the store closes. */
  async close(): Promise<void> {
    this.#stopSweep();
    await this.#fleet.close();
  }

  // --- connections

  /** Decides about a client that is not a person. */
  admit(attempt: ConnectAttempt): Admission {
    const deps = this.#admissionDeps();
    // The demonstration has no token, and comes from inside.
    const isDemoRefused = deps.anonymous === 'refuse' && deps.isDemoClient(attempt.clientId);
    return admit(isDemoRefused ? { ...deps, anonymous: 'pair' } : deps, attempt);
  }

  /** Who a client without credentials would be; undefined: it would be refused. Nobody is let in. */
  strangerOf(clientId: string): Principal | undefined {
    return strangerOf(this.#admissionDeps(), clientId);
  }

  /** What the device may do when it is connected, by any of its names. */
  principalOf(name: string): Principal | undefined {
    const row = this.#registry.find(name);
    return row && principalOf(row);
  }

  /** The device whose token it is. */
  ofToken(token: string): DevicePrincipal | undefined {
    const row = this.#registry.ofTokenHash(hashSecret(token));
    return row !== undefined && isTokenOf(row, token) ? principalOf(row) : undefined;
  }

  /** The device of this name with the secret that signs its JWTs; undefined: it has none. */
  withSecret(name: string): { principal: DevicePrincipal; secret: string } | undefined {
    const row = this.#registry.find(name);
    if (row === undefined || row.secretSealed === null) return undefined;
    return { principal: principalOf(row), secret: unseal(row.secretSealed, row.id, this.#deps.hubKey) };
  }

  connected(session: SessionFacts): void {
    this.#connections.connected(session);
  }

  /**
   * A waiting client said in a payload which device it is. One that was adopted with this id and address is admitted,
   * before the message is decided on; the others are shown with it.
   */
  announced({ clientId, address }: Pick<SessionFacts, 'clientId' | 'address'>, said: Announcement): void {
    const row = this.#registry.find(said.deviceId);
    if (row === undefined || row.tokenHash !== null || row.boundAddress !== address) {
      this.#waitingRoom.announced(clientId, said);
      return;
    }
    const entry = this.#waitingRoom.ofClient(clientId);
    if (entry === undefined) return;
    this.#waitingRoom.remove(entry);
    this.#connections.adopted(row.id, entry);
    this.#admitted.fire(clientId, principalOf(row));
  }

  /** For every packet of every connection. */
  heard(session: SessionFacts): void {
    this.#connections.heard(session);
  }

  disconnected(session: SessionFacts, departure: Departure): void {
    this.#connections.disconnected(session, departure);
  }

  // --- what ingest asks and tells

  /** By id, alias, MAC in any spelling, or bound client id. */
  find(name: string): Readonly<DeviceRow> | undefined {
    return this.#registry.find(name);
  }

  /** The device a payload names, in open mode or for an account. Throws CREDENTIALS_REQUIRED, NAME_TAKEN, DEVICE_ID_INVALID, DEVICES_FULL. */
  claim(claimedId: string, clientId: string): Claim {
    return this.#connections.claim(claimedId, clientId);
  }

  /** A message of the device was understood; the writes go into its commit. */
  spoke(deviceId: string, utterance: Utterance, atMs: number): Write[] {
    return this.#fleet.spoke(this.#registry.demand(deviceId), utterance, atMs);
  }

  /** Something the device sent was refused. */
  refused(deviceId: string): void {
    this.#fleet.refused(deviceId);
  }

  /** Something other features know of the device changed: its player, the name of its owner. */
  touched(deviceId: string): void {
    if (this.#registry.get(deviceId) !== undefined) this.#changed.fire(deviceId);
  }

  // --- people

  view(name: string): Device | undefined {
    const row = this.#registry.find(name);
    return row && this.#view(row);
  }

  /** How it is and was connected, by any of its names. */
  connection(name: string): Required<DeviceConnection> | undefined {
    const row = this.#registry.find(name);
    return row && connectionOf(this.#fleet.life(row), this.#deps.clock.nowMs());
  }

  isConnected(deviceId: string): boolean {
    const row = this.#registry.get(deviceId);
    return row !== undefined && this.#fleet.life(row).isConnected;
  }

  /** Whether it is there, without the rest of the view: cheap enough for every change. */
  standingOf(
    deviceId: string,
  ): (Standing & { readonly lastSeenMs: number | null; readonly isUnpredictable: boolean }) | undefined {
    const row = this.#registry.get(deviceId);
    if (row === undefined) return undefined;
    const life = this.#fleet.life(row);
    const isUnpredictable = life.standing.status === 'offline' && life.isUnpredictable(row);
    return { ...life.standing, lastSeenMs: life.lastSeenMs, isUnpredictable };
  }

  /** The key of the device's own newest connection. */
  clientOf(deviceId: string): string | undefined {
    const row = this.#registry.get(deviceId);
    return row && this.#fleet.life(row).session?.key;
  }

  ids(): string[] {
    return [...this.#registry.rows()].map((row) => row.id);
  }

  /** Every device: for a browser that begins to watch. */
  views(): Device[] {
    return [...this.#registry.rows()].map((row) => this.#view(row));
  }

  /** By id. Throws CURSOR_INVALID. */
  page(page: PageRequest): PageOf<Device> {
    const { items, ...rest } = this.#registry.page(page);
    return { items: items.map((row) => this.#view(row)), ...rest };
  }

  waitingViews(): WaitingDevice[] {
    return this.#waitingRoom.views();
  }

  /** Throws DEVICE_EXISTS, NAME_TAKEN, DEVICES_FULL, DEVICE_ID_INVALID. */
  async create({ id, name }: DeviceCreate, ownerId: string): Promise<DeviceCreated> {
    const { hubKey, clock } = this.#deps;
    const { secrets, stored } = newCredentials(canonicalId(id), hubKey, clock.nowMs());
    const row = newRow(id, clock.nowMs(), { ...(name === undefined ? {} : { name }), ownerId, ...stored });
    await this.#registry.add(row);
    this.#fleet.reconsider(row.id);
    return { device: this.#view(row), ...secrets };
  }

  /** Throws DEVICE_UNKNOWN. */
  async patch(deviceId: string, patch: DevicePatch): Promise<Device> {
    const row = await this.#registry.change(deviceId, (before) => ({
      ...before,
      name: patch.name ?? before.name,
      expectedIntervalMs: patch.expectedIntervalMs === undefined ? before.expectedIntervalMs : patch.expectedIntervalMs,
      tags: patch.tags === undefined ? before.tags : [...new Set(patch.tags)].sort(),
    }));
    this.#fleet.reconsider(row.id);
    return this.#view(row);
  }

  /** Throws DEVICE_UNKNOWN. */
  async remove(deviceId: string): Promise<void> {
    const { id } = this.#registry.demand(deviceId);
    await this.#registry.remove(id);
    this.#fleet.forget(id);
    this.#retired.fire(id);
  }

  /** New token and secret; the old ones end. Throws DEVICE_UNKNOWN. */
  async rotateToken(deviceId: string): Promise<DeviceSecrets> {
    const { id } = this.#registry.demand(deviceId);
    const { secrets, stored } = newCredentials(id, this.#deps.hubKey, this.#deps.clock.nowMs());
    await this.#changeCredentials(id, stored);
    return secrets;
  }

  /** The device may connect unprotected again if it was bound to its client id; else it waits to be adopted. */
  async revokeToken(deviceId: string): Promise<void> {
    await this.#changeCredentials(deviceId, NO_CREDENTIALS);
  }

  /**
   * Makes a waiting client a device bound to its client id, owned by the person unless it has an owner already.
   * Throws WAITING_UNKNOWN, NOT_YOURS, DEVICE_EXISTS, DEVICES_FULL.
   */
  async adopt(waitingId: string, person: Person, name?: string): Promise<Device> {
    const entry = this.#waitingRoom.get(waitingId);
    if (entry === undefined) throw new RucheError('WAITING_UNKNOWN');
    const row = await adoptInto(this.#registry, { entry, person, name, nowMs: this.#deps.clock.nowMs() });
    this.#waitingRoom.remove(entry);
    this.#connections.adopted(row.id, entry);
    this.#fleet.reconsider(row.id);
    this.#admitted.fire(entry.clientId, principalOf(this.#registry.demand(row.id)));
    return this.#view(this.#registry.demand(row.id));
  }

  /**
   * Adopts whoever waits under this name, because the person pairs it; the id of the device, if there was one. A device
   * that has another way in (a token, a client id of its own) keeps that: anybody may wait under its name.
   */
  async admitWaitingFor(name: string, person: Person): Promise<string | undefined> {
    const row = this.#registry.find(name);
    const hasWayIn = row !== undefined && (row.tokenHash ?? row.boundClientId ?? row.boundAddress ?? null) !== null;
    if (hasWayIn) return undefined;
    const entry = this.#waitingRoom.forDevice(row?.id ?? canonicalId(name));
    return entry && (await this.adopt(entry.id, person)).id;
  }

  /** The person is gone: what was theirs belongs to nobody. */
  async release(userId: string): Promise<void> {
    for (const id of this.ids()) {
      if (this.#registry.get(id)?.ownerId !== userId) continue;
      await this.#registry.change(id, (row) => ({ ...row, ownerId: null }));
      this.#changed.fire(id);
    }
  }

  /** Deletes what the demonstration left: its devices, and its places in the waiting room. */
  async removeDemo(): Promise<void> {
    for (const row of [...this.#registry.rows()]) if (row.demo) await this.remove(row.id);
    for (const entry of this.#waitingRoom.entries()) if (entry.demo) this.#waitingRoom.remove(entry);
  }

  hasDemo(): boolean {
    return (
      [...this.#registry.rows()].some((row) => row.demo) || this.#waitingRoom.entries().some((entry) => entry.demo)
    );
  }

  async #changeCredentials(deviceId: string, stored: typeof NO_CREDENTIALS): Promise<void> {
    const { id } = await this.#registry.change(deviceId, (row) => ({ ...row, ...stored }));
    this.#fleet.reconsider(id);
    this.#credentialsEnded.fire(id);
  }

  #admissionDeps(): AdmissionDeps {
    const { throttle, clock, anonymous, isDemoClient } = this.#deps;
    return { registry: this.#registry, waitingRoom: this.#waitingRoom, throttle, clock, anonymous, isDemoClient };
  }

  #view(row: DeviceRow): Device {
    return viewOf(row, this.#fleet.life(row), this.#deps.names, this.#deps.clock.nowMs());
  }

  #slot<Args extends unknown[]>(name: string) {
    return makeSlot<Args>((error) => this.#deps.log.error({ err: error, slot: name }, 'a listener of devices failed'));
  }
}

export const createDevices = (deps: DevicesDeps): Devices => new Devices(deps);
