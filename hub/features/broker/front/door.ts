/**
 * The door: from a new connection to a session that has its CONNACK. It waits for CONNECT, asks who it is, looks at the
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
import type { Violation } from './codec.ts';
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
import { Front, type FrontEvents, type FrontOptions } from './front.ts';
import { Headcount } from './headcount.ts';
import { Turn } from './outbox.ts';
import { REASON } from './reason-codes.ts';
import { Rota } from './rota.ts';
import { refusalV5 } from './v5/requests.ts';
import { type From, type Refusal, type Visitor, Visitors } from './visitors.ts';

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
  admit(attempt: ConnectAttempt): Admission | Promise<Admission>;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
  /** Packets of an open connection. */
  heard(session: Session, count: number): void;
  /** SUBSCRIBE or UNSUBSCRIBE. */
  asked(session: Session, packet: Buffer): void;
  /** The client id is this session's: load what it needs and say CONNACK. */
  enter(session: Session): Promise<void>;
  /** The session never got its CONNACK: forget it. */
  clear(session: Session): void;
  /** A connection closed; its session, if it has one, may still be on its way out. */
  closed(front: Front): void;
}

/** A refusal of a client that was admitted, with what decided. */
type Objection = Omit<ConnectRefusal, 'clientId'> & Omit<RefusalFacts, 'action' | 'atMs' | 'address' | 'clientId'>;

/** What other protocols begin with, for people who mixed up the ports. */
const TLS_HANDSHAKE = 0x16;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

export class Door {
  readonly #deps: DoorDeps;
  readonly #frontOptions: FrontOptions;
  readonly #rota: Rota;
  readonly #visitors: Visitors;
  readonly #waiting: Headcount;
  readonly #known: Headcount;
  #isClosed = false;

  constructor(deps: DoorDeps) {
    this.#deps = deps;
    const { limits, clock } = deps;
    const { greetingBytesMax, drainTimeoutMs, unsentBytesBusy, lingerMs } = limits;
    const turn = new Turn();
    this.#rota = new Rota(limits, () => turn.flush());
    const parts = { clock, turn, rota: this.#rota, events: this.#makeEvents() };
    this.#frontOptions = { greetingBytesMax, drainTimeoutMs, unsentBytesBusy, lingerMs, ...parts };
    this.#visitors = new Visitors({ clock, limits, refuse: (visitor, refusal) => this.#refuse(visitor, refusal) });
    this.#waiting = new Headcount({ max: limits.waitingMax, perAddressMax: limits.waitingPerAddressMax });
    this.#known = new Headcount({ max: limits.clientsMax, perAddressMax: limits.clientsPerAddressMax });
  }

  handle(stream: Duplex, from: From): void {
    if (this.#isClosed) {
      stream.destroy();
      return;
    }
    this.#visitors.makeRoomFor(from.address);
    this.#visitors.add(new Front(stream, this.#frontOptions), from);
  }

  /** CONNACK was sent. */
  arrived(session: Session): void {
    this.#visitors.remove(session.front)?.from.onOpened?.();
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
    this.#visitors.close();
  }

  #makeEvents(): FrontEvents {
    const { sessions } = this.#deps;
    return {
      onGreeting: (front, packet) => {
        const visitor = this.#visitors.get(front);
        if (visitor !== undefined) this.#onGreeting(visitor, packet);
      },
      onHeard: (front, count) => {
        const session = sessions.byFront(front);
        if (session !== undefined) this.#deps.heard(session, count);
      },
      onRequest: (front, packet) => {
        const session = sessions.byFront(front);
        if (session !== undefined) this.#deps.asked(session, packet);
      },
      onFarewell: (front) => {
        const session = sessions.byFront(front);
        if (session !== undefined) session.saidDisconnect = true;
      },
      onProblem: (front, problem, firstByte) => this.#onProblem(front, problem, firstByte),
      onViolation: (front, violation) => this.#onViolation(front, violation),
      onClosed: (front) => {
        this.#visitors.remove(front);
        this.#deps.closed(front);
      },
    };
  }

