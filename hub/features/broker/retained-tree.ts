/** Retained messages as a tree of levels: one by its name at once, many by a filter without looking at the others. */
import { hasWildcard } from '../../domain/topic-filter.ts';
import { bytesOf, compact, type Parcel } from './parcel.ts';

interface Node {
  /** Absent while it has none: most nodes are leaves. */
  children: Map<string, Node> | undefined;
  parcel: Parcel | undefined;
  /** See `versionOf`. */
  version: number;
}

export interface RetainedLimits {
  readonly retainedMessagesMax: number;
  readonly retainedBytesMax: number;
}

/** Values that may keep the network read they came in: what changes all the time is not copied each time. */
const UNCOPIED_MAX = 64;

export class RetainedTree {
  readonly #limits: RetainedLimits;
  readonly #root: Node = makeNode();
  /** What has a value, by its whole name: publishing and exact filters do not walk the levels. */
  readonly #byTopic = new Map<string, Node>();
  /** The one that has been among them for the longest comes first. */
  readonly #uncopied = new Set<Node>();
  /** Topics of values that expire. */
  readonly #expiring = new Map<string, number>();
  #bytes = 0;
  #changes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byTopic.size;
  }

  /** Of names, payloads and properties. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is room for it; replacing and deleting always are possible. */
  hasRoomFor(parcel: Parcel): boolean {
    if (parcel.payload.length === 0) return true;
    const known = this.get(parcel.topic);
    const { retainedMessagesMax, retainedBytesMax } = this.#limits;
    if (known === undefined && this.size >= retainedMessagesMax) return false;
    return this.#bytes + bytesOf(parcel) - (known === undefined ? 0 : bytesOf(known)) <= retainedBytesMax;
  }

  get(topic: string): Parcel | undefined {
    return this.#byTopic.get(topic)?.parcel;
  }

  /** Tells the value of a topic from those before and after it, also from equal ones; undefined: there is none. */
  versionOf(topic: string): number | undefined {
    return this.#byTopic.get(topic)?.version;
  }

  /** Replaces the value of its topic; an empty payload deletes it. [MQTT-3.3.1-10] */
  set(parcel: Parcel): void {
    const { topic, expiresMs } = parcel;
    if (parcel.payload.length === 0) {
      this.#delete(topic);
      return;
    }
    const node = this.#byTopic.get(topic) ?? this.#add(topic);
    if (node.parcel !== undefined) this.#bytes -= bytesOf(node.parcel);
    node.parcel = parcel;
    node.version = ++this.#changes;
    this.#bytes += bytesOf(parcel);
    this.#copyLater(node);
    if (expiresMs !== undefined) this.#expiring.set(topic, expiresMs);
    else if (this.#expiring.size > 0) this.#expiring.delete(topic);
  }

  /** Lets go of what nobody wants anymore, and answers what that was. [MQTT-3.3.2-5] */
  dropExpired(nowMs: number): string[] {
    const topics = [...this.#expiring].flatMap(([topic, expiresMs]) => (expiresMs <= nowMs ? [topic] : []));
    for (const topic of topics) this.#delete(topic);
    return topics;
  }

  /**
   * What matches, one step at a time: a step that finds nothing gives undefined, so that whoever asks can stop after so
   * many steps and go on later. Values that change meanwhile are seen as they are when they are reached.
   */
  *match(filter: string): Generator<Parcel | undefined, void, undefined> {
    if (!hasWildcard(filter)) yield this.get(filter);
    else yield* walk(this.#root, { levels: filter.split('/'), depth: 0 });
  }

  #copyLater(node: Node): void {
    if (this.#uncopied.has(node)) return;
    this.#uncopied.add(node);
    const [oldest] = this.#uncopied;
    if (oldest === undefined || this.#uncopied.size <= UNCOPIED_MAX) return;
    this.#uncopied.delete(oldest);
    const { parcel } = oldest;
    if (parcel !== undefined) oldest.parcel = { ...parcel, payload: compact(parcel.payload) };
  }

  #add(topic: string): Node {
    let node = this.#root;
    for (const level of topic.split('/')) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (child === undefined) {
        child = makeNode();
        node.children.set(level, child);
      }
      node = child;
    }
    this.#byTopic.set(topic, node);
    return node;
  }

  #delete(topic: string): void {
    const known = this.#byTopic.get(topic);
    if (known?.parcel === undefined) return;
    this.#bytes -= bytesOf(known.parcel);
    known.parcel = undefined;
    this.#uncopied.delete(known);
    this.#byTopic.delete(topic);
    this.#expiring.delete(topic);
    const levels = topic.split('/');
    const path: Node[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children?.get(level);
      if (child === undefined) return;
      path.push(child);
    }
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth];
      if (node === undefined || (node.children?.size ?? 0) > 0 || node.parcel !== undefined) return;
      path[depth - 1]?.children?.delete(levels[depth - 1] ?? '');
    }
  }
}

const makeNode = (): Node => ({ children: undefined, parcel: undefined, version: 0 });

const NO_CHILDREN: ReadonlyMap<string, Node> = new Map();

interface Place {
  readonly levels: readonly string[];
  readonly depth: number;
}

function* walk(node: Node, { levels, depth }: Place): Generator<Parcel | undefined, void, undefined> {
  const level = levels[depth];
  if (level === undefined) {
    yield node.parcel;
    return;
  }
  if (level === '#') {
    yield* everything(node, depth);
    return;
  }
  if (level !== '+') {
    const child = node.children?.get(level);
    if (child !== undefined) yield* walk(child, { levels, depth: depth + 1 });
    return;
  }
  for (const [name, child] of node.children ?? NO_CHILDREN) {
    // [MQTT-4.7.2-1]
    if (depth === 0 && name.startsWith('$')) continue;
    yield undefined;
    yield* walk(child, { levels, depth: depth + 1 });
  }
}

/** The node itself too: "a/#" takes in "a". */
function* everything(node: Node, depth: number): Generator<Parcel | undefined, void, undefined> {
  yield node.parcel;
  for (const [name, child] of node.children ?? NO_CHILDREN) {
    if (depth === 0 && name.startsWith('$')) continue;
    yield* everything(child, depth + 1);
  }
}
