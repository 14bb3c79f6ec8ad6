/** What MQTT 5 is told when something is refused: a reason code, and a sentence with its cure out of the error catalogue. */
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Reason } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';

const CODES: ReadonlyMap<ErrorCode, number> = new Map<ErrorCode, number>([
  ['AUTH_BAD_CREDENTIALS', REASON.badCredentials],
  ['TOKEN_WRONG', REASON.badCredentials],
  ['NAME_UNKNOWN', REASON.badCredentials],
  ['AUTH_THROTTLED', REASON.busy],
  ['WAITING_ROOM_FULL', REASON.quotaExceeded],
  ['CONNECTIONS_FULL', REASON.quotaExceeded],
  ['STORE_UNAVAILABLE', REASON.unavailable],
  ['STORE_BUSY', REASON.busy],
  ['INTERNAL', REASON.unavailable],
  ['RATE_LIMITED', REASON.rateTooHigh],
  ['FRAME_TOO_LARGE', REASON.packetTooLarge],
  ['PAYLOAD_TOO_LARGE', REASON.implementation],
  ['PAYLOAD_NOT_JSON', REASON.implementation],
  ['PAYLOAD_INVALID', REASON.implementation],
  ['PROTOCOL_ERROR', REASON.protocolError],
  ['SUBSCRIPTIONS_FULL', REASON.quotaExceeded],
  ['CONNECT_TIMEOUT', REASON.unspecified],
]);

/** `code` says it better than the catalogue where the protocol has a code of its own, `hint` where a rule is known. */
export const reasonFor = (error: ErrorCode, detail?: string, code?: number, hint?: string): Reason => ({
  code: code ?? CODES.get(error) ?? REASON.notAuthorized,
  text: sentenceOf(error, detail, hint),
});

/** What happened, and what to do about it. */
export function sentenceOf(error: ErrorCode, detail?: string, hint: string = ERRORS[error].hint): string {
  return `${detail === undefined || detail === '' ? ERRORS[error].title : detail} ${hint}`;
}
