/** What decided, in words: reasons that are built in have a sentence, rules speak for themselves. */
import type { BuiltIn } from '../../../../hub/contract/account.ts';
import type { Key } from '../../i18n/catalog.ts';

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
