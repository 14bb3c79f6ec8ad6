/** Deletes retained messages that match a filter into the trash, and brings them back: nothing is ever in neither. */
import { RucheError } from '../../contract/errors.ts';
import type { RestoreBody, Restored, RetainedDeleted, TrashedRetained } from '../../contract/topic.ts';
import { isReserved } from '../../domain/acl.ts';
import { previewOf, textOf } from '../../domain/payload-text.ts';
import type { Person } from '../../domain/principal.ts';
import { matchesQuery, parseTopicQuery, type Term } from '../../domain/topic-query.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { PageOf, PageRequest, RetainedTrashRow, Store, Write } from '../../store/store.ts';
import { type MessageProperties, propertiesIn, textOfProperties } from '../message-properties.ts';
import { Trash } from './trash.ts';
import { STEPS_MAX, SWEEP_MS, TOPICS_SHOWN_MAX, TRASH_LIMITS, type TrashLimits } from './trash-limits.ts';

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties?: MessageProperties | undefined;
  readonly expiresMs?: number | undefined;
}

export interface RetainedDeps {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly store: Pick<Store, 'retainedTrash' | 'commit'>;
  readonly limits?: Partial<TrashLimits>;
  retained(topic: string): RetainedMessage | undefined;
  /** Everything retained, a step at a time. */
  allRetained(): Iterable<RetainedMessage | undefined>;
  /** Client ids that were seen to publish a topic. */
  clientsOf(topic: string): readonly string[];
  /** Messages of the hub and what is stored because of them: all of it or nothing. */
  publishTogether(messages: readonly RetainedMessage[], writes: readonly Write[]): Promise<void>;
}

/** Deletions and restorations that wait for the one before. */
const WAITING_MAX = 20;
/** Characters of a payload in the list of the trash. */
const PREVIEW_MAX = 120;
const NO_PAYLOAD = Buffer.alloc(0);

export class Retained {
  readonly #deps: RetainedDeps;
  readonly #limits: TrashLimits;
  readonly #trash: Trash;
  /** One deletion or restoration at a time, so that each sees what the one before it left. */
  readonly #turnstile = makeTurnstile({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  /** One that waits for its turn is enough. */
  #isSweeping = false;
  readonly #stopSweeping: () => void;

  constructor(deps: RetainedDeps) {
    const { clock, store } = deps;
    this.#deps = deps;
    this.#limits = { ...TRASH_LIMITS, ...deps.limits };
    this.#trash = new Trash({ clock, store, limits: this.#limits });
    this.#stopSweeping = clock.every(SWEEP_MS, () => this.#sweepSoon());
  }

  async load(): Promise<void> {
    await this.#trash.load();
    this.#sweepSoon();
  }

  close(): void {
    this.#stopSweeping();
  }

