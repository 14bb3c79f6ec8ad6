/** Whose messages were dropped, as far as the name of their queue tells when nobody is connected. */

import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { isSharedFilter } from '../../domain/shared-filter.ts';
import { readSessionKey } from './identity.ts';
import { type Session, whoIs } from './session.ts';

export function dropFacts(key: string, session: Session | undefined): Omit<RefusalFacts, 'atMs'> {
  const what = {
    code: 'QUEUE_FULL',
    action: 'subscribe',
    detail: 'It is owed more messages than can wait: the oldest were dropped.',
  } as const;
  if (session !== undefined) return { ...what, ...whoIs(session) };
  if (isSharedFilter(key)) return { ...what, topic: key };
  const whose = readSessionKey(key);
  if (whose === undefined) return { ...what, clientId: key.slice(key.indexOf(':') + 1) };
  const { owner, clientId } = whose;
  return {
    ...what,
    clientId,
    ...(owner.kind === 'device' ? { deviceId: owner.id } : {}),
    ...(owner.kind === 'account' ? { account: owner.id } : {}),
  };
}
