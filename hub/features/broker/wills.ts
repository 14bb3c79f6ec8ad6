/**
 * Last wills: kept in the store from CONNECT on, published when the connection ends without DISCONNECT, or so long
 * after it as the client asked for, and forgotten in the commit that publishes them; one that the store does not take
 * is tried again. Those of clients that were connected when the hub ended are published when the client has not come back
 * a while after the next start, or so long after it as it asked for.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import type { Will } from './front/connect.ts';
import type { LastWords } from './last-words.ts';
import type { Session } from './session.ts';
import type { ShelfDb } from './shelf.ts';
import { keyOfWill, readWill, sessionOfWill, WILLS, type WillRow, writeWill } from './will-rows.ts';

export interface WillsDeps {
  readonly clock: Clock;
  readonly db: Pick<ShelfDb, 'entries' | 'write'>;
  /** In turn with those that publish: of two wills of one client, the row of the second one stays. */
  commit(writes: readonly Write[]): Promise<void>;
  /** How long a session is kept without its client; 0: not at all, or it is over. */
  keptMs(sessionKey: string): number;
  /** What its client may do is asked again; `also` is committed with it. */
  publish(words: LastWords): void;
  failed(error: unknown): void;
}

/** What a client whose hub restarted may take to come back. */
const ORPHAN_GRACE_MS = 240_000;
/** What the store did not take is tried again so much later. */
const RETRY_MS = 30_000;
/** A timer does not wait longer than this; what is due later is looked at again. */
const TIMER_MS_MAX = 3_600_000;
const SECOND_MS = 1000;

interface Waiting {
  readonly will: Will;
  readonly dueMs: number;
  /** Undefined: of an earlier run. */
  readonly session: Session | undefined;
}

export class Wills {
  readonly #deps: WillsDeps;
  /** By session; their clients are away. Each has a row. */
  readonly #waiting = new Map<string, Waiting>();
  /** The store is about to take them. */
  readonly #underWay = new Map<string, Waiting>();
  /** Sessions whose rows must go, or the next run would publish them. */
  readonly #stale = new Set<string>();
  #stopTimer = (): void => {};
  #isStopped = false;

  constructor(deps: WillsDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const { clock, db, keptMs } = this.#deps;
    const nowMs = clock.nowMs();
    for await (const [key, value] of db.entries(WILLS)) {
      const { will, dueMs } = readWill(value);
      const session = sessionOfWill(key);
      const lostMs = nowMs + Math.max(ORPHAN_GRACE_MS, delayOf(will, keptMs(session)));
      this.#waiting.set(session, { will, dueMs: dueMs === 0 ? lostMs : dueMs, session: undefined });
    }
    this.#schedule();
  }

  /** The client is about to have its CONNACK; `isPresent`: its session goes on. Resolves when its will is stored. */
  begin(session: Session, isPresent: boolean): Promise<void> | undefined {
    const { key, will } = session;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    // The session it belonged to has ended (3.1.2.5). Its client is here: there is no other time for it.
    if (waiting !== undefined && !isPresent) this.#tell(key, waiting, () => {});
    const isUnderWay = this.#underWay.delete(key);
    const hasRow = waiting !== undefined || isUnderWay || this.#stale.has(key);
    if (will !== undefined && mayOutliveHub(session)) return this.#put(key, { will, dueMs: 0 });
    return hasRow ? this.#drop([key]) : undefined; // [MQTT-3.1.3-9]
  }

