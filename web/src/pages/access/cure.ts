/** What to do about something that was not allowed, in the reader's language. */
import { sentenceOf, t } from '../../i18n/language.ts';
import { reasonOf } from './reasons.ts';

export interface Refused {
  code?: string | undefined;
  /** What decided: a line, or a built-in reason. */
  rule?: string | undefined;
  account?: string | undefined;
  /** The rule that would allow it. */
  allow?: string | undefined;
  /** The hub's English. */
  hint: string;
}

export function cureOf({ code = '', rule, account, allow, hint }: Refused): string {
  if (account !== undefined && allow !== undefined) return t('cure.add', { rule: allow, account });
  if (account !== undefined && rule === 'unsafe-name') return t('cure.clientId');
  if (account !== undefined && rule !== undefined && reasonOf(rule) === undefined)
    return t('cure.deny', { rule, account });
  return sentenceOf(code)?.hint ?? hint;
}