  /** What a deletion with this filter would take. */
  async preview(filter: string): Promise<RetainedDeleted> {
    return { ...shownOf(await this.#matching(filter)), batch: null };
  }

  delete(person: Person, filter: string): Promise<RetainedDeleted> {
    return this.#turnstile(async () => {
      const found = await this.#matching(filter);
      const weight = found.reduce((sum, { topic, payload }) => sum + topic.length + base64Length(payload.length), 0);
      // What does not fit would be lost for good, and that is not what the page promises.
      if (weight > this.#limits.bytesMax || found.length > this.#limits.rowsMax) throw new RucheError('TRASH_FULL');
      const batch = newId();
      for (const part of this.#parts(found))
        await this.#deletePart(
          part.map(({ topic }) => topic),
          { person, batch },
        );
      await this.#trash.sweep();
      return { ...shownOf(found), batch };
    });
  }

  async list(page: PageRequest): Promise<PageOf<TrashedRetained>> {
    const { items, nextCursor } = await this.#deps.store.retainedTrash.list(page);
    const views = items.map(viewOf);
    return nextCursor === undefined ? { items: views } : { items: views, nextCursor };
  }

  restore({ batch, ids = [] }: RestoreBody): Promise<Restored> {
    return this.#turnstile(async () => {
      const { retainedTrash } = this.#deps.store;
      const ofBatch = batch === undefined ? [] : await retainedTrash.ofBatch(batch, this.#limits.rowsMax);
      const chosen = await Promise.all(ids.map((id) => retainedTrash.get(id)));
      const rows = [...ofBatch, ...chosen.filter((row) => row !== undefined)];
      if (rows.length === 0) throw new RucheError('TRASH_UNKNOWN');
      const free = rows.filter(({ topic }) => this.#deps.retained(topic) === undefined);
      for (const part of this.#parts(free)) {
        await this.#deps.publishTogether(part.map(messageOf), this.#trash.removalsOf(part));
        this.#trash.removed(part);
      }
      return { restored: free.length, skipped: rows.length - free.length };
    });
  }

  /** What is retained at this moment: something newer may have come since the filter was tried. */
  async #deletePart(topics: readonly string[], { person, batch }: { person: Person; batch: string }): Promise<void> {
    const { clock, retained, publishTogether } = this.#deps;
    const messages = topics.map((topic) => retained(topic)).filter((message) => message !== undefined);
    const rows = messages.map((message) =>
      rowOf(message, { batch, deletedBy: person.username, deletedMs: clock.nowMs() }),
    );
    const deletions = messages.map(({ topic }) => ({ topic, payload: NO_PAYLOAD, qos: 0, retain: true }) as const);
    await publishTogether(deletions, this.#trash.writesFor(rows));
    this.#trash.added(rows);
  }

  /** By topic. A slice at a time: a hundred thousand must not hold up messages. */
  async #matching(filter: string): Promise<RetainedMessage[]> {
    const terms = parseTopicQuery(filter);
    if (terms.length === 0) throw new RucheError('BODY_INVALID', 'body.filter says nothing; "#" is everything.');
    const found: RetainedMessage[] = [];
    let steps = 0;
    for (const message of this.#deps.allRetained()) {
      if (++steps % STEPS_MAX === 0) await new Promise((resolve) => setImmediate(resolve));
      if (message !== undefined && this.#isMeant(message, terms)) found.push(message);
    }
    return found.sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }

  #isMeant({ topic, payload }: RetainedMessage, terms: readonly Term[]): boolean {
    if (isReserved(topic)) return false;
    return matchesQuery(terms, {
      topic,
      isRetained: true,
      clients: () => this.#deps.clientsOf(topic),
      payload: () => textOf(payload) ?? '',
    });
  }

  /** Each small enough for one commit. */
  *#parts<Item extends { readonly payload: string | Buffer }>(items: readonly Item[]): Generator<Item[]> {
    const { commitRowsMax, commitBytesMax } = this.#limits;
    let part: Item[] = [];
    let bytes = 0;
    for (const item of items) {
      if (part.length > 0 && (part.length >= commitRowsMax || bytes + item.payload.length > commitBytesMax)) {
        yield part;
        part = [];
        bytes = 0;
      }
      part.push(item);
      bytes += item.payload.length;
    }
    if (part.length > 0) yield part;
  }

  #sweepSoon(): void {
    const onError = (error: unknown): void => this.#deps.log.warn({ err: error }, 'the trash cannot be emptied');
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    const end = (): void => {
      this.#isSweeping = false;
    };
    this.#turnstile(() => this.#trash.sweep())
      .catch(onError)
      .finally(end);
  }
}

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

const shownOf = (found: readonly RetainedMessage[]): Pick<RetainedDeleted, 'count' | 'topics'> => ({
  count: found.length,
  topics: found.slice(0, TOPICS_SHOWN_MAX).map(({ topic, payload }) => ({ topic, bytes: payload.length })),
});

function rowOf(
  { topic, payload, qos, properties, expiresMs }: RetainedMessage,
  when: Pick<RetainedTrashRow, 'batch' | 'deletedBy' | 'deletedMs'>,
): RetainedTrashRow {
  return {
    ...{ id: newId(), topic, payload: payload.toString('base64'), qos, expiresMs: expiresMs ?? null },
    ...{ properties: textOfProperties(properties), ...when },
  };
}

function messageOf({ topic, payload, qos, properties, expiresMs }: RetainedTrashRow): RetainedMessage {
  return {
    ...{ topic, payload: Buffer.from(payload, 'base64'), qos, retain: true },
    properties: propertiesIn(properties),
    expiresMs: expiresMs ?? undefined,
  };
}

function viewOf({ id, batch, topic, payload, deletedMs, deletedBy }: RetainedTrashRow): TrashedRetained {
  const bytes = Buffer.from(payload, 'base64');
  const preview = previewOf(bytes, { isCut: false, charactersMax: PREVIEW_MAX });
  return { id, batch, topic, preview, bytes: bytes.length, deletedMs, deletedBy };
}
