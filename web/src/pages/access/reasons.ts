/** What decided, in words: reasons that are built in have a sentence, rules speak for themselves. */
import type { BuiltIn } from '../../../../hub/contract/account.ts';
import type { Refusal } from '../../../../hub/contract/refusal.ts';
import type { Key } from '../../i18n/catalog.ts';
import { language, t } from '../../i18n/language.ts';

const REASONS: Readonly<Record<BuiltIn, Key>> = {
  'hub-only': 'reason.hubOnly',
  'for-people': 'reason.forPeople',
  role: 'reason.role',
  'own-topics': 'reason.ownTopics',
  'shared-topics': 'reason.sharedTopics',
  'named-device': 'reason.namedDevice',
  'not-own': 'reason.notOwn',
  waiting: 'reason.waiting',
  'open-mode': 'reason.openMode',
  'no-rule': 'reason.noRule',
  'unsafe-name': 'reason.unsafeName',
  'not-a-filter': 'reason.notAFilter',
  'not-let-in': 'reason.notLetIn',
};
const BY_NAME = new Map<string, Key>(Object.entries(REASONS));

/** Undefined: it is the line of a rule. */
export const reasonOf = (rule: string): Key | undefined => BY_NAME.get(rule);

/** What only says the title again. */
const TOLD: readonly string[] = ['PAYLOAD_NOT_JSON'];

/** What exactly: of built-in reasons in the reader's language, else as the hub says it; undefined: nothing to add. */
export function whyOf({ code, action, rule = '', detail }: Refusal): { text: string; lang?: 'en' } | undefined {
  const reason = action === 'connect' ? undefined : reasonOf(rule);
  if (reason !== undefined) return { text: t(reason) };
  // The line of an account's rule is shown itself.
  const isLine = rule !== '' && action !== 'connect';
  if (detail === undefined || detail === '' || isLine || TOLD.includes(code)) return undefined;
  return language.value === 'en' ? { text: detail } : { text: detail, lang: 'en' };
}
