/** What is known about one refusal at the moment it happens; the refusals feature counts, keeps and explains them. */
import type { ErrorCode } from '../contract/errors.ts';

export interface RefusalFacts {
  readonly code: ErrorCode;
  /** What exactly, in one sentence, without secrets or payloads. */
  readonly detail?: string | undefined;
  readonly action: 'connect' | 'publish' | 'subscribe';
  readonly clientId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly username?: string | undefined;
  readonly address?: string | undefined;
  readonly topic?: string | undefined;
  readonly atMs: number;
}
