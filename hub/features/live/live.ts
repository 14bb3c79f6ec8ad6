/** $live/…: what signed-in browsers watch. Only the hub publishes here; nothing is built while nobody watches. */
import type { FastifyBaseLogger } from 'fastify';
import type { Alert } from '../../contract/alert.ts';
import type { Command } from '../../contract/command.ts';
import type { DeviceValue } from '../../contract/device.ts';
import type { Event } from '../../contract/event.ts';
import type { LiveForwarding, LiveHealth, LivePairing, LiveRound, LiveStats, SharedList } from '../../contract/live.ts';
import { mayRole, type Permission } from '../../contract/permissions.ts';
import type { Score } from '../../contract/score.ts';
import {
  LIVE_DEVICES,
  LIVE_EVENTS,
  LIVE_FORWARDING,
  LIVE_HEALTH,
  LIVE_LISTS,
  LIVE_PREFIX,
  LIVE_SCORES,
  LIVE_STATS,
  LIVE_TOPICS,
  liveCommands,
  liveDevice,
  livePairing,
  liveTopic,
} from '../../contract/topics.ts';
import type { Person } from '../../domain/principal.ts';
import { hasWildcard, matchesFilter } from '../../domain/topic-filter.ts';
import type { Clock } from '../../lib/clock.ts';
import { Channel, LIVE_PERIOD_MS, type SendTo, type Source } from './channel.ts';
import { CommandsSource } from './commands-source.ts';
import { DevicesSource, type FleetViews } from './devices-source.ts';
import { EventsSource, type EventViews } from './events-source.ts';
import { ListsSource } from './lists-source.ts';
import { ReadingsSource } from './readings-source.ts';
import { ScoresSource } from './scores-source.ts';

export const STATS_PERIOD_MS = 1000;
const TOPICS_PERIOD_MS = 500;
/** Somebody looks at one topic: ten messages each, a hundred a second. */
const TOPIC_PERIOD_MS = 100;
/** Somebody looks at one device: readings nearly as they come. */
const DEVICE_PERIOD_MS = 100;
/** Steps of a pairing or a command are shown nearly as they happen: somebody is looking at the device meanwhile. */
const STEPS_PERIOD_MS = 50;
/** Connections that may watch at once; later ones are sent nothing. */
export const WATCHERS_MAX = 500;
/** Filters one connection may watch with. */
export const FILTERS_MAX = 32;

export interface LiveDeps {
  readonly clock: Clock;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  /** One client, QoS 0; busy: its socket buffer is full and nothing was queued. */
  readonly sendTo: SendTo;
  readonly fleet: FleetViews;
  readonly events: EventViews;
  /** The latest value of every metric of a device. */
  values(deviceId: string): DeviceValue[];
  /** The games being played. */
  rounds(): LiveRound[];
  /** By canonical device id; also of a device that has no pairing. */
  pairing(deviceId: string): LivePairing;
  /** Of all devices that have one. */
  pairings(): LivePairing[];
  stats(): LiveStats;
  /** The newest commands of a device, newest first. */
  commands(deviceId: string): Promise<Command[]>;
  /** The tree of topics, and the messages of one of them. */
  readonly topics: { readonly tree: Source; topic(name: string): Source };
  health(kind: 'snapshot' | 'update'): LiveHealth;
  forwarding(): LiveForwarding;
}

export const createLive = (deps: LiveDeps): Live => new Live(deps);

/** What one connection watches. */
interface Watcher {
  readonly person: Person;
  readonly filters: Set<string>;
}

