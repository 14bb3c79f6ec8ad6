/** The simulated world: a hub with its devices, its disk, its backend and its people, in one process and in time of its own. */
import { seededRandom } from '../../hub/lib/random.ts';
import { type ApiClient, ApiError } from '../helpers/api-client.ts';
import { type InsideHub, startInsideHub } from '../helpers/inside-hub.ts';
import { type SimBackend, startSimBackend } from './sim-backend.ts';
import { type DeviceClock, SimDevice } from './sim-device.ts';
import { makeSimDisk, type SimDisk } from './sim-disk.ts';
import { SimPoster } from './sim-poster.ts';

export interface SimPlan {
  readonly seed: number;
  readonly devices: number;
  readonly minutes: number;
}

export const STEP_MS = 1000;
/** One of so many devices speaks over HTTP. */
const POSTER_EVERY = 10;
const DAY_MS = 86_400_000;
/** Commands on their way to an answer. */
const ASKED_MAX = 20;
const TOKEN_HOLDS_MS = 600_000;

export interface World {
  readonly hub: InsideHub;
  readonly disk: SimDisk;
  readonly backend: SimBackend;
  readonly devices: readonly SimDevice[];
  readonly posters: readonly SimPoster[];
  readonly random: () => number;
  /** Device → commands answered 202, in that order. */
  readonly promisedCommands: ReadonlyMap<string, readonly string[]>;
  /** Devices that are switched off, and since when by true time. */
  readonly offSince: ReadonlyMap<string, number>;
  readonly largest: { forwarding: number; pendingWrites: number };
  /** `isNew`: signed in anew, and from then on everybody is told of that session. */
  owner(isNew?: boolean): Promise<ApiClient>;
  /** Forwards at once what waits for its next attempt. */
  flush(): Promise<void>;
  restart(): Promise<void>;
  command(device: SimDevice): void;
  turnOff(device: SimDevice): void;
  turnOn(device: SimDevice, retryMs: number): void;
}

export async function makeWorld({
  seed,
  devices: count,
}: SimPlan): Promise<{ world: World; close: () => Promise<void> }> {
  const random = seededRandom(seed);
  const disk = makeSimDisk();
  const backend = await startSimBackend();
  const memory = () => {
    disk.become('well');
    return disk.level;
  };
  const hub = await startInsideHub({}, { memory });
  let known: { owner: ApiClient; url: string; sinceMs: number } | undefined;
  const owner = async (isNew = false): Promise<ApiClient> => {
    const nowMs = hub.clock.nowMs();
    const isGood = known?.url === hub.url && nowMs >= known.sinceMs && nowMs - known.sinceMs < TOKEN_HOLDS_MS;
    if (known !== undefined && isGood && !isNew) return known.owner;
    const { url } = hub;
    known = { owner: await hub.owner(), url, sinceMs: nowMs };
    return known.owner;
  };
  const body = { kind: 'webhook', name: 'Backend', url: `${backend.url}/`, events: true } as const;
  const { id: destination } = await (await owner()).call('POST /api/v1/destinations', { body });
  const { devices, posters } = await populate({ count, random, hub, owner: await owner() });

  const promisedCommands = new Map<string, string[]>();
  const offSince = new Map<string, number>();
  let asked = 0;
  const ask = async (id: string): Promise<void> => {
    try {
      const given = { params: { id }, body: { name: 'relay', value: asked, ttlS: 7 * 86_400 } };
      const command = await (await owner()).call('POST /api/v1/devices/:id/commands', given);
      promisedCommands.set(id, [...(promisedCommands.get(id) ?? []), command.id]);
    } catch (error) {
      // Not promised: the hub was not there, had no room, or could not store it; or its clock was set, and the token is old.
      if (error instanceof ApiError && error.status === 401) known = undefined;
    } finally {
      asked--;
    }
  };
  const world: World = {
    ...{ hub, disk, backend, devices, posters, random, promisedCommands, offSince, owner },
    restart: () => hub.restart(),
    async flush() {
      await (await owner()).call('POST /api/v1/destinations/:id/flush', { params: { id: destination } });
    },
    largest: { forwarding: 0, pendingWrites: 0 },
    command({ id }) {
      if (asked >= ASKED_MAX) return;
      asked++;
      void ask(id);
    },
    turnOff(device) {
      device.isPowered = false;
      device.drop(0);
      offSince.set(device.id, hub.clock.steadyMs());
    },
    turnOn(device, retryMs) {
      device.isPowered = true;
      device.drop(retryMs);
      offSince.delete(device.id);
    },
  };
  return {
    world,
    async close() {
      for (const device of devices) device.drop(Number.POSITIVE_INFINITY);
      disk.become('well');
      await hub.close();
      await backend.close();
    },
  };
}

interface Population {
  readonly count: number;
  readonly random: () => number;
  readonly hub: InsideHub;
  readonly owner: ApiClient;
}

async function populate({ count, random, hub, owner }: Population) {
  const devices: SimDevice[] = [];
  const posters: SimPoster[] = [];
  const nowMs = hub.clock.steadyMs();
  for (let at = 0; at < count; at++) {
    const id = `sim-${String(at).padStart(3, '0')}`;
    const { token } = await owner.call('POST /api/v1/devices', { body: { id } });
    const firstMs = Math.floor(random() * 20_000);
    if (at % POSTER_EVERY === POSTER_EVERY - 1) {
      posters.push(new SimPoster({ id, token, periodMs: 60_000, firstMs: nowMs + firstMs }));
      continue;
    }
    const periodMs = 5000 + Math.floor(random() * 25) * 1000;
    const start = { id, token, clock: clockOf(random()), periodMs, isClean: random() < 0.5, eventEvery: 7 };
    devices.push(new SimDevice(start, nowMs, firstMs));
  }
  return { devices, posters };
}

/** Half of them are right; the others are wrong in every way there is. */
function clockOf(chance: number): DeviceClock {
  if (chance < 0.5) return { kind: 'unix', aheadMs: 0 };
  if (chance < 0.6) return { kind: 'unix', aheadMs: -400 * DAY_MS };
  if (chance < 0.7) return { kind: 'unix', aheadMs: DAY_MS / 2 };
  return chance < 0.85 ? { kind: 'uptime' } : { kind: 'none' };
}
