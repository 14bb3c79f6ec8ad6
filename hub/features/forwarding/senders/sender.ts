/** How entries leave the hub: what a sender is, and what becomes of one attempt. */
import type { SendReason } from '../../../contract/destination.ts';
import type { OutboxRow } from '../../../store/forwarding-store.ts';

export interface SendError {
  readonly reason: SendReason;
  readonly message: string;
  readonly httpStatus: number | null;
  /** The beginning of what the other side answered. */
  readonly body: string | null;
}

export type Sent =
  /** `as`: what an event was called there. */
  | { readonly kind: 'sent'; readonly as?: string }
  /** It may be taken later; `afterMs`: not before. */
  | { readonly kind: 'retry'; readonly error: SendError; readonly afterMs?: number }
  /** The other side will never take it as it is. */
  | { readonly kind: 'dead'; readonly error: SendError };

export interface Sender {
  /** Entries that may be on their way at a time. */
  readonly window: number;
  /** Never rejects. */
  send(entry: OutboxRow): Promise<Sent>;
  /** Null: there is no connection to speak of. */
  readonly isConnected: boolean | null;
  /** Opens what must be open for messages to come. */
  start(): void;
  stop(): void;
}

export const plainError = (reason: SendReason, message: string): SendError => ({
  reason,
  message,
  httpStatus: null,
  body: null,
});

/** What the system or Node says when the other side cannot be reached. */
export function networkError(error: unknown): SendError {
  const said = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(said instanceof Error)) return plainError('other', String(said));
  const code = 'code' in said ? String(said.code) : '';
  if (code === 'ECONNREFUSED') return plainError('unreachable', 'Nobody listens there (connection refused).');
  if (UNREACHABLE.has(code)) return plainError('unreachable', `It cannot be reached (${code}).`);
  if (UNKNOWN_HOST.has(code)) return plainError('unknown-host', 'The name of the host is not known.');
  if (said.message === BAD_PORT)
    return plainError('port-blocked', 'Web requests never go to this port; it has to listen on another one.');
  return plainError('other', said.message);
}

/** All that `fetch` says of a port of other protocols. (Fetch standard, port blocking) */
const BAD_PORT = 'bad port';

const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN']);