  /** The connection ended without DISCONNECT; the session lives on for `keptMs`. Answers whether its will goes out now. */
  lost(session: Session, keptMs: number): boolean {
    const { key, will } = session;
    if (will === undefined) return false;
    const delayMs = delayOf(will, keptMs);
    const waiting = { will, dueMs: this.#deps.clock.nowMs() + delayMs, session };
    if (delayMs <= 0) {
      this.#publish(key, waiting);
      return true;
    }
    this.#waiting.set(key, waiting);
    this.#put(key, waiting).catch(this.#deps.failed);
    this.#schedule();
    return false;
  }

  /** The client said DISCONNECT: its will is void. [MQTT-3.14.4-3] */
  dismissed(session: Session): void {
    const { key, will } = session;
    if (will !== undefined && mayOutliveHub(session)) this.#drop([key]).catch(this.#deps.failed);
  }

  /** The session that was to live on has ended: its will is not delayed any longer. (3.1.2.5) */
  sessionEnded(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    this.#publish(key, waiting);
  }

  /** Nobody is left who could have meant them. */
  async forgetUnder(prefix: string): Promise<void> {
    const known = [...this.#waiting.keys(), ...this.#underWay.keys(), ...this.#stale];
    const over = known.filter((key) => key.startsWith(prefix));
    for (const key of over) {
      this.#waiting.delete(key);
      this.#underWay.delete(key);
    }
    await this.#drop(over);
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Of sessions whose wills wait. */
  keys(): IterableIterator<string> {
    return this.#waiting.keys();
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  #put(key: string, row: WillRow): Promise<void> {
    this.#stale.delete(key);
    const { commit, db } = this.#deps;
    return commit([db.write([{ type: 'put', key: keyOfWill(key), value: writeWill(row) }])]);
  }

  async #drop(keys: readonly string[]): Promise<void> {
    const { commit, db } = this.#deps;
    for (const key of keys) this.#stale.add(key);
    try {
      await commit([db.write(keys.map(dropOf))]);
      for (const key of keys) this.#stale.delete(key);
    } catch (error) {
      this.#schedule();
      throw error;
    }
  }

  #publish(key: string, waiting: Waiting): void {
    this.#underWay.set(key, waiting);
    this.#tell(key, waiting, (error) => {
      if (this.#underWay.get(key) !== waiting) return; // its client has come back
      this.#underWay.delete(key);
      if (error === undefined) return;
      this.#waiting.set(key, { ...waiting, dueMs: this.#deps.clock.nowMs() + RETRY_MS });
      this.#schedule();
    });
  }

  #tell(key: string, { will, session }: Waiting, ended: (error: unknown) => void): void {
    const { clock, db, publish } = this.#deps;
    const { topic, payload, qos, retain, properties, expiryS } = will;
    const expiresMs = expiryS === undefined ? undefined : clock.nowMs() + expiryS * SECOND_MS;
    const parcel = { topic, payload, qos, retain, properties, expiresMs };
    const hasRow = session === undefined || mayOutliveHub(session);
    publish({ key, session, will: parcel, also: hasRow ? [db.write([dropOf(key)])] : NOTHING, ended });
  }

  #schedule(): void {
    this.#stopTimer();
    if (this.#isStopped || this.#waiting.size + this.#stale.size === 0) return;
    const nowMs = this.#deps.clock.nowMs();
    let nextMs = nowMs + (this.#stale.size > 0 ? RETRY_MS : TIMER_MS_MAX);
    for (const { dueMs } of this.#waiting.values()) nextMs = Math.min(nextMs, dueMs);
    this.#stopTimer = this.#deps.clock.after(Math.max(0, nextMs - nowMs), () => this.#publishDue());
  }

  #publishDue(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (this.#stale.size > 0) this.#drop([...this.#stale]).catch(this.#deps.failed);
    for (const [key, waiting] of this.#waiting) {
      if (waiting.dueMs > nowMs) continue;
      this.#waiting.delete(key);
      this.#publish(key, waiting);
    }
    this.#schedule();
  }
}

const NOTHING: readonly never[] = [];

/**
 * The next run publishes what is kept and asks nobody, because the client is not there to be asked about. A stranger's
 * will is judged when the stranger goes, and ends with this run.
 */
const mayOutliveHub = ({ principal }: Session): boolean => principal.kind !== 'waiting';

/** Not longer than the session lives. (3.1.3.2.2) */
const delayOf = ({ delayS = 0 }: Will, keptMs: number): number => Math.min(delayS * SECOND_MS, keptMs);

const dropOf = (key: string) => ({ type: 'del', key: keyOfWill(key) }) as const;
