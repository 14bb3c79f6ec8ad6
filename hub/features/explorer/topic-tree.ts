/**
 * Every topic that passed lately, as a tree, in bounded memory. `passed` is called for every message of the broker: it
 * looks the topic up and notes the message; `settle` then takes in the last of each topic and counts the others.
 */
import { compareNames } from '../../contract/topics.ts';
import { type ExplorerLimits, RATE_WINDOW_MS } from './limits.ts';
import { Silence } from './silence.ts';
import { type Passing, type Publisher, type Seen, TopicNode } from './topic-node.ts';
import { TopicWatch } from './topic-watch.ts';

/** What the tree tells who follows it. */
export interface Follower {
  /** Called for a node that is not noted; it is from now on, until the follower takes that back. */
  changed(node: TopicNode): void;
  removed(topic: string): void;
}

/** Topics that wait for `settle`: each holds the network read its last message came in. */
const WAITING_MAX = 10_000;
/** Room of a value buffer, so that payloads of about one length need one buffer. */
const VALUE_STEP_BYTES = 64;

export class TopicTree {
  readonly root = new TopicNode('', '', undefined);
  readonly #limits: ExplorerLimits;
  readonly #nowMs: () => number;
  readonly #mayAdd: (by: Publisher | undefined) => boolean;
  readonly #topics = new Map<string, TopicNode>();
  readonly #heard = new Silence();
  readonly #retained = new Silence();
  readonly #watches = new Map<string, TopicWatch>();
  /** Topics with messages that are only noted so far. */
  readonly #waiting: TopicNode[] = [];
  #valueBytes = 0;
  #follower: Follower | undefined;

