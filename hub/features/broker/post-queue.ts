/** Posts in line for one session, counted in messages and bytes. */
import type { Crowd } from './crowd.ts';
import type { Post } from './mailbox.ts';
import { isOwed } from './parcel.ts';

/** Posts that have left before the array is cut. */
const COMPACT_AT = 512;

export class PostQueue {
  readonly #crowd: Crowd;
  #posts: Post[] = [];
  #first = 0;
  #bytes = 0;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  get length(): number {
    return this.#posts.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Post | undefined {
    return this.#posts[this.#first];
  }

  *[Symbol.iterator](): IterableIterator<Post> {
    for (let at = this.#first; at < this.#posts.length; at++) {
      const post = this.#posts[at];
      if (post !== undefined) yield post;
    }
  }

  push(post: Post): void {
    this.#posts.push(post);
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
    this.#replace([...posts, ...this]);
    for (const { bytes } of posts) this.#count(1, bytes);
  }

  remove(post: Post): void {
    const at = this.#posts.indexOf(post, this.#first);
    if (at === -1) return;
    this.#posts.splice(at, 1);
    this.#count(-1, -post.bytes);
  }

  /** Takes out the oldest that the client cannot have; undefined: there is none. */
  dropOldest(): Post | undefined {
    for (let at = this.#first; at < this.#posts.length; at++) {
      const post = this.#posts[at];
      if (post === undefined || post.wasSent) continue;
      this.#count(-1, -post.bytes);
      if (at === this.#first) this.#first++;
      else this.#posts.splice(at, 1);
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

  /** Lets go of bodies that are in the store as well. */
  unload(): void {
    for (const post of this) if (post.seq > 0) post.envelope = undefined;
  }

  /** QoS 0 does not wait for a client that has gone. */
  dropUnkept(): void {
    const posts = [...this].filter((post) => post.flags > 1 && isOwed(post));
    this.clear();
    for (const post of posts) this.push(post);
  }

  clear(): void {
    this.#count(-this.length, -this.#bytes);
    this.#replace([]);
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
