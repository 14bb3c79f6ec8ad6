/** One reader of the stream: what waits for it is bounded, and what is lost is told before what comes next. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Person } from '../../domain/principal.ts';
import type { StreamLimits } from './stream-limits.ts';

export interface StreamFilter {
  /** Undefined: of every device, and of the hub itself. */
  readonly deviceId: string | undefined;
  readonly kinds: ReadonlySet<string>;
}

export class StreamReader extends Readable {
  readonly person: Person;
  readonly wanted: StreamFilter;
  readonly #limits: StreamLimits;
  readonly #lostFrame: (count: number) => string;
  #waiting: string[] = [];
  #characters = 0;
  #lost = 0;
  #wantsMore = false;
  /** Heartbeats since it took something, while something waits. */
  #idleBeats = 0;
  #isFinished = false;

  constructor(options: {
    person: Person;
    wanted: StreamFilter;
    limits: StreamLimits;
    lostFrame: (count: number) => string;
  }) {
    super({ encoding: 'utf8' });
    this.person = options.person;
    this.wanted = options.wanted;
    this.#limits = options.limits;
    this.#lostFrame = options.lostFrame;
  }

  say(frame: string): void {
    if (this.destroyed || this.#isFinished) return;
    this.#waiting.push(frame);
    this.#characters += frame.length;
    const { framesMax, charactersMax } = this.#limits;
    while (this.#waiting.length > framesMax || (this.#characters > charactersMax && this.#waiting.length > 1)) {
      this.#characters -= this.#waiting.shift()?.length ?? 0;
      this.#lost += 1;
    }
    this.#pump();
  }

  /** Until one of them ends. A reader that is given up takes its connection with it, whatever that still holds. */
  pourInto(response: ServerResponse): void {
    response.once('close', () => this.destroy());
    response.on('error', () => this.destroy());
    this.once('close', () => {
      if (!this.readableEnded) response.destroy();
    });
    this.pipe(response);
  }

  /**
   * How many heartbeats ago it took something; 0 while nothing waits for it. A comment is said only when nothing waits.
   * One that is finished and still there has not taken the end.
   */
  beat(comment: string): number {
    if (this.#isFinished) return Number.POSITIVE_INFINITY;
    if (this.#waiting.length === 0) {
      this.#idleBeats = 0;
      if (this.#wantsMore) this.say(comment);
      return 0;
    }
    this.#idleBeats += 1;
    return this.#idleBeats;
  }

  /** What it has not taken by now is not for it any more. */
  finish(): void {
    if (this.destroyed || this.#isFinished) return;
    this.#isFinished = true;
    this.#waiting = [];
    this.#lost = 0;
    this.push(null);
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#idleBeats = 0;
    this.#pump();
  }

  #pump(): void {
    while (this.#wantsMore && (this.#lost > 0 || this.#waiting.length > 0)) {
      const frame = this.#next();
      this.#wantsMore = this.push(frame);
    }
  }

  #next(): string {
    if (this.#lost > 0) {
      const told = this.#lostFrame(this.#lost);
      this.#lost = 0;
      return told;
    }
    const frame = this.#waiting.shift() ?? '';
    this.#characters -= frame.length;
    return frame;
  }
}
