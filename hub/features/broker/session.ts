/** One client of the broker, from its admission until it has been cleared away. */
import type { Departure } from '../../contract/device.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Connection } from './connection.ts';
import type { Reason } from './front/codec.ts';
import type { Greeting } from './front/connect.ts';
import type { Front } from './front/front.ts';
import { REASON } from './front/reason-codes.ts';
import { sessionKey } from './identity.ts';
import { Lane } from './lane.ts';
import type { Mailbox } from './mailbox.ts';
import { Pace, type PaceLimits } from './pace.ts';
import type { Qos } from './parcel.ts';
import type { Receipts } from './receipts.ts';
import type { Replay } from './replay.ts';
import { plainSubscription, type Subscription } from './subscription.ts';

export type Transport = 'tcp' | 'ws';

/** What the rest of the hub sees of a client. */
export interface BrokerSession {
  /** Tells it from every other client: the same client id of another owner is another one. */
  readonly key: string;
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly transport: Transport;
  readonly connectedMs: number;
  /** As the client asked for; 0: none. */
  readonly keepaliveS: number;
  /** 3: MQTT 3.1, 4: MQTT 3.1.1, 5: MQTT 5. */
  readonly protocolVersion: number;
  readonly lastHeardMs: number;
  /** Publishes received. */
  readonly messages: number;
  /** Written for the client and not yet taken by the network. */
  readonly unsentBytes: number;
  /** What is published when the connection ends without DISCONNECT. */
  readonly will: Greeting['will'];
}

/** Whose message it is. */
export type Publisher = Pick<BrokerSession, 'clientId' | 'principal' | 'address'>;

/** Why nothing is read from a client: too much of it waits for its commit; it sends faster than it may. */
export type Hold = 'pipeline' | 'rate';

export interface SessionStart {
  readonly front: Front;
  readonly greeting: Greeting;
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly transport: Transport;
  readonly nowMs: number;
  readonly limits: PaceLimits;
}

export class Session implements BrokerSession {
  readonly front: Front;
  readonly clientId: string;
  /** The name under which the broker keeps what is its: a client id alone could be anybody's. */
  readonly key: string;
  /** The client gave no id, so nobody can come back under this one. */
  readonly isIdOurs: boolean;
  /** It was given an id by the hub. */
  readonly wasNameless: boolean;
  readonly username: string | undefined;
  readonly address: string;
  readonly transport: Transport;
  readonly connectedMs: number;
  readonly keepaliveS: number;
  readonly protocolVersion: number;
  readonly clean: boolean;
  /** Whether the session outlives the connection. */
  readonly isKept: boolean;
  readonly v5: Greeting['v5'];
  readonly will: Greeting['will'];
  #principal: Principal;
  #receiptsKey: string;
  /** Where it is counted. */
  room: 'waiting' | 'known';
  lastHeardMs: number;
  messages = 0;
  /** CONNACK was sent. */
  isReady = false;
  departure: Departure | undefined;
  wasWillPublished = false;
  /** Its will is not published: it said DISCONNECT. */
  saidDisconnect = false;
  /** The hub leaves, not the client: its will is kept for the next run. */
  isWillKept = false;
  /** When it was heard last, and when it is looked at again; see keep-alive.ts. */
  heardTick = 0;
  dueTick = 0;
  /** What waits for its commit, in the order it came. */
  readonly lane = new Lane();
  /** Publishes that are neither acknowledged nor delivered yet. */
  inFlight = 0;
  bytesInFlight = 0;
  readonly pace: Pace;
  /** When somebody was told last that it is slowed down. */
  slowedToldMs = Number.NEGATIVE_INFINITY;
  /** Set when the session begins. */
  receipts: Receipts | undefined;
  connection: Connection | undefined;
  /** It was kept from an earlier connection. */
  isPresent = false;
  /** Retained values that are being sent. */
  replay: Replay | undefined;
  /** Cancels the timer that ends a waiting connection. */
  stopTimer = nothing;
  readonly filters = new Set<string>();
  /** Of those filters, together. */
  filterLevels = 0;
  refusedSubscriptions = 0;
  /** It was said once that nothing a waiting client publishes is kept; once is enough. */
  wasWaitingRefused = false;
  /** Packets of a waiting client in the minute that began then. */
  minuteMs = 0;
  packetsInMinute = 0;
  #isEnded = false;
  /** Who waits for its end. */
  #awaiting: (() => void)[] | undefined;
  /** Made for those who need it: there are thousands of sessions. */
  #holds: Set<Hold> | undefined;

