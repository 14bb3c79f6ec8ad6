/** What aedes-persistence-level asks of an abstract-level database, kept in this store and written by its group commit. */
import type { BaseLogger } from 'pino';
import type { Write } from '../store.ts';
import type { Database } from './database.ts';
import { isClosedError, meaningOf } from './failures.ts';
import { KEYS, type KeyRange, rangeUnder } from './keys.ts';
import { LevelWrite, type Step } from './level-write.ts';

export type MqttOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string };

export interface MqttBatch {
  put(key: string, value: Buffer): MqttBatch;
  del(key: string): MqttBatch;
  write(): Promise<void>;
}

export interface MqttLevelOptions {
  readonly database: Database;
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly log: BaseLogger;
}

/** The broker's own keys stand behind it as they are: whatever follows the prefix stays inside the range. */
const PREFIX = `${KEYS.mqtt}!`;

/**
 * Not a sublevel, because a sublevel writes past the group commit: after one write failed (disk full), another that is
 * already under way succeeds, is acknowledged, and is lost when LevelDB reads its log again. It also outlives the
 * reopening of the database. Values are bytes; encoding options are taken and not needed.
 */
export class MqttLevel {
  readonly #options: MqttLevelOptions;

  constructor(options: MqttLevelOptions) {
    this.#options = options;
  }

  get(key: string, _encoding?: object): Promise<Buffer | undefined> {
    return this.#options.database.getBytes(PREFIX + key);
  }

  put(key: string, value: Buffer, _encoding?: object): Promise<void> {
    return this.#commit([stepOf({ type: 'put', key, value })]);
  }

  del(key: string): Promise<void> {
    return this.#commit([stepOf({ type: 'del', key })]);
  }

  clear(range: KeyRange): Promise<void> {
    return this.#commit([{ kind: 'clear', range: within(range) }]);
  }

  batch(): MqttBatch;
  batch(operations: readonly MqttOperation[], encoding?: object): Promise<void>;
  batch(operations?: readonly MqttOperation[]): MqttBatch | Promise<void> {
    return operations === undefined ? this.#chainedBatch() : this.#commit(operations.map(stepOf));
  }

  /** As a value, to be committed with others. */
  write(operations: readonly MqttOperation[]): Write {
    return new LevelWrite(operations.map(stepOf));
  }

  /** Keys as the broker calls them. */
  async *entries(range: Partial<KeyRange> = {}): AsyncGenerator<[key: string, value: Buffer], void, undefined> {
    for await (const [key, value] of this.#entries(range)) yield [key.slice(PREFIX.length), value];
  }

  async *values(range: Partial<KeyRange> = {}): AsyncGenerator<Buffer, void, undefined> {
    for await (const [, value] of this.#entries(range)) yield value;
  }

  /** The broker closes its persistence; the store is closed by whoever opened it. */
  async close(): Promise<void> {}

  /**
   * In the order of the keys. The broker pipes this into a stream where an error would end the process: while the
   * database is being reopened it waits and goes on behind the last value, and what cannot be read ends it early.
   */
  async *#entries(range: Partial<KeyRange>): AsyncGenerator<[key: string, value: Buffer], void, undefined> {
    const { database, log } = this.#options;
    const { gte, lt } = within(range);
    let last: string | undefined;
    while (await database.untilOpen()) {
      try {
        const from = last === undefined ? { gte } : { gt: last };
        for await (const [key, value] of database.level.iterator<string, Buffer>({
          ...from,
          lt,
          valueEncoding: 'buffer',
        })) {
          last = key;
          yield [key, value];
        }
        return;
      } catch (error) {
        if (isClosedError(error)) continue;
        log.error({ reason: meaningOf(error) }, 'broker data cannot be read');
        return;
      }
    }
  }

  #commit(steps: readonly Step[]): Promise<void> {
    return this.#options.commit([new LevelWrite(steps)]);
  }

  #chainedBatch(): MqttBatch {
    const steps: Step[] = [];
    const batch: MqttBatch = {
      put: (key, value) => {
        steps.push(stepOf({ type: 'put', key, value }));
        return batch;
      },
      del: (key) => {
        steps.push(stepOf({ type: 'del', key }));
        return batch;
      },
      write: () => this.#commit(steps),
    };
    return batch;
  }
}

function stepOf(operation: MqttOperation): Step {
  const value = operation.type === 'put' ? operation.value : undefined;
  return { kind: 'set', key: PREFIX + operation.key, value };
}

function within(range: Partial<KeyRange>): KeyRange {
  const all = rangeUnder('mqtt');
  return {
    gte: range.gte === undefined ? all.gte : PREFIX + range.gte,
    lt: range.lt === undefined ? all.lt : PREFIX + range.lt,
  };
}
