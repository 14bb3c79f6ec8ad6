/**
 * Posts in line for one session, counted in messages and bytes: those whose turn is near, then those that are packed until
 * it is, then what came behind these and cannot be packed.
 */
import type { Crowd } from './crowd.ts';
import { PackedPosts } from './packed-posts.ts';
import { isOwed } from './parcel.ts';
import type { Post } from './post.ts';

/** Posts that have left before the array is cut. */
const COMPACT_AT = 512;
/** Posts unpacked at a time: as many as are read from the store. */
const UNPACKED_MAX = 100;

export class PostQueue {
  readonly #crowd: Crowd;
  #posts: Post[] = [];
  #first = 0;
  readonly #packed = new PackedPosts();
  /** Empty as long as nothing is packed. */
  #behind: Post[] = [];
  #bytes = 0;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  get length(): number {
    return this.#posts.length - this.#first + this.#packed.length + this.#behind.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Post | undefined {
    if (this.#first === this.#posts.length) this.#unpack();
    return this.#posts[this.#first];
  }

  *[Symbol.iterator](): IterableIterator<Post> {
    yield* this.#near();
    yield* this.#packed;
    yield* this.#behind;
  }

  push(post: Post): void {
    this.#line(post);
    this.#count(1, post.bytes);
  }

  shift(): void {
    const post = this.#posts[this.#first];
    if (post === undefined) return;
    this.#count(-1, -post.bytes);
    this.#first++;
    if (this.#first === this.#posts.length) this.#replace([]);
    else if (this.#first > COMPACT_AT) this.#replace(this.#posts.slice(this.#first));
  }

  /** In front of everything else. */
  putBack(posts: readonly Post[]): void {
    if (posts.length === 0) return;
    this.#replace([...posts, ...this.#near()]);
    for (const { bytes } of posts) this.#count(1, bytes);
  }

  remove(post: Post): void {
    const at = this.#posts.indexOf(post, this.#first);
    if (at !== -1) this.#takeOut(at, post);
  }

  /** Takes out the oldest that the client cannot have; undefined: there is none. */
  dropOldest(): Post | undefined {
    for (let at = this.#first; at < this.#posts.length || this.#unpack(); at++) {
      const post = this.#posts[at];
      if (post === undefined || post.wasSent) continue;
      if (at === this.#first) this.shift();
      else this.#takeOut(at, post);
      return post;
    }
    return undefined;
  }

  /** The next ones whose bodies must be read. */
  unread(countMax: number): Post[] {
    const posts: Post[] = [];
    for (let at = this.#first; at < this.#posts.length && posts.length < countMax; at++) {
      const post = this.#posts[at];
      if (post !== undefined && post.envelope === undefined && !post.isReleased) posts.push(post);
    }
    return posts;
  }

  /**
   * Nobody is there: lets go of bodies that are in the store as well, and packs what was never sent. What was sent stays as
   * it is: that the client has it may be on its way to the store.
   */
  pack(): void {
    for (const post of this.#behind) unload(post);
    const near = this.#near();
    for (const post of near) unload(post);
    const from = near.findLastIndex((post) => post.seq === 0 || post.wasSent) + 1;
    this.#replace(near.slice(0, from));
    this.#packed.unshift(near.slice(from));
    const behind = this.#behind;
    this.#behind = [];
    for (const post of behind) this.#line(post);
  }

  /** QoS 0 does not wait for a client that has gone. */
  dropUnkept(): void {
    this.#replace(this.#keptOf(this.#near()));
    this.#behind = this.#keptOf(this.#behind);
  }

  clear(): void {
    this.#count(-this.length, -this.#bytes);
    this.#packed.clear();
    this.#behind = [];
    this.#replace([]);
  }

  #takeOut(at: number, { bytes }: Post): void {
    this.#posts.splice(at, 1);
    this.#count(-1, -bytes);
  }

  #near(): Post[] {
    return this.#posts.slice(this.#first);
  }

  #line(post: Post): void {
    if (post.seq > 0 && post.envelope === undefined && this.#behind.length === 0) this.#packed.push(post);
    else if (this.#packed.length === 0) this.#posts.push(post);
    else this.#behind.push(post);
  }

  #keptOf(posts: readonly Post[]): Post[] {
    return posts.filter((post) => {
      const isKept = post.flags > 1 && isOwed(post);
      if (!isKept) this.#count(-1, -post.bytes);
      return isKept;
    });
  }

  /** False: nothing is packed. */
  #unpack(): boolean {
    const posts = this.#packed.take(UNPACKED_MAX);
    for (const post of posts) this.#posts.push(post);
    if (this.#packed.length === 0) {
      for (const post of this.#behind) this.#posts.push(post);
      this.#behind = [];
    }
    return posts.length > 0;
  }

  #count(messages: number, bytes: number): void {
    this.#bytes += bytes;
    this.#crowd.count(messages, bytes);
  }

  #replace(posts: Post[]): void {
    this.#posts = posts;
    this.#first = 0;
  }
}

function unload(post: Post): void {
  if (post.seq > 0) post.envelope = undefined;
}
