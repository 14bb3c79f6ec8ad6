/** What is known about one refusal at the moment it happens; the refusals feature counts, keeps and explains them. */
import type { ErrorCode } from '../contract/errors.ts';

export interface RefusalFacts {
  readonly code: ErrorCode;
  /** What exactly, in one sentence, without secrets or payloads. */
  readonly detail?: string;
  readonly action: 'connect' | 'publish' | 'subscribe';
  readonly clientId?: string;
  readonly deviceId?: string;
  readonly username?: string;
  readonly address?: string;
  readonly topic?: string;
  readonly atMs: number;
}
