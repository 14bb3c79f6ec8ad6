/** What becomes of a message: refused, passed on, or taken for the hub to keep; decided at once, before anything is stored. */
import { mayPublish } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Report } from '../../domain/report.ts';
import { levelsOf } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import type { Reason } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';
import { isFormatTrue } from './front/v5/message.ts';
import type { BrokerLimits } from './limits.ts';
import type { Parcel } from './parcel.ts';
import { reasonFor } from './reasons.ts';
import type { Publisher } from './session.ts';

export interface Message {
  readonly principal: Principal;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  /** Empty and retained: it says nothing, and takes back what was retained there. [MQTT-3.3.1-10] */
  readonly isClearing: boolean;
  readonly receivedMs: number;
}

export interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}

export type Taken = {
  readonly kind: 'taken';
  readonly deviceId: string;
  readonly writes: Write[];
  readonly reports: Accepted[];
  /** Taking it again while it may be repeated would change nothing of what is stored. */
  readonly isRepeatable: boolean;
};
export type Outcome =
  /** Nothing the hub keeps: deliver only. */
  | { readonly kind: 'pass' }
  /** Commit, acknowledge, deliver, then `settled`. */
  | Taken
  /** Acknowledge; nothing stored or delivered. */
  | ({ readonly kind: 'refused'; readonly detail: string } & Pick<RefusalFacts, 'code' | 'deviceId' | Why>);
/** What else a refusal may say about what decided. */
type Why = 'rule' | 'hint' | 'allow';

export interface Log {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface DecisionDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly log: Log;
  accept(message: Message): Outcome;
  /** A waiting client says something: that may tell who it is, and give it another principal at once. */
  announced?(by: Publisher, topic: string, payload: Buffer): void;
}

/** `accept` itself failed: the client must keep the message. */
const FAILED = { kind: 'failed' } as const;
/** `reason`: the MQTT 5 code, where the catalogue of errors has no closer one. */
export type Refused = Extract<Outcome, { kind: 'refused' }> & { readonly reason?: number };
export type Going = Extract<Outcome, { kind: 'pass' | 'taken' }>;
export type Decision = Going | Refused | typeof FAILED;

/** Bytes of UTF-8 that one unit of a JavaScript string can become. */
const UTF8_BYTES_MAX = 3;

/** A PUBACK may not say "protocol error". (5: 3.4.2.1) */
const TOPIC_TOO_LONG = { kind: 'refused', code: 'PROTOCOL_ERROR', reason: REASON.topicInvalid } as const;

export function decide(deps: DecisionDeps, by: Publisher, { topic, payload, retain, properties }: Parcel): Decision {
  const { topicBytesMax, topicLevelsMax } = deps.limits;
  if (topic.length * UTF8_BYTES_MAX > topicBytesMax && Buffer.byteLength(topic) > topicBytesMax) {
    return { ...TOPIC_TOO_LONG, detail: `A topic has at most ${topicBytesMax} bytes.` };
  }
  if (topic.length >= topicLevelsMax && levelsOf(topic) > topicLevelsMax) {
    return { ...TOPIC_TOO_LONG, detail: `A topic has at most ${topicLevelsMax} levels.` };
  }
  if (by.principal.kind === 'waiting') deps.announced?.(by, topic, payload);
  const { principal, clientId } = by;
  const verdict = mayPublish(principal, topic);
  if (!verdict.allowed) {
    const { allowed: _, ...why } = verdict;
    return { kind: 'refused', ...why };
  }
  if (!isFormatTrue(properties, payload)) {
    const detail = 'The payload says that it is text, and is not UTF-8.';
    return { kind: 'refused', code: 'PAYLOAD_INVALID', detail, reason: REASON.payloadFormatInvalid };
  }
  try {
    const isClearing = retain && payload.length === 0;
    return deps.accept({ principal, clientId, topic, payload, isClearing, receivedMs: deps.clock.nowMs() });
  } catch (error) {
    deps.log.error({ err: error, clientId, topic }, 'a message could not be decided on');
    return FAILED;
  }
}

/** What MQTT 5 is told about a refused message. */
export const reasonOf = ({ code, detail, reason, hint }: Refused): Reason => reasonFor(code, detail, reason, hint);

/** Characters of a topic that a refusal shows. */
export const TOPIC_SHOWN_MAX = 256;

/** What is listed when somebody is refused who has no connection, or none anymore. */
export function refusalOf(by: Publisher, { topic }: Parcel, refusal: Refused): Omit<RefusalFacts, 'atMs'> {
  const { principal, clientId, address } = by;
  const { kind: _, reason: _reason, ...why } = refusal;
  return {
    ...why,
    clientId,
    username: principal.kind === 'person' ? principal.username : undefined,
    account: principal.kind === 'account' ? principal.name : undefined,
    address: address === '' ? undefined : address,
    action: 'publish',
    topic: topic.slice(0, TOPIC_SHOWN_MAX),
  };
}
