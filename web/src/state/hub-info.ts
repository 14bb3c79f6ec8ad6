/** The hub about itself: addresses and ports, fetched once and shared. */
import { call } from '../api.ts';
import { makeResource } from './loading.ts';

export const hubInfo = makeResource((signal) => call('GET /api/v1/hub', { signal }));

/** For pages that show it: asks when nobody has yet, or when it failed before. */
export function wantHubInfo(): void {
  if (hubInfo.state.peek().kind !== 'ready') void hubInfo.reload();
}
