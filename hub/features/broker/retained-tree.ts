/** Retained messages as a tree of levels: one by its name at once, many by a filter without looking at the others. */
import { bytesOf, type Parcel } from './parcel.ts';

interface Node {
  /** Absent while it has none: most nodes are leaves. */
  children: Map<string, Node> | undefined;
  parcel: Parcel | undefined;
}

export interface RetainedLimits {
  readonly retainedMessagesMax: number;
  readonly retainedBytesMax: number;
}

export class RetainedTree {
  readonly #limits: RetainedLimits;
  readonly #root: Node = makeNode();
  /** Topics of values that expire. */
  readonly #expiring = new Map<string, number>();
  #size = 0;
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
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
    if (known === undefined && this.#size >= retainedMessagesMax) return false;
    return this.#bytes + bytesOf(parcel) - (known === undefined ? 0 : bytesOf(known)) <= retainedBytesMax;
  }

  get(topic: string): Parcel | undefined {
    let node: Node | undefined = this.#root;
    for (const level of topic.split('/')) {
      node = node?.children?.get(level);
      if (node === undefined) return undefined;
    }
    return node.parcel;
  }

  /** Replaces the value of its topic; an empty payload deletes it. [MQTT-3.3.1-10] */
  set(parcel: Parcel): void {
    const levels = parcel.topic.split('/');
    if (parcel.payload.length === 0) {
      this.#delete(levels);
      return;
    }
    let node = this.#root;
    for (const level of levels) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (child === undefined) {
        child = makeNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (node.parcel === undefined) this.#size++;
    else this.#bytes -= bytesOf(node.parcel);
    node.parcel = parcel;
    this.#bytes += bytesOf(parcel);
    if (parcel.expiresMs === undefined) this.#expiring.delete(parcel.topic);
    else this.#expiring.set(parcel.topic, parcel.expiresMs);
  }

  /** Lets go of what nobody wants anymore, and answers what that was. [MQTT-3.3.2-5] */
  dropExpired(nowMs: number): string[] {
    const topics = [...this.#expiring].flatMap(([topic, expiresMs]) => (expiresMs <= nowMs ? [topic] : []));
    for (const topic of topics) this.#delete(topic.split('/'));
    return topics;
  }

  /**
   * What matches, one step at a time: a step that finds nothing gives undefined, so that whoever asks can stop after so
   * many steps and go on later. Values that change meanwhile are seen as they are when they are reached.
   */
  *match(filter: string): Generator<Parcel | undefined, void, undefined> {
    yield* walk(this.#root, { levels: filter.split('/'), depth: 0 });
  }

  #delete(levels: readonly string[]): void {
    const path: Node[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children?.get(level);
      if (child === undefined) return;
      path.push(child);
    }
    const last = path.at(-1);
    if (last?.parcel === undefined) return;
    this.#size--;
    this.#bytes -= bytesOf(last.parcel);
    this.#expiring.delete(last.parcel.topic);
    last.parcel = undefined;
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth];
      if (node === undefined || (node.children?.size ?? 0) > 0 || node.parcel !== undefined) return;
      path[depth - 1]?.children?.delete(levels[depth - 1] ?? '');
    }
  }
}

const makeNode = (): Node => ({ children: undefined, parcel: undefined });

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
