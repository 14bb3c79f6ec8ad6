/** The Explorer: which topics there are, what was last said on them, by whom, and who listens. */
import { RucheError } from '../../contract/errors.ts';
import { TOPICS_PAGE_MAX } from '../../contract/limits.ts';
import type { TopicDetail, TopicsPage, TopicsQuery } from '../../contract/topic.ts';
import { compareNames } from '../../contract/topics.ts';
import { textOf } from '../../domain/payload-text.ts';
import type { Person, Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { matchesQuery, parseTopicQuery, type Term, type TopicFacts } from '../../domain/topic-query.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import { EXPLORER_LIMITS, type ExplorerLimits, SETTLE_MS, STEPS_MAX, SUBSCRIBERS_SHOWN_MAX } from './limits.ts';
import { TopicSource, TreeSource } from './live-sources.ts';
import { Newcomers } from './newcomers.ts';
import type { Passing, Publisher, TopicNode } from './topic-node.ts';
import { childNames, TopicTree } from './topic-tree.ts';
import {
  lastView,
  mayReadTopic,
  maySeeClients,
  messageView,
  nodeView,
  type OwnerOf,
  payloadView,
  publisherView,
  whoView,
} from './views.ts';

export interface Listener {
  readonly clientId: string;
  /** Undefined: its session is kept, and it is away. */
  readonly session: { readonly principal: Principal; readonly address: string } | undefined;
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

export interface ExplorerDeps {
  readonly clock: Clock;
  readonly limits?: Partial<ExplorerLimits>;
  retained(topic: string): Passing | undefined;
  listenersOf(topic: string, limit: number): { subscribers: Listener[]; total: number };
  readonly ownerOf: OwnerOf;
  /** What a listener threw. */
  onError(error: unknown): void;
}

export const createExplorer = (deps: ExplorerDeps): Explorer => new Explorer(deps);

export class Explorer {
  readonly #deps: ExplorerDeps;
  readonly #tree: TopicTree;
  /** For $live/topics. */
  readonly tree: TreeSource;
  /** A client makes up topics faster than they are remembered. */
  readonly onTooManyTopics: Slot<[RefusalFacts]>;
  #cancelSettling: (() => void) | undefined;

  constructor(deps: ExplorerDeps) {
    this.#deps = deps;
    const limits = { ...EXPLORER_LIMITS, ...deps.limits };
    const nowMs = (): number => deps.clock.nowMs();
    const tooMany = makeSlot<[RefusalFacts]>(deps.onError);
    this.onTooManyTopics = tooMany.slot;
    const newcomers = new Newcomers({ limits, nowMs, tell: (facts) => tooMany.fire(facts) });
    this.#tree = new TopicTree(limits, nowMs, (by) => newcomers.mayAdd(by));
    this.tree = new TreeSource(this.#tree);
  }

  /** A message is on its way to its subscribers; called for every one. */
  passed(message: Passing, isRetained: boolean, by: Publisher | undefined): void {
    this.#tree.passed(message, isRetained, by);
    this.#cancelSettling ??= this.#deps.clock.after(SETTLE_MS, () => this.#settle());
  }

  /** What is retained since an earlier run. */
  restore(retained: Iterable<Passing | undefined>): void {
    for (const message of retained) if (message !== undefined) this.#tree.restore(message);
  }

  /** For $live/topic/<name>. */
  topic(name: string): TopicSource {
    return new TopicSource(this.#tree, name);
  }

  /** Client ids that were seen to publish a topic. */
  clientsOf(topic: string): string[] {
    this.#tree.settle();
    return this.#tree.get(topic)?.publishers.map(({ clientId }) => clientId) ?? [];
  }

  /** Children of a place by name, or with `q` every topic that matches. */
  async page(person: Person, { prefix, q = '', cursor, limit = TOPICS_PAGE_MAX }: TopicsQuery): Promise<TopicsPage> {
    this.#tree.settle();
    const terms = parseTopicQuery(q);
    const after = cursor === undefined ? undefined : nameOf(cursor);
    if (terms.length === 0) return this.#children(person, { prefix, after, limit });
    const found = await this.#matching(person, terms);
    found.sort((a, b) => compareNames(a.topic, b.topic));
    const begin = after === undefined ? 0 : firstAfter(found, after, (node) => node.topic);
    const items = found.slice(begin, begin + limit).map((node) => nodeView(node, person));
    const isMore = begin + limit < found.length;
    return { items, total: found.length, ...cursorAt(isMore ? items.at(-1)?.topic : undefined) };
  }

  detail(person: Person, topic: string): TopicDetail {
    this.#tree.settle();
    const { clock, ownerOf, retained, listenersOf } = this.#deps;
    const node = this.#tree.get(topic);
    const nowMs = clock.nowMs();
    const isReadable = mayReadTopic(person, topic);
    const kept = isReadable ? retained(topic) : undefined;
    const { subscribers, total } = listenersOf(topic, SUBSCRIBERS_SHOWN_MAX);
    const history = isReadable ? (this.#tree.watched(topic)?.history ?? []) : [];
    return {
      topic,
      messages: node?.own ?? 0,
      retained: kept === undefined ? null : { ...payloadView(kept.payload, kept.payload.length), qos: kept.qos },
      last: isReadable ? lastView(node, person) : null,
      publishers: node?.publishers.map((seen) => publisherView(seen, { person, ownerOf, nowMs })) ?? [],
      subscribers: subscribers.map(({ clientId, session, filter, qos }) => ({
        ...whoView({ clientId, principal: session?.principal, address: session?.address }, { person, ownerOf }),
        ...{ connected: session !== undefined, filter, qos },
      })),
      subscribersTotal: total,
      history: history.map((heard) => messageView(heard, person)).reverse(),
    };
  }

  #settle(): void {
    this.#cancelSettling = undefined;
    this.#tree.settle();
  }

  #children(
    person: Person,
    { prefix, after, limit }: { prefix: string | undefined; after: string | undefined; limit: number },
  ): TopicsPage {
    const parent = this.#tree.at(prefix);
    if (parent === undefined) return { items: [], total: 0 };
    const names = childNames(parent);
    const begin = after === undefined ? 0 : firstAfter(names, after, (name) => name);
    const shown = names.slice(begin, begin + limit);
    const items = shown.flatMap((name) => {
      const node = parent.children?.get(name);
      return node === undefined ? [] : [nodeView(node, person)];
    });
    const isMore = begin + limit < names.length;
    return { items, total: this.#tree.size, ...cursorAt(isMore ? shown.at(-1) : undefined) };
  }

  /** A slice at a time: fifty thousand topics must not hold up messages. */
  async #matching(person: Person, terms: readonly Term[]): Promise<TopicNode[]> {
    const found: TopicNode[] = [];
    let steps = 0;
    for (const node of this.#tree.topics()) {
      if (++steps % STEPS_MAX === 0) await new Promise((resolve) => setImmediate(resolve));
      if (mayReadTopic(person, node.topic) && matchesQuery(terms, factsOf(node, person))) found.push(node);
    }
    return found;
  }
}

function factsOf(node: TopicNode, person: Person): TopicFacts {
  return {
    topic: node.topic,
    isRetained: node.isRetained,
    clients: () => (maySeeClients(person) ? node.publishers.map(({ clientId }) => clientId) : []),
    payload: () => textOf(node.bytes, node.isCut) ?? '',
  };
}

/** Where the first item behind `name` is; the items are in order. */
function firstAfter<Item>(items: readonly Item[], name: string, nameOfItem: (item: Item) => string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && compareNames(nameOfItem(item), name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const cursorAt = (name: string | undefined): { nextCursor?: string } =>
  name === undefined ? {} : { nextCursor: Buffer.from(name).toString('base64url') };

function nameOf(cursor: string): string {
  const name = Buffer.from(cursor, 'base64url').toString();
  if (Buffer.from(name).toString('base64url') !== cursor) throw new RucheError('CURSOR_INVALID');
  return name;
}