export class Live {
  readonly #deps: LiveDeps;
  readonly #watchers = new Map<string, Watcher>();
  readonly #devices: DevicesSource;
  readonly #scores: ScoresSource;
  readonly #events: EventsSource;
  readonly #lists = new ListsSource();
  /** By topic, while they are watched. */
  readonly #commands = new Map<string, CommandsSource>();
  /** Of the devices that somebody looks at, by id. */
  readonly #readings = new Map<string, ReadingsSource>();
  /** By topic; those of pairings, commands, single devices and topics exist only while they are watched. */
  readonly #channels = new Map<string, Channel>();

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#devices = new DevicesSource(deps.fleet);
    this.#scores = new ScoresSource(deps.rounds);
    this.#events = new EventsSource(deps.events);
    this.#open(LIVE_DEVICES, this.#devices, { periodMs: LIVE_PERIOD_MS });
    this.#open(LIVE_SCORES, this.#scores, { periodMs: LIVE_PERIOD_MS });
    this.#open(LIVE_EVENTS, this.#events, { periodMs: LIVE_PERIOD_MS });
    this.#open(LIVE_LISTS, this.#lists, { periodMs: LIVE_PERIOD_MS });
    const stats = stateSource(deps.stats);
    this.#open(LIVE_STATS, stats, { periodMs: STATS_PERIOD_MS, isPeriodic: true });
    this.#open(LIVE_TOPICS, deps.topics.tree, { periodMs: TOPICS_PERIOD_MS, isPeriodic: true });
    const health = guardedSource(deps.health, 'health.read');
    this.#open(LIVE_HEALTH, health, { periodMs: STATS_PERIOD_MS, isPeriodic: true });
    this.#open(LIVE_FORWARDING, guardedSource(deps.forwarding, 'forwarding.read'), { periodMs: STATS_PERIOD_MS });
  }

  /** A person's connection subscribed; filters that are not about $live/ are none of ours. */
  subscribed(key: string, person: Person, filter: string): void {
    if (!filter.startsWith(LIVE_PREFIX)) return;
    const watcher = this.#watchers.get(key) ?? { person, filters: new Set<string>() };
    const isFull = this.#watchers.size >= WATCHERS_MAX && !this.#watchers.has(key);
    if (isFull || (watcher.filters.size >= FILTERS_MAX && !watcher.filters.has(filter))) {
      this.#deps.log.warn({ key, username: person.username, filter }, 'too many live watchers');
      return;
    }
    this.#watchers.set(key, watcher);
    watcher.filters.add(filter);
    for (const topic of this.#topicsOf(filter)) this.#channel(topic)?.add(key, person);
  }

  unsubscribed(key: string, filter: string): void {
    const watcher = this.#watchers.get(key);
    if (watcher === undefined || !watcher.filters.delete(filter)) return;
    for (const [topic, channel] of this.#channels) {
      if (channel.has(key) && !watches(watcher, topic)) this.#leave(topic, channel, key);
    }
    if (watcher.filters.size === 0) this.#watchers.delete(key);
  }

  /** The connection ended. */
  gone(key: string): void {
    if (!this.#watchers.delete(key)) return;
    for (const [topic, channel] of this.#channels) this.#leave(topic, channel, key);
  }

  deviceChanged(id: string): void {
    this.#news(LIVE_DEVICES, () => this.#devices.deviceChanged(id));
  }

  deviceRemoved(id: string): void {
    this.#news(LIVE_DEVICES, () => this.#devices.deviceRemoved(id));
    this.#news(LIVE_EVENTS, () => this.#events.deviceRemoved(id));
  }

  /** A device said this, and it is stored; called for every message, asked only when somebody looks. */
  readingsStored(deviceId: string, readings: () => DeviceValue[]): void {
    this.deviceChanged(deviceId);
    const source = this.#readings.get(deviceId);
    if (source === undefined) return;
    source.add(readings());
    this.#channels.get(liveDevice(deviceId))?.touch();
  }

  waitingChanged(): void {
    this.#news(LIVE_DEVICES, () => this.#devices.waitingChanged());
  }

  scoreAdded(score: Score): void {
    this.#news(LIVE_SCORES, () => this.#scores.added(score));
  }

  scoreRemoved(id: string): void {
    this.#news(LIVE_SCORES, () => this.#scores.removed(id));
  }

  /** New, or acknowledged. */
  eventChanged(event: Event): void {
    this.#news(LIVE_EVENTS, () => this.#events.event(event));
  }

  alertChanged(alert: Alert): void {
    this.#news(LIVE_EVENTS, () => this.#events.alert(alert));
  }

  modeChanged(): void {
    this.#news(LIVE_EVENTS, () => this.#events.modeChanged());
  }

  roundsChanged(): void {
    this.#news(LIVE_SCORES, () => undefined);
  }

  pairingChanged({ deviceId }: LivePairing): void {
    const topic = livePairing(deviceId);
    for (const [key, watcher] of this.#watchers) {
      // Who watches with a wildcard learns of this device only now.
      if (watches(watcher, topic) && this.#channels.get(topic)?.has(key) !== true) {
        this.#channel(topic)?.add(key, watcher.person);
      }
    }
    this.#channels.get(topic)?.touch();
  }

  commandChanged(command: Command): void {
    const topic = liveCommands(command.deviceId);
    const source = this.#commands.get(topic);
    if (source !== undefined) this.#news(topic, () => source.changed(command));
  }

  forwardingChanged(): void {
    this.#news(LIVE_FORWARDING, () => undefined);
  }

  /** Somebody made, changed or removed one of them. */
  listChanged(list: SharedList): void {
    this.#news(LIVE_LISTS, () => this.#lists.changed(list));
  }

  close(): void {
    this.#watchers.clear();
    for (const channel of this.#channels.values()) channel.close();
  }

  /** Notes the news only for those who watch. */
  #news(topic: string, note: () => void): void {
    const channel = this.#channels.get(topic);
    if (channel?.isWatched !== true) return;
    note();
    channel.touch();
  }

  #topicsOf(filter: string): string[] {
    if (!hasWildcard(filter)) return [filter];
    const topics = [
      LIVE_DEVICES,
      LIVE_SCORES,
      LIVE_EVENTS,
      LIVE_STATS,
      LIVE_TOPICS,
      LIVE_HEALTH,
      LIVE_FORWARDING,
      LIVE_LISTS,
      ...this.#deps.pairings().map((it) => livePairing(it.deviceId)),
    ];
    return topics.filter((topic) => matchesFilter(filter, topic));
  }

  /** `undefined` for a topic that does not exist. */
  #channel(topic: string): Channel | undefined {
    const channel = this.#channels.get(topic);
    if (channel !== undefined) return channel;
    if (topic.startsWith(PAIRINGS)) {
      const state = (): LivePairing => this.#deps.pairing(topic.slice(PAIRINGS.length));
      return this.#open(topic, stateSource(state), { periodMs: STEPS_PERIOD_MS });
    }
    if (topic.startsWith(COMMANDS)) return this.#openCommands(topic);
    if (topic.startsWith(DEVICES)) return this.#openDevice(topic, topic.slice(DEVICES.length));
    const name = topic.startsWith(TOPICS) ? decoded(topic.slice(TOPICS.length)) : undefined;
    if (name === undefined) return undefined;
    return this.#open(topic, this.#deps.topics.topic(name), { periodMs: TOPIC_PERIOD_MS, isPeriodic: true });
  }

  #openCommands(topic: string): Channel {
    const deviceId = topic.slice(COMMANDS.length);
    const source = new CommandsSource();
    this.#commands.set(topic, source);
    const channel = this.#open(topic, source, { periodMs: STEPS_PERIOD_MS });
    this.#deps.commands(deviceId).then(
      (newest) => {
        source.load(newest);
        channel.touch();
      },
      (error: unknown) => this.#deps.log.warn({ err: error, deviceId }, 'the commands of a device cannot be shown'),
    );
    return channel;
  }

  #openDevice(topic: string, deviceId: string): Channel {
    const source = new ReadingsSource(this.#deps.clock, () => this.#deps.values(deviceId));
    this.#readings.set(deviceId, source);
    return this.#open(topic, source, { periodMs: DEVICE_PERIOD_MS, isPeriodic: true });
  }

  #open(topic: string, source: Source, rhythm: { periodMs: number; isPeriodic?: boolean }): Channel {
    const { clock, sendTo } = this.#deps;
    const channel = new Channel({ clock, sendTo, topic, ...rhythm }, source);
    this.#channels.set(topic, channel);
    return channel;
  }

  #leave(topic: string, channel: Channel, key: string): void {
    channel.delete(key);
    if (channel.isWatched || !PASSING.some((prefix) => topic.startsWith(prefix))) return;
    this.#channels.delete(topic);
    this.#commands.delete(topic);
    if (topic.startsWith(DEVICES)) this.#readings.delete(topic.slice(DEVICES.length));
  }
}

