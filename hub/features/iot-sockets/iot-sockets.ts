/** The sockets of seed 1 that are open now, by device: who may open one, and what each is told (S1-18, S1-21). */
import type { WebSocket } from 'ws';
import { RucheError } from '../../contract/errors.ts';
import { FAJMA_PREFIX } from '../../contract/topics.ts';
import { mayPublish } from '../../domain/acl.ts';
import { canonicalId } from '../../domain/device-id.ts';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Speaker } from '../route.ts';
import { CLOSE, IotSocket } from './iot-socket.ts';
import { SOCKETS_MAX, SOCKETS_PER_DEVICE_MAX } from './limits.ts';

export interface IotSocketsDeps {
  readonly clock: Clock;
  /** The canonical id of a device, by any of its names. */
  deviceId(name: string): string | undefined;
  /** Stored when it resolves. Throws RucheError. */
  take(delivery: {
    speaker: Speaker;
    dialect: string;
    door: string;
    topic: string;
    body: unknown;
    claimedId: string;
  }): Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** Who may open a socket: the device itself, an account that may speak for it, or a person who watches. */
export type Opener = Speaker | Person;

interface Open {
  readonly opener: Opener;
  readonly deviceId: string;
  readonly socket: IotSocket;
}

const TOPIC = `${FAJMA_PREFIX}data`;

export class IotSockets {
  readonly #deps: IotSocketsDeps;
  readonly #byDevice = new Map<string, Set<Open>>();
  #count = 0;

  constructor(deps: IotSocketsDeps) {
    this.#deps = deps;
  }

  /** The device whose socket it would be. Throws DEVICE_UNKNOWN, PUBLISH_FORBIDDEN, CONNECTIONS_FULL. */
  mayOpen(opener: Opener, name: string): string {
    const known = this.#deps.deviceId(name);
    if (known === undefined && opener.kind === 'person') throw new RucheError('DEVICE_UNKNOWN');
    if (opener.kind === 'account') {
      const verdict = mayPublish(opener, TOPIC);
      if (!verdict.allowed) throw new RucheError(verdict.code, verdict.detail);
    }
    const deviceId = known ?? canonicalId(name);
    const isFull = this.#count >= SOCKETS_MAX || this.#isFullOfOthers(deviceId, opener);
    if (isFull)
      throw new RucheError('CONNECTIONS_FULL', `At most ${SOCKETS_PER_DEVICE_MAX} sockets per device are open.`);
    return deviceId;
  }

  open(client: WebSocket, opener: Opener, deviceId: string): void {
    const sockets = this.#byDevice.get(deviceId) ?? new Set<Open>();
    this.#byDevice.set(deviceId, sockets);
    // A device that lost its power left a socket behind that looks alive.
    if (sockets.size >= SOCKETS_PER_DEVICE_MAX) oldestOf(sockets, opener.kind)?.socket.terminate();
    const socket = new IotSocket(client, {
      ...{ clock: this.#deps.clock, onError: this.#deps.onError },
      take: (message) => this.#take(opener, deviceId, message),
      onClosed: () => this.#closed(open),
    });
    const open: Open = { opener, deviceId, socket };
    sockets.add(open);
    this.#count++;
  }

  /** Reports were stored: whoever has a socket on their device hears of values (S1-18). */
  stored(accepted: readonly { readonly deviceId: string; readonly report: Report }[]): void {
    if (this.#count === 0) return;
    for (const { deviceId, report } of accepted) {
      const sockets = this.#byDevice.get(deviceId);
      if (sockets === undefined || report.kind !== 'readings') continue;
      const { metrics, atMs } = report;
      const data = {
        temperature: metrics.get('temperature') ?? null,
        heart_rate: metrics.get('heart_rate') ?? null,
        timestamp: new Date(atMs).toISOString(),
      };
      const text = JSON.stringify({ type: 'sensor_data', data });
      for (const { socket } of sockets) socket.send(text);
    }
  }

  /** Closes those whose opener or device lost the right to them. */
  drop(match: (open: { readonly opener: Opener; readonly deviceId: string }) => boolean): void {
    for (const open of this.#all()) if (match(open)) open.socket.close(CLOSE.policyViolation, 'the credentials ended');
  }

  close(): void {
    for (const { socket } of this.#all()) {
      socket.close(CLOSE.goingAway, 'the hub stops');
      socket.terminate();
    }
  }

  async #take(opener: Opener, deviceId: string, body: unknown): Promise<void> {
    if (opener.kind === 'person') throw new RucheError('FORBIDDEN', 'A person only watches here.');
    const heard = { dialect: 'fajma', door: '/ws/iot/:id/', topic: TOPIC, body, claimedId: deviceId };
    await this.#deps.take({ speaker: opener, ...heard });
  }

  #closed(open: Open): void {
    const sockets = this.#byDevice.get(open.deviceId);
    if (sockets?.delete(open) !== true) return;
    this.#count--;
    if (sockets.size === 0) this.#byDevice.delete(open.deviceId);
  }

  #isFullOfOthers(deviceId: string, { kind }: Opener): boolean {
    const sockets = this.#byDevice.get(deviceId) ?? new Set<Open>();
    return sockets.size >= SOCKETS_PER_DEVICE_MAX && oldestOf(sockets, kind) === undefined;
  }

  #all(): Open[] {
    return [...this.#byDevice.values()].flatMap((sockets) => [...sockets]);
  }
}

/** A Set iterates in the order of insertion. */
function oldestOf(sockets: ReadonlySet<Open>, kind: Opener['kind']): Open | undefined {
  for (const open of sockets) if (open.opener.kind === kind) return open;
  return undefined;
}
