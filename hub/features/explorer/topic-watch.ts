/** A topic somebody looks at: its last messages, and those that were not shown yet. */
import { TOPIC_HISTORY_MAX } from '../../contract/limits.ts';
import type { Passing, Publisher } from './topic-node.ts';

export interface Heard {
  readonly atMs: number;
  readonly payload: Buffer;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly by: Publisher | undefined;
}

export class TopicWatch {
  readonly topic: string;
  readonly #payloadBytesMax: number;
  /** Newest last. */
  #history: Heard[] = [];
  /** Since the last `take`. */
  #unseen = 0;

  constructor(topic: string, payloadBytesMax: number) {
    this.topic = topic;
    this.#payloadBytesMax = payloadBytesMax;
  }

  /** Newest last. */
  get history(): readonly Heard[] {
    return this.#history;
  }

  heard({ payload, qos, retain }: Passing, by: Publisher | undefined, atMs: number): void {
    // Its own memory: the network read it came in must not stay.
    const kept = Buffer.from(payload.subarray(0, this.#payloadBytesMax));
    // Not the session itself, which would stay with all it has.
    const publisher = by && { clientId: by.clientId, address: by.address, principal: by.principal };
    this.#history.push({ atMs, payload: kept, bytes: payload.length, qos, retain, by: publisher });
    if (this.#history.length > TOPIC_HISTORY_MAX) this.#history.shift();
    this.#unseen++;
  }

  /** What came since the last call: the latest, newest last, and how many in all. */
  take({ messagesMax, bytesMax }: { messagesMax: number; bytesMax: number }): { latest: Heard[]; of: number } {
    const of = this.#unseen;
    this.#unseen = 0;
    const candidates = of === 0 ? [] : this.#history.slice(-Math.min(of, messagesMax));
    let bytes = 0;
    const latest = candidates.reverse().filter((heard, at) => {
      bytes += heard.payload.length;
      return at === 0 || bytes <= bytesMax;
    });
    return { latest: latest.reverse(), of };
  }
}
