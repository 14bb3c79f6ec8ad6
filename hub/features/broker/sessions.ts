/**
 * All clients. A client id is one client of its owner: the newest connection has it, and the one before it is cleared
 * away before the new one begins. The same client id of another owner is another client, and neither notices the other.
 */
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import { identityOf } from './identity.ts';
import type { Session } from './session.ts';

export class Sessions {
  /** Also those that are still being built up or taken down. By client id: whoever has one of that name, oldest first. */
  readonly #byClientId = new Map<string, readonly Session[]>();
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

  /** The newest client of this id, whoever it belongs to. */
  get(clientId: string): Session | undefined {
    return this.#named(clientId).findLast(isHere);
  }

  byKey(key: string): Session | undefined {
    return this.#byKey.get(key);
  }

  /** The client of this key, if it has its CONNACK and is not on its way out. */
  present(key: string): Session | undefined {
    const session = this.#byKey.get(key);
    return session !== undefined && isHere(session) ? session : undefined;
  }

  byFront(front: object): Session | undefined {
    return this.#byFront.get(front);
  }

  /** Everybody who has a CONNACK. */
  *ready(): IterableIterator<Session> {
    for (const session of this.#byFront.values()) if (isHere(session)) yield session;
  }

  /** Also those that are being built up or taken down. */
  all(): Session[] {
    return [...this.#byFront.values()];
  }

  /** Whether a client of this id may come in: credentials beat none. Between owners there is nothing to beat. */
  mayClaim({ principal, clientId }: Session): boolean {
    if (!isStranger(principal)) return true;
    return this.#named(clientId).every((other) => other.departure !== undefined || isStranger(other.principal));
  }

  /**
   * Takes the client id. Those of the same owner and strangers that had it are told to go and waited for: what they
   * leave behind is the newcomer's. Answers whether the newcomer is still wanted after that.
   */
  claim(session: Session): boolean | Promise<boolean> {
    const { clientId, principal } = session;
    const mine = identityOf(principal);
    const previous = this.#named(clientId).filter(
      (other) => isStranger(other.principal) || identityOf(other.principal) === mine,
    );
    this.#byClientId.set(clientId, [...this.#named(clientId), session]);
    this.#byFront.set(session.front, session);
    return previous.length === 0 ? this.#seat(session) : this.#takeOver(previous, session);
  }

  async #takeOver(previous: readonly Session[], session: Session): Promise<boolean> {
    for (const other of previous) other.end('taken-over');
    const ended = Promise.all(previous.map((other) => other.ended));
    await within(ended, { ms: this.#takeoverTimeoutMs, clock: this.#clock });
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
    const others = this.#named(session.clientId).filter((other) => other !== session);
    if (others.length === 0) this.#byClientId.delete(session.clientId);
    else this.#byClientId.set(session.clientId, others);
    if (this.#byKey.get(session.key) === session) this.#byKey.delete(session.key);
    if (session.isReady) this.#ready--;
    session.markEnded();
    return true;
  }

  #named(clientId: string): readonly Session[] {
    return this.#byClientId.get(clientId) ?? NOBODY;
  }
}

const NOBODY: readonly Session[] = [];

/** It has its CONNACK and is not on its way out. */
const isHere = ({ isReady, departure }: Session): boolean => isReady && departure === undefined;

/** Without credentials: nobody can tell whether the next one of that name is the same. */
const isStranger = ({ kind }: Principal): boolean => kind === 'waiting' || kind === 'open';
