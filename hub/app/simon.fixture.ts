/** Simon on a store in memory, with a registry and an MQTT side that tests can look into. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { RucheError } from '../contract/errors.ts';
import type { Role } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import type { PairingAnswer, Report, ScoreReport } from '../domain/report.ts';
import { createSimon, type Simon } from '../features/simon/simon.ts';
import type { Accepted, SimonDeps, SimonDevice } from '../features/simon/simon-deps.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { openLevel } from '../store/level/open.ts';
import type { Store, Write } from '../store/store.ts';

export const DEVICE = 'AABBCCDDEEFF';
export const ALIAS = 'aa:bb:cc:dd:ee:ff';

export function personNamed(username: string, role: Role = 'viewer'): Person {
  return { kind: 'person', userId: `id of ${username}`, username, role, sessionId: 'session' };
}

/** A message on its way to the store. */
export interface Sent {
  readonly accepted: Accepted;
  readonly writes: readonly Write[];
  /** As the broker does it: commit, then tell. Resolves either way. */
  readonly done: Promise<boolean>;
}

export interface SimonWorld {
  simon: Simon;
  readonly store: Store;
  readonly clock: FakeClock;
  /** What was published on simon/pair. */
  readonly published: { device_id: string; username: string }[];
  readonly devices: Map<string, SimonDevice>;
  readonly waiting: Map<string, SimonDevice>;
  readonly deps: SimonDeps;
  /** While true, commits of Simon and of messages are refused. */
  isFailing: boolean;
  /** Called when the games of a day have been read, before the reader gets them. */
  afterRead: () => Promise<unknown>;
  addDevice(changes?: Partial<SimonDevice>): SimonDevice;
  /** A device's message: writes are made at once, the commit follows. */
  send(report: Report, deviceId?: string): Sent;
  /** Another process on the same data. */
  restart(): Promise<void>;
}

export const score = (value: number, eventId?: string): ScoreReport => {
  return { kind: 'score', claimedId: DEVICE, score: value, eventId };
};
export const answer = (username: string): PairingAnswer => ({ kind: 'pairing-answer', claimedId: DEVICE, username });

/** Midday in Paris, a Wednesday. */
const NOON_MS = Date.UTC(2026, 10, 18, 11);

/** `on`: a world with its data, at another time. */
export async function makeSimonWorld(options: { on?: Store; nowMs?: number } = {}): Promise<SimonWorld> {
  const clock = new FakeClock(options.nowMs ?? NOON_MS);
  const store = options.on ?? (await openMemory(clock));
  const log = pino({ level: 'silent' });
  const published: { device_id: string; username: string }[] = [];
  const devices = new Map<string, SimonDevice>();
  const waiting = new Map<string, SimonDevice>();
  const canonical = (name: string): string => (name === ALIAS ? DEVICE : name);

  async function commit(writes: readonly Write[]): Promise<void> {
    if (world.isFailing) throw new RucheError('STORE_UNAVAILABLE');
    await store.commit(writes);
  }

  const scores: Store['scores'] = {
    ...store.scores,
    async ofDay(day, username, limit) {
      const rows = await store.scores.ofDay(day, username, limit);
      await world.afterRead();
      return rows;
    },
  };
  const deps: SimonDeps = {
    store: { ...store, scores, commit },
    clock,
    log,
    timeZone: 'Europe/Paris',
    async publish(topic, payload) {
      if (topic === 'simon/pair') published.push(JSON.parse(payload));
    },
    devices: {
      find: (name) => devices.get(canonical(name)),
      async admitWaitingFor(name, person) {
        const device = waiting.get(canonical(name));
        if (device === undefined) return undefined;
        waiting.delete(device.id);
        devices.set(device.id, { ...device, ownerId: person.userId });
        return devices.get(device.id);
      },
    },
    users: {
      byName: async (name) =>
        ['amy', 'bob', 'olga'].map((username) => ({ username })).find((it) => it.username === name),
    },
  };

  const world: SimonWorld = {
    simon: await createSimon(deps),
    store,
    clock,
    published,
    devices,
    waiting,
    deps,
    isFailing: false,
    afterRead: async () => undefined,
    addDevice(changes = {}) {
      const device = { id: DEVICE, ownerId: null, demo: false, connected: true, dialects: ['simon'], ...changes };
      devices.set(device.id, device);
      return device;
    },
    send(report, deviceId = DEVICE) {
      const accepted = { deviceId, report };
      const { simon } = world;
      const writes = simon.writesFor(accepted, clock.nowMs());
      const settle = (isStored: boolean): boolean => {
        simon.settle(accepted, isStored);
        return isStored;
      };
      return {
        accepted,
        writes,
        done: commit(writes).then(
          () => settle(true),
          () => settle(false),
        ),
      };
    },
    async restart() {
      world.simon.close();
      world.simon = await createSimon(deps);
    },
  };
  return world;
}

async function openMemory(clock: FakeClock): Promise<Store> {
  const log = pino({ level: 'silent' });
  const memory = () => new MemoryLevel();
  return (await openLevel({ dir: undefined, memory, durability: 'commit', log, clock })).store;
}
