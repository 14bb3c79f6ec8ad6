/**
 * One live topic: who watches it, and when each of them is sent what. At most one message per period and watcher; a
 * watcher whose socket is full is sent the present state later instead of what it missed; without watchers nothing is
 * built and no timer runs.
 */
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';

/** Changes of lists within this time become one message. */
export const LIVE_PERIOD_MS = 250;

export type SendTo = (key: string, topic: string, text: string) => 'sent' | 'busy' | 'gone';

/** What a topic says. Both answer per person, and are asked once for all watchers of a moment. */
export interface Source {
  /** The present state; undefined where there is nothing to show this person. */
  snapshot(): (person: Person) => string | undefined;
  /** What changed since the last call; undefined where this person sees no change. */
  update(): (person: Person) => string | undefined;
  /** Nobody watches any more: forget what was remembered for the next update. */
  reset(): void;
}

export interface ChannelOptions {
  readonly clock: Clock;
  readonly sendTo: SendTo;
  readonly topic: string;
  readonly periodMs: number;
  /** An update every period, whether something was touched or not. */
  readonly isPeriodic?: boolean;
}

interface Watcher {
  readonly person: Person;
  /** Must be sent the present state: it has just come, or its socket was full. */
  isBehind: boolean;
}

export class Channel {
  readonly #options: ChannelOptions;
  readonly #source: Source;
  readonly #watchers = new Map<string, Watcher>();
  #isTouched = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(options: ChannelOptions, source: Source) {
    this.#options = options;
    this.#source = source;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  has(key: string): boolean {
    return this.#watchers.has(key);
  }

  /** Its first message is the present state; adding it again sends that again. */
  add(key: string, person: Person): void {
    this.#watchers.set(key, { person, isBehind: true });
    this.#schedule();
  }

  delete(key: string): void {
    if (this.#watchers.delete(key) && !this.isWatched) this.close();
  }

  /** Something changed. */
  touch(): void {
    if (!this.isWatched) return;
    this.#isTouched = true;
    this.#schedule();
  }

  close(): void {
    this.#watchers.clear();
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isTouched = false;
    this.#source.reset();
  }

  #schedule(): void {
    const { clock, periodMs } = this.#options;
    if (this.#cancel !== undefined) return;
    const passedMs = clock.nowMs() - this.#lastMs;
    // A clock set back must not silence the topic.
    const delayMs = passedMs < 0 ? 0 : Math.max(0, periodMs - passedMs);
    this.#cancel = clock.after(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#cancel = undefined;
    this.#lastMs = this.#options.clock.nowMs();
    const all = [...this.#watchers];
    const behind = all.filter(([, watcher]) => watcher.isBehind);
    if (this.#isTouched || (this.#options.isPeriodic && behind.length < all.length)) {
      this.#isTouched = false;
      const textFor = this.#source.update();
      const upToDate = all.filter(([, watcher]) => !watcher.isBehind);
      for (const [key, watcher] of upToDate) this.#send(key, watcher, textFor(watcher.person));
    }
    if (behind.length > 0) {
      const textFor = this.#source.snapshot();
      for (const [key, watcher] of behind) this.#send(key, watcher, textFor(watcher.person));
    }
    const isOwing = this.#options.isPeriodic || [...this.#watchers.values()].some((watcher) => watcher.isBehind);
    if (this.isWatched && isOwing) this.#schedule();
  }

  #send(key: string, watcher: Watcher, text: string | undefined): void {
    const { sendTo, topic } = this.#options;
    const outcome = text === undefined ? 'sent' : sendTo(key, topic, text);
    if (outcome === 'gone') this.delete(key);
    else watcher.isBehind = outcome === 'busy';
  }
}
