/** What the rules of an account say, as a verdict: which rule decided, and which one is missing. */
import type { BuiltIn } from '../contract/account.ts';
import { lineFor, type Ruling } from './acl-rules.ts';
import type { AccountPrincipal } from './principal.ts';
import type { Action, Verdict } from './verdict.ts';

export function accountVerdict(
  { allowed, rule, isUnsafe }: Ruling,
  { name }: AccountPrincipal,
  action: Action,
  topic: string,
): Verdict {
  if (allowed) return { allowed, ...(rule === undefined ? {} : { rule: rule.line }) };
  const code = action === 'publish' ? 'PUBLISH_FORBIDDEN' : 'SUBSCRIBE_FORBIDDEN';
  if (rule !== undefined) {
    const detail = `The rule "${rule.line}" of account "${name}" forbids it.`;
    return { allowed, code, detail, rule: rule.line, hint: `Take the rule "${rule.line}" away, or deny less with it.` };
  }
  if (isUnsafe === true) {
    const detail = `Its client id contains + or #, so the "pattern" rules of account "${name}" do not count for it.`;
    return {
      allowed,
      code,
      detail,
      rule: 'unsafe-name' satisfies BuiltIn,
      hint: 'Give the client an id without + and #.',
    };
  }
  const line = lineFor(action === 'publish' ? 'write' : 'read', topic);
  const detail = `No rule of account "${name}" allows it to ${action} there.`;
  const refusal = { allowed, code, detail, rule: 'no-rule' satisfies BuiltIn } as const;
  if (line === undefined) return refusal;
  return { ...refusal, hint: `Add the rule "${line}" to the account "${name}".`, allow: line };
}