  #onGreeting(visitor: Visitor, packet: Buffer): void {
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
    const asked = this.#ask({ address, transport, clientId, username, password });
    const admission = asked instanceof Promise ? await asked : asked;
    if (front.phase !== 'held') return;
    if (!admission.ok) {
      const { code, detail = '', deviceId, account } = admission;
      this.#refuse(visitor, { code, detail, returnCode: returnCodeOf(code), clientId, username, deviceId, account });
      return;
    }
    const { principal } = admission;
    const nowMs = this.#deps.clock.nowMs();
    const session = new Session({
      front,
      greeting,
      clientId,
      principal,
      address,
      transport,
      nowMs,
      limits: this.#deps.limits,
    });
    const refusal = this.#objection(session, greeting);
    if (refusal === undefined) await this.#letIn(session);
    else this.#refuse(visitor, { ...refusal, clientId, username });
  }

  /** Most are known at once; who must be waited for gets a limit. */
  #ask(attempt: ConnectAttempt): Admission | Promise<Admission> {
    try {
      const answer = this.#deps.admit(attempt);
      return answer instanceof Promise ? this.#await(answer, attempt) : answer;
    } catch (error) {
      return this.#failedToAsk(error, attempt);
    }
  }

  async #await(asked: Promise<Admission>, attempt: ConnectAttempt): Promise<Admission> {
    const { clock, limits } = this.#deps;
    try {
      const answer = await within(asked, { ms: limits.authenticationTimeoutMs, clock });
      return answer ?? { ok: false, code: 'INTERNAL', detail: 'The hub took too long to check who this is.' };
    } catch (error) {
      return this.#failedToAsk(error, attempt);
    }
  }

  #failedToAsk(error: unknown, { clientId }: ConnectAttempt): Admission {
    if (error instanceof RucheError) return { ok: false, code: error.code, detail: error.message };
    this.#deps.log.error({ err: error, clientId }, 'a connection could not be admitted');
    return { ok: false, code: 'INTERNAL', detail: 'The hub failed to check who this is.' };
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
      const claimed = sessions.claim(session);
      if (claimed === true || (await claimed)) {
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

  #onProblem(front: Front, problem: FrameProblem | 'not-connect', firstByte: number): void {
    const session = this.#deps.sessions.byFront(front);
    const code = problem === 'too-large' ? 'FRAME_TOO_LARGE' : 'PROTOCOL_ERROR';
    const detail = detailOf(problem, firstByte);
    const who = this.#whoIs(front, session);
    this.#deps.refused({ ...who, action: front.phase === 'open' ? 'publish' : 'connect', code, detail });
    front.shut(reasonFor(code, detail, problem === 'malformed' ? REASON.malformed : undefined));
  }

  #onViolation(front: Front, { detail, reason }: Violation): void {
    const who = this.#whoIs(front, this.#deps.sessions.byFront(front));
    const sentence = `The client was disconnected: ${detail}.`;
    this.#deps.refused({ ...who, action: 'publish', code: 'PROTOCOL_ERROR', detail: sentence });
    front.shut(reasonFor('PROTOCOL_ERROR', `${detail}.`, reason));
  }

  #refuse(visitor: Visitor, refusal: Refusal): void {
    const { returnCode, v5Reason, ...facts } = refusal;
    const { front, from, v5BytesMax } = visitor;
    this.#deps.refused({ action: 'connect', ...facts, address: from.address });
    if (v5BytesMax !== undefined) {
      front.sayLast(refusalV5(reasonFor(facts.code, facts.detail, v5Reason), v5BytesMax));
    } else if (returnCode === undefined) front.shut();
    else front.sayLast(connackFor(returnCode));
  }

  #whoIs(front: Front, session: Session | undefined): Omit<RefusalFacts, 'atMs' | 'action' | 'code'> {
    return session === undefined ? { address: this.#visitors.get(front)?.from.address } : whoIs(session);
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
    case 'NAME_UNKNOWN':
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
