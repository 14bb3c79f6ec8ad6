/** All clients by client id: one each, the newest; the one before it is cleared away before the new one begins. */
import { canonicalId } from '../../domain/device-id.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import { identityOf } from './identity.ts';
import type { Session } from './session.ts';

export class Sessions {
  /** Also those that are still being built up or taken down. */
  readonly #byClientId = new Map<string, Session>();
  readonly #byKey = new Map<string, Session>();
  readonly #byFront = new Map<object, Session>();
  #ready = 0;
  readonly #clock: Clock;
  readonly #takeoverTimeoutMs: number;

  constructor(clock: Clock, takeoverTimeoutMs: number) {
    this.#clock = clock;
    this.#takeoverTimeoutMs = takeoverTimeoutMs;
  }

  /** Clients that have their CONNACK. */
  get size(): number {
    return this.#ready;
  }

  get(clientId: string): Session | undefined {
    const session = this.#byClientId.get(clientId);
    return session?.isReady === true && session.departure === undefined ? session : undefined;
  }

  byKey(key: string): Session | undefined {
    return this.#byKey.get(key);
  }

  byFront(front: object): Session | undefined {
    return this.#byFront.get(front);
  }

  /** Everybody who has a CONNACK. */
  *ready(): IterableIterator<Session> {
    for (const session of this.#byClientId.values()) {
      if (session.isReady && session.departure === undefined) yield session;
    }
  }

  /** Also those that are being built up or taken down. */
  all(): Session[] {
    return [...this.#byFront.values()];
  }

  /**
   * Whether a client of this id may come in: nobody takes the place of somebody else, but credentials beat none, and a
   * device that is called so beats whoever sits in its place.
   */
  mayClaim(session: Session): boolean {
    const previous = this.#byClientId.get(session.clientId);
    if (previous === undefined || previous.departure !== undefined) return true;
    const isStranger = previous.principal.kind === 'waiting' || previous.principal.kind === 'open';
    const { principal, clientId } = session;
    const isItsName = principal.kind === 'device' && principal.names.has(canonicalId(clientId));
    return isStranger || isItsName || identityOf(previous.principal) === identityOf(principal);
  }

  /**
   * Takes the client id. The client that had it is told to go and waited for: what it leaves behind is the newcomer's.
   * Answers whether the newcomer is still wanted after that.
   */
  claim(session: Session): boolean | Promise<boolean> {
    const previous = this.#byClientId.get(session.clientId);
    this.#byClientId.set(session.clientId, session);
    this.#byFront.set(session.front, session);
    return previous === undefined ? this.#seat(session) : this.#takeOver(previous, session);
  }

  async #takeOver(previous: Session, session: Session): Promise<boolean> {
    previous.end('taken-over');
    await within(previous.ended, { ms: this.#takeoverTimeoutMs, clock: this.#clock });
    return this.#seat(session);
  }

  #seat(session: Session): boolean {
    if (session.front.phase !== 'held') return false;
    this.#byKey.set(session.key, session);
    return true;
  }

  markReady(session: Session): void {
    session.isReady = true;
    this.#ready++;
  }

  /** The session has been cleared away; false: it was before. */
  remove(session: Session): boolean {
    if (!this.#byFront.delete(session.front)) return false;
    if (this.#byClientId.get(session.clientId) === session) this.#byClientId.delete(session.clientId);
    if (this.#byKey.get(session.key) === session) this.#byKey.delete(session.key);
    if (session.isReady) this.#ready--;
    session.markEnded();
    return true;
  }
}