  constructor(start: SessionStart) {
    const { front, greeting, clientId, principal, address, transport, nowMs, limits } = start;
    this.front = front;
    this.clientId = clientId;
    this.key = sessionKey(principal, clientId);
    this.wasNameless = greeting.clientId === '';
    // MQTT 5 tells it to the client.
    this.isIdOurs = this.wasNameless && greeting.v5 === undefined;
    this.username = greeting.username;
    this.address = address;
    this.transport = transport;
    this.connectedMs = nowMs;
    this.lastHeardMs = nowMs;
    this.pace = new Pace(limits, nowMs);
    this.keepaliveS = greeting.keepaliveS;
    this.protocolVersion = greeting.protocolVersion;
    // Strangers leave nothing behind on the disk.
    this.clean = greeting.clean || principal.kind === 'waiting';
    this.v5 = greeting.v5;
    const asksToBeKept = greeting.v5 === undefined ? !greeting.clean : greeting.v5.sessionExpiryS > 0;
    this.isKept = asksToBeKept && principal.kind !== 'waiting';
    this.will = greeting.will;
    this.#principal = principal;
    this.#receiptsKey = this.key;
    this.room = principal.kind === 'waiting' ? 'waiting' : 'known';
  }

  get unsentBytes(): number {
    return this.front.unsentBytes;
  }

  /** What the client is owed; only for a session that has begun. */
  get mailbox(): Mailbox {
    if (this.connection === undefined) throw new Error('the session has not begun');
    return this.connection.mailbox;
  }

  /** What the client asks for with this filter, beyond what 3.1.1 can say. */
  asked(filter: string, qos: Qos): Subscription {
    const asked = this.connection?.codec.subscription?.(filter);
    return asked === undefined ? plainSubscription(filter, qos) : { ...asked, qos };
  }

  /** Not `key`: a waiting client that was adopted has its receipts under the name it will come back with. */
  get receiptsKey(): string {
    return this.#receiptsKey;
  }

  get principal(): Principal {
    return this.#principal;
  }

  set principal(principal: Principal) {
    this.#principal = principal;
    this.#receiptsKey = sessionKey(principal, this.clientId);
  }

  /** Closes the connection; the first reason given stands. `reason` is for MQTT 5. */
  end(departure: Departure, reason: Reason | undefined = REASONS[departure]): void {
    this.departure ??= departure;
    this.front.shut(reason);
  }

  /** Stops reading from the client until every reason is gone. */
  hold(why: Hold): void {
    this.#holds ??= new Set();
    this.#holds.add(why);
    this.front.hold();
  }

  release(why: Hold): void {
    if (this.#holds?.delete(why) === true && this.#holds.size === 0) this.front.release();
  }

  isHeldFor(why: Hold): boolean {
    return this.#holds?.has(why) === true;
  }

  /** Resolves when it has been cleared away. */
  get ended(): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaiting ??= [];
      this.#awaiting.push(resolve);
    });
  }

  markEnded(): void {
    this.#isEnded = true;
    for (const resolve of this.#awaiting ?? []) resolve();
    this.#awaiting = undefined;
  }
}

const nothing = (): void => {};

/** What a client of MQTT 5 is told when it has to go. */
const REASONS: Readonly<Partial<Record<Departure, Reason>>> = {
  'taken-over': { code: REASON.takenOver, text: 'Another connection came with the same client id. Give each its own.' },
  dropped: { code: REASON.administrative, text: 'The hub ended this connection. Connect again if you still may.' },
};
export const SHUTTING_DOWN: Reason = {
  code: REASON.shuttingDown,
  text: 'The hub is stopping. Connect again in a moment.',
};

/** What MQTT 5 is told when nothing came for one and a half times its keep-alive. */
export const SILENT: Reason = {
  code: REASON.keepAliveTimeout,
  text: 'Nothing came for one and a half times the keep-alive.',
};
/** What a waiting client of MQTT 5 is told. */
export const WAITED_LONG_ENOUGH: Reason = {
  code: REASON.connectTimeMax,
  text: 'Nobody adopted this device. Connect again to stand in line.',
};

/** Who a refusal is about. */
export function whoIs(session: Session, deviceId?: string): Omit<RefusalFacts, 'atMs' | 'action' | 'code'> {
  const { principal, clientId, username, address } = session;
  return {
    clientId,
    username: principal.kind === 'person' ? principal.username : username,
    address,
    account: principal.kind === 'account' ? principal.name : undefined,
    deviceId:
      deviceId ?? (principal.kind === 'device' || principal.kind === 'waiting' ? principal.deviceId : undefined),
  };
}
