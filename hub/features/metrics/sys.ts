/**
 * `$SYS/broker/…`: answered from memory when somebody subscribes, as if it were retained, and published every ten
 * seconds where it changed while somebody is subscribed. Nothing of it is ever stored.
 */
import { SYS_PREFIX } from '../../contract/topics.ts';
import { mayRead } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import { innerFilter } from '../../domain/shared-filter.ts';
import { matchesFilter } from '../../domain/topic-filter.ts';
import type { Clock } from '../../lib/clock.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';
import { type Load, Loads } from './load.ts';
import { loadTotals, sysTopics } from './sys-topics.ts';

/** Mosquitto's sys_interval. */
export const SYS_INTERVAL_MS = 10_000;
/** Who subscribes is told numbers no older than this: counting them anew for each of many would be work. */
const FRESH_MS = 1_000;

/** Who subscribed: one connection of a client. */
export interface SysWatcher {
  /** Tells it from every other one. */
  readonly key: string;
  readonly principal: Principal;
}

export interface SysDeps {
  readonly clock: Clock;
  readonly version: string;
  numbers(): BrokerNumbers;
  heapBytes(): number;
  /** To everybody who subscribed. */
  publish(message: { topic: string; payload: string }): Promise<void>;
  /** To one client, whatever it subscribed to. */
  sendTo(key: string, topic: string, text: string, options: { retain: boolean }): 'sent' | 'busy' | 'gone';
  onError(error: unknown): void;
}

export class Sys {
  readonly #deps: SysDeps;
  readonly #startedMs: number;
  readonly #loads: Loads;
  readonly #watchers = new Map<SysWatcher, Set<string>>();
  readonly #stop: () => void;
  #topics = new Map<string, string>();
  /** What was published last. */
  #published = new Map<string, string>();
  #countedMs = Number.NEGATIVE_INFINITY;
  #connections = 0;
  #clients = 0;
  #clientsMaximum = 0;
  #heapBytesMaximum = 0;

  constructor(deps: SysDeps) {
    this.#deps = deps;
    this.#startedMs = deps.clock.nowMs();
    this.#loads = new Loads(this.#startedMs);
    this.#stop = deps.clock.every(SYS_INTERVAL_MS, () => this.#tick());
  }

  get clientsMaximum(): number {
    return this.#clientsMaximum;
  }

  connected(): void {
    this.#connections++;
    this.#clients++;
    this.#clientsMaximum = Math.max(this.#clientsMaximum, this.#clients);
  }

  /** The connection ended, and with it what it watched. */
  disconnected(watcher: SysWatcher): void {
    this.#clients--;
    this.#watchers.delete(watcher);
  }

  /** `wantsRetained`: it is to be sent what there is, not only what comes. */
  subscribed(watcher: SysWatcher, filter: string, wantsRetained: boolean): void {
    // Only a filter that spells `$SYS` out reaches what is under it. [MQTT-4.7.2-1]
    if (!innerFilter(filter).startsWith(SYS_PREFIX)) return;
    const filters = this.#watchers.get(watcher) ?? new Set();
    this.#watchers.set(watcher, filters.add(filter));
    if (!wantsRetained) return;
    if (this.#deps.clock.nowMs() - this.#countedMs >= FRESH_MS) this.#count();
    for (const [topic, text] of this.#topics) {
      if (!matchesFilter(filter, topic) || !mayRead(watcher.principal, topic, Buffer.from(text))) continue;
      if (this.#deps.sendTo(watcher.key, topic, text, { retain: true }) !== 'sent') return;
    }
  }

  unsubscribed(watcher: SysWatcher, filter: string): void {
    const filters = this.#watchers.get(watcher);
    if (filters?.delete(filter) === true && filters.size === 0) this.#watchers.delete(watcher);
  }

  close(): void {
    this.#stop();
    this.#watchers.clear();
  }

  #tick(): void {
    const { clock, numbers } = this.#deps;
    this.#loads.note(loadTotals(numbers(), this.#connections), clock.nowMs());
    this.#count();
    if (this.#watchers.size === 0) return;
    for (const [topic, payload] of this.#topics) {
      if (this.#published.get(topic) === payload) continue;
      this.#deps.publish({ topic, payload }).catch(this.#deps.onError);
    }
    this.#published = this.#topics;
  }

  #count(): void {
    const { clock, version, numbers, heapBytes } = this.#deps;
    const heap = heapBytes();
    this.#countedMs = clock.nowMs();
    this.#heapBytesMaximum = Math.max(this.#heapBytesMaximum, heap);
    this.#topics = sysTopics({
      version,
      uptimeS: Math.floor((this.#countedMs - this.#startedMs) / 1000),
      clientsMaximum: this.#clientsMaximum,
      heapBytes: heap,
      heapBytesMaximum: this.#heapBytesMaximum,
      broker: numbers(),
      loads: new Map<string, Load>([...this.#loads.names()].map((name) => [name, this.#loads.of(name)])),
    });
  }
}
