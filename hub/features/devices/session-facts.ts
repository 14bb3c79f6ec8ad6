/** What the devices feature needs to know of connections; the broker's own types fit these. */
import type { ErrorCode } from '../../contract/errors.ts';
import type { Principal } from '../../domain/principal.ts';

export interface ConnectAttempt {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly address: string;
}

export type Admission =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail?: string; readonly deviceId?: string };

export interface WillFacts {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export interface SessionFacts {
  /** Tells it from every other client: the same client id of another owner is another one. */
  readonly key: string;
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
  readonly connectedMs: number;
  /** Seconds; 0 = the client promised nothing. */
  readonly keepaliveS: number;
  /** What is published when the connection breaks. */
  readonly will?: WillFacts | undefined;
}
