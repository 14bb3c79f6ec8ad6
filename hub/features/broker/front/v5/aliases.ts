/** Topic aliases of one connection, both ways: a number instead of a topic that was said before. */
import { REASON } from '../reason-codes.ts';

/** The client's: what its numbers stand for. */
export class AliasesIn {
  readonly #max: number;
  readonly #topicBytesMax: number;
  readonly #topics = new Map<number, string>();

  constructor(max: number, topicBytesMax: number) {
    this.#max = max;
    this.#topicBytesMax = topicBytesMax;
  }

  /** The topic that is meant, or why there is none. An empty topic asks for what the alias stood for. */
  resolve(topic: string, alias: number | undefined): string | { detail: string; reason: number } {
    if (alias === undefined) {
      return topic === '' ? { detail: 'it has neither a topic nor an alias', reason: REASON.protocolError } : topic;
    }
    // [MQTT-3.3.2-8] [MQTT-3.3.2-9]
    if (alias === 0 || alias > this.#max) {
      return { detail: `a topic alias is a number from 1 to ${this.#max}`, reason: REASON.aliasInvalid };
    }
    if (Buffer.byteLength(topic) > this.#topicBytesMax) {
      return { detail: `a topic has at most ${this.#topicBytesMax} bytes`, reason: REASON.topicInvalid };
    }
    if (topic !== '') {
      this.#topics.set(alias, topic);
      return topic;
    }
    return this.#topics.get(alias) ?? { detail: 'its topic alias was never set', reason: REASON.protocolError };
  }
}

/** Ours: the first topics that come get the numbers the client allows. */
export class AliasesOut {
  readonly #max: number;
  readonly #numbers = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The number the client knows the topic by. */
  known(topic: string): number | undefined {
    return this.#numbers.get(topic);
  }

  /** A number that may be given; undefined: there is none left. */
  free(): number | undefined {
    return this.#numbers.size < this.#max ? this.#numbers.size + 1 : undefined;
  }

  /** The client was told. */
  give(topic: string, alias: number): void {
    this.#numbers.set(topic, alias);
  }
}
