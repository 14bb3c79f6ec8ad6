/**
 * The broker's rows in the store: kept sessions with their subscriptions and handshakes, retained messages, and what is
 * owed to kept sessions: the body of a message once, and one reference to it for each session that must get it.
 */
import type { Write } from '../../store/store.ts';
import type { Envelope } from './envelope.ts';
import type { HandshakeRow } from './handshakes.ts';
import type { Mailbox } from './mailbox.ts';
import type { Parcel } from './parcel.ts';
import { POST_BYTES, type Post } from './post.ts';
import {
  bodyKey,
  handshakeKey,
  numberAtEnd,
  type PostRow,
  RANGES,
  readParcel,
  readPost,
  refKey,
  retainedKey,
  sessionKeyOf,
  sessionRangesUnder,
  sessionRowKey,
  subscriptionKey,
  writeParcel,
  writePost,
} from './shelf-rows.ts';
import type { Subscription } from './subscription.ts';

/** The part of the store's database for MQTT that is used here. Writes are performed in the order of the calls. */
export interface ShelfDb {
  get(key: string): Promise<Buffer | undefined>;
  entries(range: { gte: string; lt: string }): AsyncIterable<[key: string, value: Buffer]>;
  /** As a value, to be committed with others. */
  write(operations: readonly ShelfOperation[]): Write;
  batch(operations: readonly ShelfOperation[]): Promise<void>;
  clear(range: { gte: string; lt: string }): Promise<void>;
}
export type ShelfOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string };

/** A session as it is stored. */
export interface SessionRow {
  /** 0: it was connected when this was written. */
  readonly leftMs: number;
  readonly keptMs: number;
  /** Its client left with DISCONNECT; undefined: nobody noted. */
  readonly saidGoodbye?: boolean;
}

export interface Loaded {
  readonly sessions: Map<string, LoadedSession>;
  readonly retained: Parcel[];
}
export interface LoadedSession extends SessionRow {
  readonly subscriptions: Subscription[];
  readonly handshakes: HandshakeRow[];
  /** In the order they were accepted. */
  readonly posts: PostRow[];
}

/** What is stored of a session beside its own row. */
export interface Belongings {
  readonly filters: readonly string[];
  readonly handshakes: readonly number[];
  readonly posts: readonly Post[];
}

export class Shelf {
  readonly #db: ShelfDb;
  readonly #failed: (error: unknown) => void;
  /** How many sessions are still owed a body, by its number: only where it is more than one. */
  #needs = new Map<number, number>();
  #bodies = 0;
  #bodyBytes = 0;
  #lastSeq = 0;
  /** Deletions of this turn of the event loop. */
  #dropped: ShelfOperation[] = [];
  readonly #drops = new Set<Promise<void>>();

  constructor(db: ShelfDb, failed: (error: unknown) => void) {
    this.#db = db;
    this.#failed = failed;
  }

  /** What is kept for later, each message once, however many sessions it is for. */
  get bodies(): { readonly count: number; readonly bytes: number } {
    return { count: this.#bodies, bytes: this.#bodyBytes };
  }

  nextSeq(): number {
    return ++this.#lastSeq;
  }

  /** Body and references, for the commit of the message itself. */
  postWrite(envelope: Envelope, posts: readonly (readonly [Mailbox, Post])[]): Write {
    return this.#db.write(this.#operationsFor(envelope, posts));
  }

  /** Messages that are all for one. */
  postsWrite(to: Mailbox, all: readonly (readonly [Envelope, Post])[]): Write {
    return this.#db.write(all.flatMap(([envelope, post]) => this.#operationsFor(envelope, [[to, post]])));
  }

  #operationsFor(envelope: Envelope, posts: readonly (readonly [Mailbox, Post])[]): ShelfOperation[] {
    const { seq } = envelope;
    if (posts.length > 1) this.#needs.set(seq, posts.length);
    this.#countBody(1, envelope.bytes);
    const operations: ShelfOperation[] = [{ type: 'put', key: bodyKey(seq), value: writeParcel(envelope.parcel) }];
    for (const [{ key }, post] of posts)
      operations.push({ type: 'put', key: refKey(key, seq), value: writePost(post) });
    return operations;
  }

