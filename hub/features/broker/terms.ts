/** What a client is granted: how long its session is kept, how often it must be heard, how much may be on its way. */
import type { Clock } from '../../lib/clock.ts';
import type { Codec, Violation } from './front/codec.ts';
import { codecV3 } from './front/codec-v3.ts';
import { REASON } from './front/reason-codes.ts';
import { CodecV5, WITH_WILL } from './front/v5/codec-v5.ts';
import type { Farewell } from './front/v5/requests.ts';
import type { BrokerLimits } from './limits.ts';
import type { Mailbox } from './mailbox.ts';
import type { Session } from './session.ts';

export interface Terms {
  /** How long the session is kept when the client is away; 0: not at all. */
  readonly keptMs: number;
  /** What a client of MQTT 5 is told instead of the keep-alive it asked for. */
  readonly keepaliveS: number;
  /** QoS 1 and 2 messages on their way to the client at a time. */
  readonly window: number;
}

const SECOND_MS = 1000;

export function termsFor({ isKept, keepaliveS, v5 }: Session, limits: BrokerLimits): Terms {
  const { sessionsKeptMs, outboundWindow, keepaliveMaxS } = limits;
  if (v5 === undefined) return { keptMs: isKept ? sessionsKeptMs : 0, keepaliveS, window: outboundWindow };
  return {
    keptMs: isKept ? keptMsOf(v5.sessionExpiryS, limits) : 0,
    keepaliveS: keepaliveS === 0 ? keepaliveMaxS : Math.min(keepaliveS, keepaliveMaxS),
    window: Math.min(v5.receiveMaximum, outboundWindow),
  };
}

const keptMsOf = (expiryS: number, { sessionsKeptMs }: BrokerLimits): number =>
  Math.min(expiryS * SECOND_MS, sessionsKeptMs);

export interface CodecParts {
  readonly mailbox: Mailbox;
  readonly terms: Terms;
  readonly limits: BrokerLimits;
  readonly clock: Clock;
}

/** How this client is spoken to. */
export function codecFor(session: Session, { mailbox, terms, limits, clock }: CodecParts): Codec {
  const { v5, clientId } = session;
  if (v5 === undefined) return codecV3;
  const isWaiting = session.principal.kind === 'waiting';
  const packetBytesMax = isWaiting ? limits.waitingPacketBytesMax : limits.packetBytesMax;
  const keptS = terms.keptMs / SECOND_MS;
  return new CodecV5({
    sessionKey: session.key,
    greeting: v5,
    limits: { ...limits, packetBytesMax },
    granted: {
      ...(session.wasNameless ? { clientId } : {}),
      ...(terms.keepaliveS === session.keepaliveS ? {} : { keepaliveS: terms.keepaliveS }),
      ...(keptS === v5.sessionExpiryS ? {} : { sessionExpiryS: Math.floor(keptS) }),
    },
    nowMs: () => clock.nowMs(),
    isSubscribed: (filter) => mailbox.subscriptions.has(filter),
    leaving: (farewell) => leave(session, { mailbox, limits, farewell }),
  });
}

/** The client says DISCONNECT. (3.14.2) */
function leave(
  { v5, isKept }: Session,
  { mailbox, limits, farewell }: { mailbox: Mailbox; limits: BrokerLimits; farewell: Farewell },
): Violation | typeof WITH_WILL | undefined {
  const { reason, sessionExpiryS } = farewell;
  if (sessionExpiryS !== undefined && sessionExpiryS > 0 && v5?.sessionExpiryS === 0) {
    return { detail: 'DISCONNECT asks to keep a session that was not to be kept', reason: REASON.protocolError };
  }
  if (sessionExpiryS !== undefined && isKept) mailbox.keptMs = keptMsOf(sessionExpiryS, limits);
  return reason === REASON.disconnectWithWill ? WITH_WILL : undefined;
}
