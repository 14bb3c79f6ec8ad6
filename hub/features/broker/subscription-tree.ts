/** Who subscribed to what: filters as a tree of levels, and for each topic lately asked for who gets it. */
import { hasWildcard } from '../../domain/topic-filter.ts';
import type { Qos } from './parcel.ts';
import type { Subscription } from './subscription.ts';

/** One receiver of a topic, whatever number of its filters match. */
export interface Route<Owner> {
  readonly owner: Owner;
  /** The highest that was granted. */
  readonly qos: Qos;
  /** Every filter that matches leaves out what the owner published itself. */
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** Of all filters that match and have one. */
  readonly subscriptionIds: readonly number[] | undefined;
}

interface Node<Owner> {
  /** By level; '+' and '#' are levels like others here. */
  readonly children: Map<string, Node<Owner>>;
  readonly subscriptions: Map<Owner, Subscription>;
}

/** What is remembered of topics and their receivers, in one generation: topics, and about how much memory. */
const REMEMBERED_TOPICS_MAX = 20_000;
const REMEMBERED_BYTES_MAX = 8 * 1024 * 1024;
/** About what a topic takes besides its name, and each of its receivers. */
const TOPIC_BYTES = 96;
const ROUTE_BYTES = 96;
/** Filters of a topic up to which looking through its receivers is faster than an index of them. */
const FEW = 8;

export class SubscriptionTree<Owner> {
  readonly #root: Node<Owner> = makeNode();
  readonly #known = new Generations<readonly Route<Owner>[]>();
  #size = 0;

  /** Subscriptions in all. */
  get size(): number {
    return this.#size;
  }

  /** Replaces what the owner asked for with the same filter before. */
  add(owner: Owner, subscription: Subscription): void {
    let node = this.#root;
    for (const level of subscription.filter.split('/')) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = makeNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (!node.subscriptions.has(owner)) this.#size++;
    node.subscriptions.set(owner, subscription);
    this.#forgetRoutes(subscription.filter);
  }

  remove(owner: Owner, filter: string): void {
    const levels = filter.split('/');
    const path: Node<Owner>[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children.get(level);
      if (child === undefined) return;
      path.push(child);
    }
    if (path.at(-1)?.subscriptions.delete(owner) !== true) return;
    this.#size--;
    this.#forgetRoutes(filter);
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth];
      if (node === undefined || node.children.size > 0 || node.subscriptions.size > 0) return;
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '');
    }
  }

  /** Valid until a subscription comes or goes. */
  match(topic: string): readonly Route<Owner>[] {
    if (this.#size === 0) return NOBODY;
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const routes = this.#find(topic);
    this.#known.set(topic, routes, TOPIC_BYTES + topic.length + routes.length * ROUTE_BYTES);
    return routes;
  }

  #find(topic: string): readonly Route<Owner>[] {
    const found = new Found<Owner>();
    // [MQTT-4.7.2-1] A wildcard in front does not reach topics that begin with $.
    walk(this.#root, { levels: topic.split('/'), isHidden: topic.startsWith('$'), found }, 0);
    return found.routes.length === 0 ? NOBODY : found.routes;
  }

  /** A filter without wildcards concerns the one topic of its name. */
  #forgetRoutes(filter: string): void {
    if (hasWildcard(filter)) this.#known.clear();
    else this.#known.delete(filter);
  }
}

interface Search<Owner> {
  readonly levels: readonly string[];
  readonly isHidden: boolean;
  readonly found: Found<Owner>;
}

function walk<Owner>(node: Node<Owner>, search: Search<Owner>, depth: number): void {
  const { levels, isHidden, found } = search;
  const { children, subscriptions } = node;
  const isWild = depth > 0 || !isHidden;
  // "a/#" takes in "a" too. [MQTT-4.7.1-2]
  const rest = isWild ? children.get('#') : undefined;
  if (rest !== undefined) found.add(rest.subscriptions);
  const level = levels[depth];
  if (level === undefined) {
    found.add(subscriptions);
    return;
  }
  const exact = children.get(level);
  if (exact !== undefined) walk(exact, search, depth + 1);
  const any = isWild ? children.get('+') : undefined;
  if (any !== undefined) walk(any, search, depth + 1);
}

/** Each receiver once, in the order in which they were found. */
class Found<Owner> {
  readonly routes: Route<Owner>[] = [];
  #places: Map<Owner, number> | undefined;

  add(subscriptions: ReadonlyMap<Owner, Subscription>): void {
    for (const [owner, subscription] of subscriptions) {
      const at = this.#placeOf(owner);
      this.routes[at] = joined(this.routes[at], owner, subscription);
    }
  }

  /** Where it stands, or will stand. */
  #placeOf(owner: Owner): number {
    const { routes } = this;
    if (this.#places === undefined) {
      const at = routes.findIndex((route) => route.owner === owner);
      if (at !== -1 || routes.length < FEW) return at === -1 ? routes.length : at;
      this.#places = new Map(routes.map((route, place) => [route.owner, place]));
    }
    const known = this.#places.get(owner);
    if (known !== undefined) return known;
    this.#places.set(owner, routes.length);
    return routes.length;
  }
}

/**
 * A bounded memory in two halves: when the younger one is full, the older one is forgotten and the younger one takes its
 * place. What is asked for often is found in one of them, however much else passes.
 */
class Generations<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #bytes = 0;

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value, bytes: number): void {
    if (this.#young.size >= REMEMBERED_TOPICS_MAX || this.#bytes + bytes > REMEMBERED_BYTES_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    this.#young.set(key, value);
    this.#bytes += bytes;
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    if (this.#young.size > 0) this.#young = new Map();
    if (this.#old.size > 0) this.#old = new Map();
    this.#bytes = 0;
  }
}

const NOBODY: readonly never[] = [];

const makeNode = <Owner>(): Node<Owner> => ({ children: new Map(), subscriptions: new Map() });

function joined<Owner>(route: Route<Owner> | undefined, owner: Owner, subscription: Subscription): Route<Owner> {
  const { qos, noLocal, retainAsPublished, id } = subscription;
  const ids = id === undefined ? undefined : [id];
  if (route === undefined) return { owner, qos, noLocal, retainAsPublished, subscriptionIds: ids };
  return {
    owner,
    qos: higherOf(qos, route.qos),
    noLocal: noLocal && route.noLocal,
    retainAsPublished: retainAsPublished || route.retainAsPublished,
    subscriptionIds: ids === undefined ? route.subscriptionIds : [...(route.subscriptionIds ?? []), ...ids],
  };
}

const higherOf = (one: Qos, other: Qos): Qos => (one < other ? other : one);
