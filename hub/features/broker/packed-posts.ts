/**
 * Posts in line whose bodies are in the store: a row of numbers for each instead of an object, because clients that are
 * away are owed hundreds of thousands of them together.
 */
import type { Post } from './post.ts';

/** Rows of a block: few where little waits, and never so many that a block with one row left is a waste. */
const BLOCK_ROWS_MIN = 16;
const BLOCK_ROWS_MAX = 256;
/** Three doubles: number, since, expires; two words: bytes, and state as below. */
const ROW_BYTES = 32;
const ROW_DOUBLES = ROW_BYTES / Float64Array.BYTES_PER_ELEMENT;
const ROW_WORDS = ROW_BYTES / Uint32Array.BYTES_PER_ELEMENT;
const BYTES_AT = 6;
const STATE_AT = 7;
/** State: packet id in the lower half, then flags, then what is known of it. */
const PACKET_ID_MASK = 0xffff;
const FLAGS_SHIFT = 16;
const FLAGS_MASK = 0xff;
const WAS_SENT = 1 << 24;
const IS_RELEASED = 1 << 25;

export class PackedPosts {
  #blocks: Block[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  *[Symbol.iterator](): IterableIterator<Post> {
    for (const block of this.#blocks) yield* block;
  }

  /** Behind everything else. Its envelope is not kept. */
  push(post: Post): void {
    let block = this.#blocks.at(-1);
    if (block === undefined || block.isFull) {
      block = new Block(Math.min(BLOCK_ROWS_MAX, Math.max(BLOCK_ROWS_MIN, this.#length)));
      this.#blocks.push(block);
    }
    block.push(post);
    this.#length++;
  }

  /** In front of everything else. */
  unshift(posts: readonly Post[]): void {
    const behind = this.#blocks;
    this.#blocks = [];
    for (const post of posts) this.push(post);
    this.#blocks.push(...behind);
  }

  /** Takes out the first ones. */
  take(countMax: number): Post[] {
    const posts: Post[] = [];
    while (posts.length < countMax) {
      const post = this.#blocks[0]?.shift();
      if (post === undefined) break;
      posts.push(post);
      if (this.#blocks[0]?.isEmpty === true) this.#blocks.shift();
    }
    this.#length -= posts.length;
    return posts;
  }

  clear(): void {
    this.#blocks = [];
    this.#length = 0;
  }
}

/** Is filled once, and emptied from its beginning. */
class Block {
  readonly #rows: number;
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;
  /** By row; few clients ask for them. */
  #subscriptionIds: Post['subscriptionIds'][] | undefined;
  /** The same. */
  #groups: Post['group'][] | undefined;
  #first = 0;
  #end = 0;

  constructor(rows: number) {
    const bytes = new ArrayBuffer(rows * ROW_BYTES);
    this.#rows = rows;
    this.#doubles = new Float64Array(bytes);
    this.#words = new Uint32Array(bytes);
  }

  get isFull(): boolean {
    return this.#end === this.#rows;
  }

  get isEmpty(): boolean {
    return this.#first === this.#end;
  }

  *[Symbol.iterator](): IterableIterator<Post> {
    for (let row = this.#first; row < this.#end; row++) yield this.#post(row);
  }

  push({ seq, atMs, expiresMs, bytes, packetId, flags, wasSent, isReleased, subscriptionIds, group }: Post): void {
    const row = this.#end++;
    const at = row * ROW_DOUBLES;
    this.#doubles[at] = seq;
    this.#doubles[at + 1] = atMs;
    this.#doubles[at + 2] = expiresMs;
    const state = packetId | (flags << FLAGS_SHIFT) | (wasSent ? WAS_SENT : 0) | (isReleased ? IS_RELEASED : 0);
    this.#words[row * ROW_WORDS + BYTES_AT] = bytes;
    this.#words[row * ROW_WORDS + STATE_AT] = state;
    if (subscriptionIds !== undefined) {
      this.#subscriptionIds ??= [];
      this.#subscriptionIds[row] = subscriptionIds;
    }
    if (group === undefined) return;
    this.#groups ??= [];
    this.#groups[row] = group;
  }

  shift(): Post | undefined {
    return this.isEmpty ? undefined : this.#post(this.#first++);
  }

  #post(row: number): Post {
    const at = row * ROW_DOUBLES;
    const state = this.#words[row * ROW_WORDS + STATE_AT] ?? 0;
    return {
      envelope: undefined,
      seq: this.#doubles[at] ?? 0,
      flags: (state >> FLAGS_SHIFT) & FLAGS_MASK,
      packetId: state & PACKET_ID_MASK,
      bytes: this.#words[row * ROW_WORDS + BYTES_AT] ?? 0,
      subscriptionIds: this.#subscriptionIds?.[row],
      group: this.#groups?.[row],
      atMs: this.#doubles[at + 1] ?? 0,
      expiresMs: this.#doubles[at + 2] ?? 0,
      wasSent: (state & WAS_SENT) !== 0,
      isReleased: (state & IS_RELEASED) !== 0,
    };
  }
}
