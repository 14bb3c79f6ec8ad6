/** What MQTT 5 is told when something is refused: a reason code, and a sentence with its cure out of the error catalogue. */
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Reason } from './front/codec.ts';
import { V5 } from './front/v5/reason-codes.ts';

const CODES: ReadonlyMap<ErrorCode, number> = new Map<ErrorCode, number>([
  ['AUTH_BAD_CREDENTIALS', V5.badCredentials],
  ['TOKEN_WRONG', V5.badCredentials],
  ['AUTH_THROTTLED', V5.busy],
  ['WAITING_ROOM_FULL', V5.quotaExceeded],
  ['CONNECTIONS_FULL', V5.quotaExceeded],
  ['STORE_UNAVAILABLE', V5.unavailable],
  ['STORE_BUSY', V5.busy],
  ['INTERNAL', V5.unavailable],
  ['RATE_LIMITED', V5.rateTooHigh],
  ['FRAME_TOO_LARGE', V5.packetTooLarge],
  ['PAYLOAD_TOO_LARGE', V5.quotaExceeded],
  ['PAYLOAD_NOT_JSON', V5.implementation],
  ['PAYLOAD_INVALID', V5.implementation],
  ['PROTOCOL_ERROR', V5.protocolError],
  ['CONNECT_TIMEOUT', V5.unspecified],
]);

/** `code` says it better than the catalogue where the protocol has a code of its own. */
export const reasonFor = (error: ErrorCode, detail?: string, code?: number): Reason => ({
  code: code ?? CODES.get(error) ?? V5.notAuthorized,
  text: sentenceOf(error, detail),
});

/** What happened, and what to do about it. */
export function sentenceOf(error: ErrorCode, detail?: string): string {
  const { title, hint } = ERRORS[error];
  return `${detail === undefined || detail === '' ? title : detail} ${hint}`;
}