  /** The commit of `postWrite` or `postsWrite` failed. */
  withdraw({ seq, bytes }: Envelope): void {
    this.#needs.delete(seq);
    this.#countBody(-1, -bytes);
  }

  retainedWrite(parcel: Parcel): Write {
    const key = retainedKey(parcel.topic);
    if (parcel.payload.length === 0) return this.#db.write([{ type: 'del', key }]);
    return this.#db.write([{ type: 'put', key, value: writeParcel(parcel) }]);
  }

  handshakeWrite(sessionKey: string, { packetId, digest }: HandshakeRow): Write {
    return this.#db.write([{ type: 'put', key: handshakeKey(sessionKey, packetId), value: Buffer.from(digest) }]);
  }

  async endHandshake(sessionKey: string, packetId: number): Promise<void> {
    await this.#db.batch([{ type: 'del', key: handshakeKey(sessionKey, packetId) }]);
  }

  /** Nobody waits for this one to end. */
  forgetHandshake(sessionKey: string, packetId: number): void {
    this.endHandshake(sessionKey, packetId).catch(this.#failed);
  }

  /** What waited for one waits for another now. */
  async move(fromKey: string, toKey: string, posts: readonly Post[]): Promise<void> {
    await this.#db.batch(
      posts.flatMap((post) => [
        { type: 'del', key: refKey(fromKey, post.seq) } as const,
        { type: 'put', key: refKey(toKey, post.seq), value: writePost(post) } as const,
      ]),
    );
  }

  /** The post is done with; its rows go together with those of others, and nobody waits for it. */
  drop(sessionKey: string, post: Post): void {
    this.#drop(refKey(sessionKey, post.seq));
    this.#unneed(post);
  }

  /** Resolves when it is stored that the client has the message. */
  async release(sessionKey: string, post: Post): Promise<void> {
    const value = writePost({ ...post, isReleased: true });
    await this.#db.batch([{ type: 'put', key: refKey(sessionKey, post.seq), value }]);
  }

  async body(seq: number): Promise<Parcel | undefined> {
    const value = await this.#db.get(bodyKey(seq));
    return value === undefined ? undefined : readParcel(value);
  }

  async putSession(sessionKey: string, row: SessionRow): Promise<void> {
    const value = Buffer.from(JSON.stringify(row));
    await this.#db.batch([{ type: 'put', key: sessionRowKey(sessionKey), value }]);
  }

  /**
   * Everything the session has. Row by row: a range would have to be read first, and everybody's messages would wait
   * for that.
   */
  async removeSession(sessionKey: string, { filters, handshakes, posts }: Belongings): Promise<void> {
    const keys = [
      sessionRowKey(sessionKey),
      ...filters.map((filter) => subscriptionKey(sessionKey, filter)),
      ...handshakes.map((packetId) => handshakeKey(sessionKey, packetId)),
      ...posts.map(({ seq }) => refKey(sessionKey, seq)),
    ];
    for (const post of posts) this.#unneed(post);
    this.#dropNow();
    await this.#db.batch(keys.map((key) => ({ type: 'del', key })));
  }

