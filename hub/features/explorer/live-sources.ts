/** What $live/topics and $live/topic/<name> say; both cost nothing while nobody watches. */
import type { LiveTopic, LiveTopics } from '../../contract/live.ts';
import type { Person } from '../../domain/principal.ts';
import { LIVE_MESSAGES_BYTES_MAX, LIVE_MESSAGES_MAX, LIVE_NODES_MAX } from './limits.ts';
import type { TopicNode } from './topic-node.ts';
import type { Follower, TopicTree } from './topic-tree.ts';
import { mayReadTopic, messageView, nodeView } from './views.ts';

type TextFor = (person: Person) => string | undefined;

/** Places with others below them change with each of those: they get this share of a message first. */
const BRANCHES_MAX = LIVE_NODES_MAX / 2;

/** The tree. What does not fit into one message comes with the next. */
export class TreeSource implements Follower {
  readonly #tree: TopicTree;
  #isFollowing = false;
  #branches: TopicNode[] = [];
  #leaves: TopicNode[] = [];
  #removed: string[] = [];
  /** More was removed than can be told. */
  #isLost = false;

  constructor(tree: TopicTree) {
    this.#tree = tree;
  }

  changed(node: TopicNode): void {
    if (node.parent === undefined) node.isNoted = false;
    else if (node.children === undefined) this.#leaves.push(node);
    else this.#branches.push(node);
  }

  removed(topic: string): void {
    if (this.#removed.length < LIVE_NODES_MAX) this.#removed.push(topic);
    else this.#isLost = true;
  }

  snapshot(): TextFor {
    if (!this.#isFollowing) this.#tree.follow(this);
    this.#isFollowing = true;
    return () => this.#text({ snapshot: true, nodes: [], removed: [], more: 0 });
  }

  update(): TextFor {
    this.#tree.settle();
    const removed = this.#removed.splice(0);
    if (this.#isLost) {
      this.#forget();
      return () => this.#text({ snapshot: true, nodes: [], removed: [], more: 0 });
    }
    const branches = this.#branches.splice(0, BRANCHES_MAX);
    const leaves = this.#leaves.splice(0, LIVE_NODES_MAX - branches.length);
    const nodes = [...branches, ...leaves];
    for (const node of nodes) node.isNoted = false;
    if (nodes.length === 0 && removed.length === 0) return () => undefined;
    const present = nodes.filter((node) => node.topics > 0);
    const more = this.#branches.length + this.#leaves.length;
    // What people see depends on the role alone.
    const texts = new Map<string, string>();
    return (person) => {
      const known = texts.get(person.role);
      if (known !== undefined) return known;
      const views = present.map((node) => nodeView(node, person));
      const text = this.#text({ snapshot: false, nodes: views, removed, more });
      texts.set(person.role, text);
      return text;
    };
  }

  reset(): void {
    this.#tree.follow(undefined);
    this.#isFollowing = false;
    this.#forget();
  }

  #forget(): void {
    for (const node of this.#branches) node.isNoted = false;
    for (const node of this.#leaves) node.isNoted = false;
    this.#branches = [];
    this.#leaves = [];
    this.#removed = [];
    this.#isLost = false;
  }

  #text(message: Omit<LiveTopics, 'total'>): string {
    return JSON.stringify({ ...message, total: this.#tree.size } satisfies LiveTopics);
  }
}

/** One open topic: its messages as they come. */
export class TopicSource {
  readonly #tree: TopicTree;
  readonly #topic: string;

  constructor(tree: TopicTree, topic: string) {
    this.#tree = tree;
    this.#topic = topic;
  }

  snapshot(): TextFor {
    if (this.#tree.watch(this.#topic) === undefined) return () => undefined;
    return (person) => this.#text(person, { snapshot: true, messages: [], of: 0 });
  }

  update(): TextFor {
    const watch = this.#tree.watched(this.#topic);
    if (watch === undefined) return () => undefined;
    const { latest, of } = watch.take({ messagesMax: LIVE_MESSAGES_MAX, bytesMax: LIVE_MESSAGES_BYTES_MAX });
    if (of === 0) return () => undefined;
    return (person) => {
      const messages = latest.map((heard) => messageView(heard, person));
      return this.#text(person, { snapshot: false, messages, of });
    };
  }

  reset(): void {
    this.#tree.unwatch(this.#topic);
  }

  #text(person: Person, message: LiveTopic): string | undefined {
    return mayReadTopic(person, this.#topic) ? JSON.stringify(message) : undefined;
  }
}
