/**
 * The door: from a new connection to a session that Aedes may have. It waits for CONNECT, asks who it is, looks at the
 * will and at how many are inside, and says no with a return code and a refusal event.
 *
 * Three rooms are counted apart, so that strangers never lock out clients with credentials: connections that have not
 * said who they are (when that room is full the silent ones leave: a real client needs it for a moment only), waiting
 * clients, and clients that are known.
 */
import type { Duplex } from 'node:stream';
import { type ErrorCode, RucheError } from '../../../contract/errors.ts';
import { mayPublish } from '../../../domain/acl.ts';
import type { Principal } from '../../../domain/principal.ts';
import type { RefusalFacts } from '../../../domain/refusal-facts.ts';
import type { Clock } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import { within } from '../../../lib/within.ts';
import type { Log } from '../decision.ts';
import type { BrokerLimits } from '../limits.ts';
import { reasonFor } from '../reasons.ts';
import { Session, type Transport, whoIs } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import type { Reason, Violation } from './codec.ts';
import {
  type ConnectRefusal,
  connackFor,
  type Greeting,
  isRefusal,
  RETURN_CODE,
  type ReturnCode,
  readConnect,
  speaksV5,
} from './connect.ts';
import type { FrameProblem } from './frames.ts';
import { Front, type FrontOptions } from './front.ts';
import { Headcount } from './headcount.ts';
import { Turn } from './outbox.ts';
import { REASON } from './reason-codes.ts';
import { Rota } from './rota.ts';
import { refusalV5 } from './v5/requests.ts';

export interface From {
  readonly address: string;
  readonly transport: Transport;
  /** Called when CONNACK was sent. */
  readonly onOpened?: () => void;
}

export interface ConnectAttempt {
  readonly address: string;
  readonly transport: Transport;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export type Admission =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly detail?: string;
      readonly deviceId?: string;
      readonly account?: string;
    };

export interface DoorDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly log: Log;
  readonly sessions: Sessions;
  admit(attempt: ConnectAttempt): Promise<Admission>;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
  /** Packets of an open connection. */
  heard(session: Session, count: number): void;
  /** The client id is this session's: load what it needs and give it to Aedes. */
  enter(session: Session): Promise<void>;
  /** What a client is told when Aedes ends its connection with this error. */
  reasonOf(error: Error): Reason;
  /** The session never got as far as Aedes: forget it. */
  clear(session: Session): void;
  /** A connection closed; its session, if it has one, may still be on its way out. */
  closed(front: Front): void;
}

/** A refusal of a client that was admitted, with what decided. */
type Objection = Omit<ConnectRefusal, 'clientId'> & Omit<RefusalFacts, 'action' | 'atMs' | 'address' | 'clientId'>;

/** One connection on its way in. */
interface Visitor {
  readonly front: Front;
  readonly from: From;
  readonly sinceMs: number;
  /** It understands a CONNACK of MQTT 5 up to this size; undefined: it speaks 3.1.1, or nothing yet. */
  v5BytesMax: number | undefined;
  stopWaiting: () => void;
}

/** What other protocols begin with, for people who mixed up the ports. */
const TLS_HANDSHAKE = 0x16;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

export class Door {
  readonly #deps: DoorDeps;
  readonly #frontOptions: FrontOptions;
  readonly #rota: Rota;
  readonly #greetings: Headcount;
  readonly #waiting: Headcount;
  readonly #known: Headcount;
  /** Those without CONNACK, oldest first. */
  readonly #visitors = new Map<Front, Visitor>();
  #isClosed = false;