  constructor(
    limits: ExplorerLimits,
    nowMs: () => number,
    mayAdd: (by: Publisher | undefined) => boolean = () => true,
  ) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#mayAdd = mayAdd;
  }

  /** Topics in all. */
  get size(): number {
    return this.#topics.size;
  }

  get(topic: string): TopicNode | undefined {
    return this.#topics.get(topic);
  }

  /** Every topic, in no order. */
  topics(): IterableIterator<TopicNode> {
    return this.#topics.values();
  }

  /** A place in the tree, also one that is no topic itself; undefined: the root. */
  at(prefix: string | undefined): TopicNode | undefined {
    let node: TopicNode | undefined = this.root;
    if (prefix === undefined) return node;
    for (const level of prefix.split('/')) {
      node = node?.children?.get(level);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** The message is on its way to its subscribers. */
  passed(message: Passing, isRetained: boolean, by: Publisher | undefined): void {
    const { topic, payload, retain } = message;
    const node = this.#topics.get(topic) ?? this.#newcomer(message, isRetained, by);
    if (node === undefined) return;
    if (retain) this.#setRetained(node, payload.length > 0 && (isRetained || node.isRetained));
    node.watch?.heard(message, by, this.#nowMs());
    if (node.newMessages > 0 && node.by !== by) this.#settle(node, this.#nowMs());
    node.message = message;
    node.by = by;
    node.newMessages++;
    if (node.newMessages > 1 || node.isWaiting) return;
    node.isWaiting = true;
    this.#waiting.push(node);
    if (this.#waiting.length >= WAITING_MAX) this.settle();
  }

  /** Whether `settle` has something to do. */
  get isUnsettled(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes in what has passed since the last time; to be called before anything is read. */
  settle(): void {
    if (this.#waiting.length === 0) return;
    const nowMs = this.#nowMs();
    for (const node of this.#waiting) {
      node.isWaiting = false;
      if (node.newMessages > 0) this.#settle(node, nowMs);
    }
    this.#waiting.length = 0;
  }

  /** What is retained since an earlier run. */
  restore({ topic, payload }: { topic: string; payload: Buffer }): void {
    if (this.#topics.has(topic)) return;
    this.#keepValue(this.#add(topic, true), payload);
  }

  /** Keeps the topic's messages until `unwatch`; undefined: too many are watched. */
  watch(topic: string): TopicWatch | undefined {
    const known = this.#watches.get(topic);
    if (known !== undefined) return known;
    if (this.#watches.size >= this.#limits.watchedMax) return undefined;
    const watch = new TopicWatch(topic, this.#limits.historyBytesMax);
    this.#watches.set(topic, watch);
    const node = this.#topics.get(topic);
    if (node !== undefined) node.watch = watch;
    return watch;
  }

  watched(topic: string): TopicWatch | undefined {
    return this.#watches.get(topic);
  }

  unwatch(topic: string): void {
    this.#watches.delete(topic);
    const node = this.#topics.get(topic);
    if (node !== undefined) node.watch = undefined;
  }

  /** From now on, or (undefined) nobody any more. */
  follow(follower: Follower | undefined): void {
    this.#follower = follower;
  }

  /** Undefined: its publisher made up too many lately. What somebody looks at is remembered all the same. */
  #newcomer({ topic, payload }: Passing, isRetained: boolean, by: Publisher | undefined): TopicNode | undefined {
    if (!this.#watches.has(topic) && !this.#mayAdd(by)) return undefined;
    return this.#add(topic, isRetained && payload.length > 0);
  }

  #settle(topic: TopicNode, nowMs: number): void {
    const { message, by, newMessages } = topic;
    topic.newMessages = 0;
    topic.message = undefined;
    topic.by = undefined;
    if (message === undefined) return;
    (topic.isRetained ? this.#retained : this.#heard).heard(topic);
    topic.own += newMessages;
    topic.ownMs = nowMs;
    topic.qos = message.qos;
    topic.retain = message.retain;
    this.#keepValue(topic, message.payload);
    if (by !== undefined) this.#keepPublisher(topic, by, { nowMs, messages: newMessages });
    const isFollowed = this.#follower !== undefined;
    for (let node: TopicNode | undefined = topic; node !== undefined; node = node.parent) {
      node.messages += newMessages;
      node.lastMs = nowMs;
      if (isFollowed && !node.isNoted) this.#note(node);
    }
  }

  #note(node: TopicNode): void {
    node.isNoted = true;
    this.#follower?.changed(node);
  }

  #add(topic: string, isRetained: boolean): TopicNode {
    if (this.#topics.size >= this.#limits.topicsMax) this.#forgetOldest();
    let node = this.root;
    let end = -1;
    for (const level of topic.split('/')) {
      end += 1 + level.length;
      const known = node.children?.get(level);
      node = known ?? addChild(node, level, topic.slice(0, end));
    }
    node.isTopic = true;
    node.isRetained = isRetained;
    node.watch = this.#watches.get(topic);
    for (let up: TopicNode | undefined = node; up !== undefined; up = up.parent) up.topics++;
    (isRetained ? this.#retained : this.#heard).add(node);
    this.#topics.set(topic, node);
    return node;
  }

  #setRetained(node: TopicNode, isRetained: boolean): void {
    if (node.isRetained === isRetained) return;
    (isRetained ? this.#heard : this.#retained).remove(node);
    (isRetained ? this.#retained : this.#heard).add(node);
    node.isRetained = isRetained;
  }

  #forgetOldest(): void {
    this.settle();
    const silent = this.#heard.oldest;
    const oldest = silent ?? this.#retained.oldest;
    if (oldest === undefined) return;
    (silent === undefined ? this.#retained : this.#heard).remove(oldest);
    this.#topics.delete(oldest.topic);
    this.#valueBytes -= oldest.value?.length ?? 0;
    const { own } = oldest;
    forgetTopic(oldest);
    for (let node: TopicNode | undefined = oldest; node !== undefined; node = node.parent) {
      node.messages -= own;
      node.topics--;
      if (node.topics > 0 || node.parent === undefined) {
        if (!node.isNoted && this.#follower !== undefined) this.#note(node);
        continue;
      }
      node.parent.children?.delete(node.name);
      node.parent.sorted = undefined;
      this.#follower?.removed(node.topic);
    }
  }

  #keepValue(node: TopicNode, payload: Buffer): void {
    const kept = this.#roomFor(node, payload.length);
    if (node.value !== undefined && kept > 0) copyInto(node.value, payload, kept);
    node.kept = kept;
    node.payloadBytes = payload.length;
  }

  /** How much of a payload can be kept; makes the room for it. */
  #roomFor(node: TopicNode, bytes: number): number {
    const { valueBytesMax, valueBytesLeast, valuesBytesMax } = this.#limits;
    const room = node.value?.length ?? 0;
    const wanted = Math.min(bytes, valueBytesMax);
    if (wanted <= room) return wanted;
    const isTooMuch = this.#valueBytes - room + roundUp(wanted) > valuesBytesMax;
    const kept = isTooMuch ? Math.min(wanted, Math.max(valueBytesLeast, room)) : wanted;
    if (kept > room) {
      node.value = Buffer.allocUnsafe(roundUp(kept));
      this.#valueBytes += node.value.length - room;
    }
    return kept;
  }

  #keepPublisher(node: TopicNode, by: Publisher, { nowMs, messages }: { nowMs: number; messages: number }): void {
    const [latest] = node.publishers;
    let seen = latest !== undefined && isSame(latest, by) ? latest : undefined;
    if (seen === undefined) {
      const known = node.publishers.find((one) => isSame(one, by));
      const others = node.publishers.filter((one) => one !== known).slice(0, this.#limits.publishersMax - 1);
      seen = known ?? newSeen(by, nowMs);
      node.publishers = [seen, ...others];
    }
    // The same strings as the session has: they compare at once.
    seen.clientId = by.clientId;
    seen.address = by.address;
    seen.principal = by.principal;
    seen.messages += messages;
    seen.atMs = nowMs;
    if (nowMs - seen.windowMs >= RATE_WINDOW_MS) turnWindow(seen, nowMs);
    seen.inWindow += messages;
  }
}

/** Names of the children of a node, in order. */
export function childNames(node: TopicNode): readonly string[] {
  node.sorted ??= [...(node.children?.keys() ?? [])].sort(compareNames);
  return node.sorted;
}

/** Messages a minute, over the present window and the one before it. */
export function ratePerMinute(seen: Seen, nowMs: number): number {
  const inMs = nowMs - seen.windowMs;
  if (inMs >= 2 * RATE_WINDOW_MS) return 0;
  if (inMs >= RATE_WINDOW_MS) return seen.inWindow * (2 - inMs / RATE_WINDOW_MS);
  return seen.inWindow + seen.inWindowBefore * (1 - inMs / RATE_WINDOW_MS);
}

function addChild(parent: TopicNode, name: string, topic: string): TopicNode {
  const node = new TopicNode(name, topic, parent);
  parent.children ??= new Map();
  parent.children.set(name, node);
  parent.sorted = undefined;
  return node;
}

/** What was published on it; the place stays for what is below it. */
function forgetTopic(node: TopicNode): void {
  node.isTopic = false;
  node.isRetained = false;
  node.own = 0;
  node.ownMs = 0;
  node.value = undefined;
  node.kept = 0;
  node.payloadBytes = 0;
  node.publishers = [];
  node.watch = undefined;
}

/** Short ones byte by byte: calling into Node costs more than that. */
const COPIED_HERE_MAX = 48;
function copyInto(target: Buffer, source: Buffer, length: number): void {
  if (length > COPIED_HERE_MAX) {
    source.copy(target, 0, 0, length);
    return;
  }
  for (let at = 0; at < length; at++) target[at] = source[at] ?? 0;
}

const roundUp = (bytes: number): number => Math.ceil(bytes / VALUE_STEP_BYTES) * VALUE_STEP_BYTES;

/** A client at an address: the same program at another one is somebody else to whoever looks for a culprit. */
const isSame = (seen: Seen, by: Publisher): boolean =>
  seen.clientId === by.clientId && seen.address === by.address && seen.principal.kind === by.principal.kind;

const newSeen = ({ clientId, address, principal }: Publisher, nowMs: number): Seen => ({
  ...{ clientId, address, principal },
  ...{ messages: 0, atMs: nowMs, windowMs: nowMs, inWindow: 0, inWindowBefore: 0 },
});

function turnWindow(seen: Seen, nowMs: number): void {
  const isNext = nowMs - seen.windowMs < 2 * RATE_WINDOW_MS;
  seen.inWindowBefore = isNext ? seen.inWindow : 0;
  seen.inWindow = 0;
  seen.windowMs = isNext ? seen.windowMs + RATE_WINDOW_MS : nowMs;
}
