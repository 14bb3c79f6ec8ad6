/** How entries leave the hub: what a sender is, and what becomes of one attempt. */
import type { OutboxRow } from '../../../store/forwarding-store.ts';

export interface SendError {
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

export const plainError = (message: string): SendError => ({ message, httpStatus: null, body: null });