  constructor(deps: DoorDeps) {
    this.#deps = deps;
    const { limits, clock } = deps;
    const { greetingBytesMax, drainTimeoutMs, unsentBytesBusy, lingerMs } = limits;
    const reasonOf = (error: Error): Reason => deps.reasonOf(error);
    const turn = new Turn();
    this.#rota = new Rota(limits, () => turn.flush());
    const times = { drainTimeoutMs, lingerMs, clock, turn, rota: this.#rota };
    this.#frontOptions = { greetingBytesMax, unsentBytesBusy, ...times, reasonOf };
    this.#greetings = new Headcount({ max: limits.greetingsMax, perAddressMax: limits.greetingsPerAddressMax });
    this.#waiting = new Headcount({ max: limits.waitingMax, perAddressMax: limits.waitingPerAddressMax });
    this.#known = new Headcount({ max: limits.clientsMax, perAddressMax: limits.clientsPerAddressMax });
  }

  handle(stream: Duplex, from: From): void {
    if (this.#isClosed) {
      stream.destroy();
      return;
    }
    this.#makeRoomFor(from.address);
    const { clock, limits } = this.#deps;
    const visitor: Visitor = {
      from,
      v5BytesMax: undefined,
      sinceMs: clock.nowMs(),
      front: new Front(stream, this.#frontOptions, {
        onGreeting: (packet) => this.#onGreeting(visitor, packet),
        onHeard: (count) => {
          const session = this.#deps.sessions.byFront(visitor.front);
          if (session !== undefined) this.#deps.heard(session, count);
        },
        onProblem: (problem, firstByte) => this.#onProblem(visitor, problem, firstByte),
        onViolation: (violation) => this.#onViolation(visitor, violation),
        onClosed: () => this.#onClosed(visitor),
      }),
      stopWaiting: clock.after(limits.connectTimeoutMs, () => {
        this.#refuse(visitor, {
          code: 'CONNECT_TIMEOUT',
          detail: 'CONNECT did not come in time.',
          returnCode: undefined,
        });
      }),
    };
    this.#visitors.set(visitor.front, visitor);
    this.#greetings.enter(from.address);
  }

  /** CONNACK was sent. */
  arrived(session: Session): void {
    const visitor = this.#visitors.get(session.front);
    if (visitor === undefined) return;
    visitor.from.onOpened?.();
    this.#endGreeting(visitor);
  }

  /** The session has been cleared away: its place is free. */
  left(session: Session): void {
    this.#roomOf(session.room).leave(session.address);
  }

  /** A waiting client became a known one. */
  moveToKnown(session: Session): void {
    if (session.room === 'known') return;
    this.left(session);
    session.room = 'known';
    this.#known.enter(session.address);
  }

  /** Nobody comes in anymore, and who is at the door goes. */
  close(): void {
    this.#isClosed = true;
    for (const front of [...this.#visitors.keys()]) front.shut();
  }

  #onGreeting(visitor: Visitor, packet: Buffer): void {
    visitor.stopWaiting();
    // Those who are inside have been read before more come in: a crowd at the door must not keep them waiting.
    this.#rota.greet(visitor.from.address, () => {
      if (visitor.front.phase !== 'held') return;
      this.#greet(visitor, packet).catch((error: unknown) => {
        this.#deps.log.error({ err: error, address: visitor.from.address }, 'a connection could not be let in');
        visitor.front.destroy();
      });
    });
  }

  async #greet(visitor: Visitor, packet: Buffer): Promise<void> {
    if (speaksV5(packet)) visitor.v5BytesMax = Number.POSITIVE_INFINITY;
    const greeting = readConnect(packet, this.#deps.limits);
    if (!isRefusal(greeting)) visitor.v5BytesMax = greeting.v5?.packetBytesMax;
    if (isRefusal(greeting)) {
      this.#refuse(visitor, greeting);
      return;
    }
    const { front } = visitor;
    const { address, transport } = visitor.from;
    const clientId = greeting.clientId === '' ? `auto-${newId()}` : greeting.clientId;
    const { username, password } = greeting;
    const admission = await this.#ask({ address, transport, clientId, username, password });
    if (front.phase !== 'held') return;
    if (!admission.ok) {
      const { code, detail = '', deviceId, account } = admission;
      this.#refuse(visitor, { code, detail, returnCode: returnCodeOf(code), clientId, username, deviceId, account });
      return;
    }
    const { principal } = admission;
    const { clock, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const session = new Session({ front, greeting, clientId, principal, address, transport, nowMs, limits });
    const refusal = this.#objection(session, greeting);
    if (refusal === undefined) await this.#letIn(session);
    else this.#refuse(visitor, { ...refusal, clientId, username });
  }

  async #ask(attempt: ConnectAttempt): Promise<Admission> {
    const { clock, limits, log } = this.#deps;
    try {
      const answer = await within(this.#deps.admit(attempt), { ms: limits.authenticationTimeoutMs, clock });
      return answer ?? { ok: false, code: 'INTERNAL', detail: 'The hub took too long to check who this is.' };
    } catch (error) {
      if (error instanceof RucheError) return { ok: false, code: error.code, detail: error.message };
      log.error({ err: error, clientId: attempt.clientId }, 'a connection could not be admitted');
      return { ok: false, code: 'INTERNAL', detail: 'The hub failed to check who this is.' };
    }
  }

  /** What stands against a client that was admitted. */
  #objection(session: Session, { will }: Greeting): Objection | undefined {
    const { principal, address } = session;
    const verdict = will === undefined ? undefined : mayPublish(principal, will.topic);
    // The will of a waiting client is dropped like anything else it says; refusing it would lock its firmware out.
    if (verdict?.allowed === false && verdict.code !== 'PUBLISH_WAITING') {
      const { allowed: _, detail, ...why } = verdict;
      const account = principal.kind === 'account' ? principal.name : undefined;
      const topic = will?.topic;
      return { ...why, account, topic, detail: `Its will: ${detail}`, returnCode: RETURN_CODE.notAuthorized };
    }
    if (!this.#deps.sessions.mayClaim(session)) {
      const detail = 'Somebody else is connected under this client id.';
      const code = principal.kind === 'waiting' ? 'CREDENTIALS_REQUIRED' : 'DEVICE_EXISTS';
      return { code, detail, returnCode: RETURN_CODE.identifier, v5Reason: REASON.clientIdInvalid };
    }
    if (this.#roomOf(session.room).isFullFor(address)) {
      const code = session.room === 'waiting' ? 'WAITING_ROOM_FULL' : 'CONNECTIONS_FULL';
      return { code, detail: 'There is no place for one more.', returnCode: RETURN_CODE.unavailable };
    }
    return undefined;
  }

  async #letIn(session: Session): Promise<void> {
    const { sessions, log } = this.#deps;
    this.#roomOf(session.room).enter(session.address);
    try {
      if (await sessions.claim(session)) {
        await this.#deps.enter(session);
        return;
      }
    } catch (error) {
      log.error({ err: error, clientId: session.clientId }, 'a session could not be loaded');
      const { v5 } = session;
      const reason = reasonFor('STORE_UNAVAILABLE');
      const isV5 = v5 !== undefined;
      session.front.sayLast(isV5 ? refusalV5(reason, v5.packetBytesMax) : connackFor(RETURN_CODE.unavailable));
    }
    session.front.shut();
    this.#deps.clear(session);
  }

  #onProblem(visitor: Visitor, problem: FrameProblem | 'not-connect', firstByte: number): void {
    const { front } = visitor;
    const session = this.#deps.sessions.byFront(front);
    const code = problem === 'too-large' ? 'FRAME_TOO_LARGE' : 'PROTOCOL_ERROR';
    const detail = detailOf(problem, firstByte);
    const who = session === undefined ? { address: visitor.from.address } : whoIs(session);
    this.#deps.refused({ ...who, action: front.phase === 'open' ? 'publish' : 'connect', code, detail });
    front.shut(reasonFor(code, detail, problem === 'malformed' ? REASON.malformed : undefined));
  }

  #onViolation({ front, from }: Visitor, { detail, reason }: Violation): void {
    const session = this.#deps.sessions.byFront(front);
    const who = session === undefined ? { address: from.address } : whoIs(session);
    const sentence = `The client was disconnected: ${detail}.`;
    this.#deps.refused({ ...who, action: 'publish', code: 'PROTOCOL_ERROR', detail: sentence });
    front.shut(reasonFor('PROTOCOL_ERROR', `${detail}.`, reason));
  }

  #refuse(visitor: Visitor, refusal: ConnectRefusal & Omit<RefusalFacts, 'action' | 'atMs' | 'address'>): void {
    const { returnCode, v5Reason, ...facts } = refusal;
    const { front, from, v5BytesMax } = visitor;
    this.#deps.refused({ action: 'connect', ...facts, address: from.address });
    if (v5BytesMax !== undefined) {
      front.sayLast(refusalV5(reasonFor(facts.code, facts.detail, v5Reason), v5BytesMax));
    } else if (returnCode === undefined) front.shut();
    else front.sayLast(connackFor(returnCode));
  }

  #onClosed(visitor: Visitor): void {
    visitor.stopWaiting();
    this.#endGreeting(visitor);
    this.#deps.closed(visitor.front);
  }

  #endGreeting(visitor: Visitor): void {
    if (this.#visitors.delete(visitor.front)) this.#greetings.leave(visitor.from.address);
  }

  /**
   * A hundred devices that come back at once are accepted before any of them is read: who came a moment ago is spared,
   * and who has said CONNECT as well, as far as the room for bursts allows.
   */
  #makeRoomFor(address: string): void {
    const { clock, limits } = this.#deps;
    const silentSinceMs = clock.nowMs() - limits.greetingGraceMs;
    for (const visitor of this.#visitors.values()) {
      if (!this.#greetings.isFullFor(address)) return;
      const isBurst = this.#greetings.total >= limits.greetingsBurstMax;
      if (!isBurst && visitor.sinceMs > silentSinceMs) return;
      const isFullHere = this.#greetings.countOf(address) >= limits.greetingsPerAddressMax;
      if (isFullHere && visitor.from.address !== address) continue;
      const { phase } = visitor.front;
      if (phase !== 'greeting' && !(isBurst && phase === 'held')) continue;
      const detail = 'Too many connections that do not say who they are.';
      this.#refuse(visitor, { code: 'CONNECTIONS_FULL', detail, returnCode: undefined });
    }
  }

  #roomOf(room: Session['room']): Headcount {
    return room === 'waiting' ? this.#waiting : this.#known;
  }
}

/** What 3.1.1 can say of a refusal: wrong credentials, not now, or no. */
function returnCodeOf(code: ErrorCode): ReturnCode {
  switch (code) {
    case 'AUTH_BAD_CREDENTIALS':
    case 'TOKEN_WRONG':
      return RETURN_CODE.credentials;
    case 'WAITING_ROOM_FULL':
    case 'CONNECTIONS_FULL':
    case 'AUTH_THROTTLED':
    case 'RATE_LIMITED':
    case 'STORE_UNAVAILABLE':
    case 'STORE_BUSY':
    case 'INTERNAL':
      return RETURN_CODE.unavailable;
    default:
      return RETURN_CODE.notAuthorized;
  }
}

function detailOf(problem: FrameProblem | 'not-connect', firstByte: number): string {
  if (problem === 'too-large') return 'It was refused by its announced size, unread.';
  if (problem === 'malformed') return 'The length of a packet has more than four bytes.';
  if (firstByte === TLS_HANDSHAKE) return 'The client began with TLS on a port without TLS.';
  const isLetter = firstByte >= UPPER_A && firstByte <= UPPER_Z;
  return isLetter ? 'The client began with text, as HTTP does.' : 'The first packet was not CONNECT.';
}
