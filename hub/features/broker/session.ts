/** One client of the broker, from its admission until it has been cleared away. */
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Connection } from './connection.ts';
import type { Greeting } from './front/connect.ts';
import type { Front } from './front/front.ts';
import { Lane } from './lane.ts';
import type { Mailbox } from './mailbox.ts';
import type { Qos } from './parcel.ts';
import type { Receipts } from './receipts.ts';
import type { Replay } from './replay.ts';
import { plainSubscription, type Subscription } from './subscription.ts';

export type Transport = 'tcp' | 'ws';

/** What the rest of the hub sees of a client. */
export interface BrokerSession {
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly transport: Transport;
  readonly connectedMs: number;
  /** As the client asked for; 0: none. */
  readonly keepaliveS: number;
  /** 3: MQTT 3.1, 4: MQTT 3.1.1. */
  readonly protocolVersion: number;
  readonly lastHeardMs: number;
  /** Publishes received. */
  readonly messages: number;
}

/** Whose message it is. */
export type Publisher = Pick<BrokerSession, 'clientId' | 'principal' | 'address'>;

export type Departure =
  /** The client said DISCONNECT. */
  | 'disconnect'
  /** The connection broke or its keep-alive ran out; there was no will. */
  | 'lost'
  /** The same, and its will was published. */
  | 'will'
  /** Another connection came with the same client id. */
  | 'taken-over'
  /** The hub ended it. */
  | 'dropped';

export interface SessionStart {
  readonly front: Front;
  readonly greeting: Greeting;
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly transport: Transport;
  readonly nowMs: number;
}

export class Session implements BrokerSession {
  readonly front: Front;
  readonly clientId: string;
  /** The name under which Aedes and the persistence know it: a client id alone could be anybody's. */
  readonly key: string;
  /** The client gave no id, so nobody can come back under this one. */
  readonly isIdOurs: boolean;
  readonly username: string | undefined;
  readonly address: string;
  readonly transport: Transport;
  readonly connectedMs: number;
  readonly keepaliveS: number;
  readonly protocolVersion: number;
  readonly clean: boolean;
  readonly will: Greeting['will'];
  principal: Principal;
  /** Where it is counted. */
  room: 'waiting' | 'known';
  lastHeardMs: number;
  messages = 0;
  /** CONNACK was sent. */
  isReady = false;
  departure: Departure | undefined;
  wasWillPublished = false;
  /** What waits for its commit, in the order it came. */
  readonly lane = new Lane();
  /** Publishes that are neither acknowledged nor delivered yet. */
  inFlight = 0;
  bytesInFlight = 0;
  /** Set before the session is handed to Aedes. */
  receipts: Receipts | undefined;
  connection: Connection | undefined;
  /** It was kept from an earlier connection. */
  isPresent = false;
  /** Retained values that are being sent. */
  replay: Replay | undefined;
  /** Cancels the timer that ends a waiting connection. */
  stopTimer = (): void => {};
  readonly filters = new Set<string>();
  refusedSubscriptions = 0;
  /** It was said once that nothing a waiting client publishes is kept; once is enough. */
  wasWaitingRefused = false;
  /** Packets of a waiting client in the minute that began then. */
  minuteMs = 0;
  packetsInMinute = 0;
  /** Resolves when it has been cleared away. */
  readonly ended: Promise<void>;
  #end = (): void => {};

  constructor(start: SessionStart) {
    const { front, greeting, clientId, principal, address, transport, nowMs } = start;
    this.front = front;
    this.clientId = clientId;
    this.key = sessionKey(principal, clientId);
    this.isIdOurs = greeting.clientId === '';
    this.username = greeting.username;
    this.address = address;
    this.transport = transport;
    this.connectedMs = nowMs;
    this.lastHeardMs = nowMs;
    this.keepaliveS = greeting.keepaliveS;
    this.protocolVersion = greeting.protocolVersion;
    // Strangers leave nothing behind on the disk.
    this.clean = greeting.clean || principal.kind === 'waiting';
    this.will = greeting.will;
    this.principal = principal;
    this.room = principal.kind === 'waiting' ? 'waiting' : 'known';
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** What the client is owed; only for a session that Aedes has. */
  get mailbox(): Mailbox {
    if (this.connection === undefined) throw new Error('the session has not begun');
    return this.connection.mailbox;
  }

  /** What the client asks for with this filter, beyond what 3.1.1 can say. */
  asked(filter: string, qos: Qos): Subscription {
    return plainSubscription(filter, qos);
  }

  /** Not `key`: a waiting client that was adopted has its receipts under the name it will come back with. */
  get receiptsKey(): string {
    return sessionKey(this.principal, this.clientId);
  }

  /** Closes the connection; the first reason given stands. */
  end(departure: Departure): void {
    this.departure ??= departure;
    this.front.shut();
  }

  markEnded(): void {
    this.#end();
  }
}

/** Whose session or receipts these are: the same client id of somebody else is another one. */
export function sessionKey(principal: Principal, clientId: string): string {
  return `${identityOf(principal)}:${clientId}`;
}

/** The client id in a session's key; a device id that contains ':' keeps its end here, which only people read. */
export function clientIdOf(key: string): string {
  const rest = key.slice(key.indexOf(':') + 1);
  const isNamed = key.startsWith('person:') || key.startsWith('device:');
  return isNamed ? rest.slice(rest.indexOf(':') + 1) : rest;
}

export function identityOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
      return `person:${principal.userId}`;
    case 'device':
      return `device:${principal.deviceId}`;
    case 'waiting':
    case 'open':
      return principal.kind;
  }
}

/** Who a refusal is about. */
export function whoIs(session: Session, deviceId?: string): Omit<RefusalFacts, 'atMs' | 'action' | 'code'> {
  const { principal, clientId, username, address } = session;
  return {
    clientId,
    username: principal.kind === 'person' ? principal.username : username,
    address,
    deviceId:
      deviceId ?? (principal.kind === 'device' || principal.kind === 'waiting' ? principal.deviceId : undefined),
  };
}