const PAIRINGS = livePairing('');
const TOPICS = liveTopic('');
const COMMANDS = liveCommands('');
const DEVICES = liveDevice('');
/** Their channels exist only while somebody watches. */
const PASSING = [PAIRINGS, COMMANDS, TOPICS, DEVICES];

/** The name in a live topic; undefined when it is none that was encoded. */
function decoded(level: string): string | undefined {
  try {
    const name = decodeURIComponent(level);
    return name === '' || encodeURIComponent(name) !== level ? undefined : name;
  } catch {
    return undefined;
  }
}

const watches = ({ filters }: Watcher, topic: string): boolean =>
  [...filters].some((filter) => matchesFilter(filter, topic));

/** A topic whose every message is the whole state, the same for everybody. */
function stateSource(state: () => LivePairing | LiveStats): Source {
  const encode = (): (() => string) => {
    const text = JSON.stringify(state());
    return () => text;
  };
  return { snapshot: encode, update: encode, reset: () => undefined };
}

/** A topic only for those with a permission; made once for all of them. */
function guardedSource(state: (kind: 'snapshot' | 'update') => object, permission: Permission): Source {
  const encode = (kind: 'snapshot' | 'update') => (): ((person: Person) => string | undefined) => {
    let text: string | undefined;
    return ({ role }) => {
      if (!mayRole(role, permission)) return undefined;
      text ??= JSON.stringify(state(kind));
      return text;
    };
  };
  return { snapshot: encode('snapshot'), update: encode('update'), reset: () => undefined };
}
