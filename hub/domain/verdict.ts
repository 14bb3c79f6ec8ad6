/** What was decided about publishing, subscribing or reading, and what decided it. */
import type { BuiltIn } from '../contract/account.ts';
import type { ErrorCode } from '../contract/errors.ts';

export type Action = 'publish' | 'subscribe' | 'read';

/** The decision, and what decided it: the line of an account's rule, or the name of a reason that is built in. */
export type Verdict =
  | { readonly allowed: true; readonly rule?: string }
  | {
      readonly allowed: false;
      readonly code: ErrorCode;
      readonly detail: string;
      readonly rule?: string;
      /** What to do, where it can be said better than the catalogue says it for the code. */
      readonly hint?: string;
      /** The rule that would allow it. */
      readonly allow?: string;
    };

export function allow(rule: BuiltIn): Verdict {
  return { allowed: true, rule };
}

export function refuse(code: ErrorCode, detail: string, rule: BuiltIn): Verdict & { readonly allowed: false } {
  return { allowed: false, code, detail, rule };
}
