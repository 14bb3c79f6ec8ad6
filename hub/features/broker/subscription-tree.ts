/** Who subscribed to what: filters as a tree of levels, and for each topic lately asked for who gets it. */
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

/** Topics whose receivers are remembered, and receivers in all; beyond either, everything is forgotten. */
const CACHED_TOPICS_MAX = 10_000;
const CACHED_ROUTES_MAX = 200_000;

export class SubscriptionTree<Owner> {
  readonly #root: Node<Owner> = makeNode();
  readonly #cache = new Map<string, readonly Route<Owner>[]>();
  #cachedRoutes = 0;
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
    this.#forgetRoutes();
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
    this.#forgetRoutes();
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth];
      if (node === undefined || node.children.size > 0 || node.subscriptions.size > 0) return;
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '');
    }
  }

  /** Valid until a subscription comes or goes. */
  match(topic: string): readonly Route<Owner>[] {
    const known = this.#cache.get(topic);
    if (known !== undefined) return known;
    const routes = this.#find(topic);
    if (this.#cache.size >= CACHED_TOPICS_MAX || this.#cachedRoutes >= CACHED_ROUTES_MAX) this.#forgetRoutes();
    this.#cache.set(topic, routes);
    this.#cachedRoutes += routes.length;
    return routes;
  }

  #find(topic: string): readonly Route<Owner>[] {
    const found = new Map<Owner, Route<Owner>>();
    const levels = topic.split('/');
    const collect = (node: Node<Owner> | undefined): void => {
      if (node === undefined) return;
      for (const [owner, subscription] of node.subscriptions) {
        found.set(owner, joined(found.get(owner), owner, subscription));
      }
    };
    const walk = (node: Node<Owner>, depth: number): void => {
      const level = levels[depth];
      // [MQTT-4.7.2-1] A wildcard in front does not reach topics that begin with $.
      const isHidden = depth === 0 && topic.startsWith('$');
      // "a/#" takes in "a" too. [MQTT-4.7.1-2]
      if (!isHidden) collect(node.children.get('#'));
      if (level === undefined) {
        collect(node);
        return;
      }
      const exact = node.children.get(level);
      if (exact !== undefined) walk(exact, depth + 1);
      const any = isHidden ? undefined : node.children.get('+');
      if (any !== undefined) walk(any, depth + 1);
    };
    walk(this.#root, 0);
    return found.size === 0 ? NOBODY : [...found.values()];
  }

  #forgetRoutes(): void {
    if (this.#cache.size > 0) this.#cache.clear();
    this.#cachedRoutes = 0;
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