  /** The same for all sessions whose keys begin so. */
  async removeSessionsUnder(prefix: string, posts: Iterable<Post>): Promise<void> {
    for (const post of posts) this.#unneed(post);
    this.#dropNow();
    await Promise.all(sessionRangesUnder(prefix).map((range) => this.#db.clear(range)));
  }

  async putSubscriptions(sessionKey: string, subscriptions: readonly Subscription[]): Promise<void> {
    await this.#db.batch(
      subscriptions.map((subscription) => ({
        type: 'put',
        key: subscriptionKey(sessionKey, subscription.filter),
        value: Buffer.from(JSON.stringify(subscription)),
      })),
    );
  }

  async removeSubscriptions(sessionKey: string, filters: readonly string[]): Promise<void> {
    await this.#db.batch(filters.map((filter) => ({ type: 'del', key: subscriptionKey(sessionKey, filter) })));
  }

  /** Once, at start. Bodies that nobody needs are removed. */
  async load(): Promise<Loaded> {
    const sessions = new Map<string, LoadedSession>();
    for await (const [key, value] of this.#db.entries(RANGES.sessions)) {
      const row: SessionRow = JSON.parse(value.toString());
      sessions.set(sessionKeyOf(key), { ...row, subscriptions: [], handshakes: [], posts: [] });
    }
    for await (const [key, value] of this.#db.entries(RANGES.subscriptions)) {
      const subscription: Subscription = JSON.parse(value.toString());
      sessions.get(sessionKeyOf(key))?.subscriptions.push(subscription);
    }
    for await (const [key, value] of this.#db.entries(RANGES.handshakes)) {
      sessions.get(sessionKeyOf(key))?.handshakes.push({ packetId: numberAtEnd(key), digest: value.toString() });
    }
    await this.#loadPosts(sessions);
    const retained: Parcel[] = [];
    for await (const [, value] of this.#db.entries(RANGES.retained)) retained.push(readParcel(value));
    return { sessions, retained };
  }

  /** Resolves when every deletion is stored. */
  async idle(): Promise<void> {
    this.#dropNow();
    await Promise.allSettled(this.#drops);
  }

  async #loadPosts(sessions: ReadonlyMap<string, LoadedSession>): Promise<void> {
    const needs = new Map<number, number>();
    for await (const [key, value] of this.#db.entries(RANGES.refs)) {
      const post = readPost(value, numberAtEnd(key));
      const session = sessions.get(sessionKeyOf(key));
      if (session === undefined) {
        this.#drop(key); // its session ended while it was on its way
        continue;
      }
      session.posts.push(post);
      const others = needs.get(post.seq) ?? 0;
      needs.set(post.seq, others + 1);
      if (others === 0) this.#countBody(1, bodyBytesOf(post));
    }
    for await (const [key] of this.#db.entries(RANGES.bodies)) {
      const seq = numberAtEnd(key);
      this.#lastSeq = Math.max(this.#lastSeq, seq);
      if (!needs.has(seq)) this.#drop(key);
    }
    this.#needs = new Map([...needs].filter(([, count]) => count > 1));
  }

  #unneed(post: Post): void {
    const sessions = this.#needs.get(post.seq) ?? 1;
    if (sessions > 2) {
      this.#needs.set(post.seq, sessions - 1);
      return;
    }
    if (this.#needs.delete(post.seq)) return; // there were two
    this.#countBody(-1, -bodyBytesOf(post));
    this.#drop(bodyKey(post.seq));
  }

  #countBody(bodies: 1 | -1, bytes: number): void {
    this.#bodies += bodies;
    this.#bodyBytes += bytes;
  }

  #drop(key: string): void {
    if (this.#dropped.length === 0) setImmediate(() => this.#dropNow());
    this.#dropped.push({ type: 'del', key });
  }

  #dropNow(): void {
    if (this.#dropped.length === 0) return;
    const operations = this.#dropped;
    this.#dropped = [];
    // What is not deleted now is sent once more after a restart, and that is allowed.
    const drop = this.#db.batch(operations).catch(this.#failed);
    this.#drops.add(drop);
    drop.finally(() => this.#drops.delete(drop)).catch(this.#failed);
  }
}

/** Of topic, payload and properties: the same in every post of one message. */
const bodyBytesOf = ({ bytes }: Post): number => bytes - POST_BYTES;
