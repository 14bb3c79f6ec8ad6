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
  /** The account whose rules decided. */
  readonly account?: string | undefined;
  /** The line that decided, or the name of a reason that is built in. */
  readonly rule?: string | undefined;
  /** What to do, where it can be said better than the catalogue says it for the code. */
  readonly hint?: string | undefined;
  /** The rule that would have allowed it. */
  readonly allow?: string | undefined;
  readonly atMs: number;
}
