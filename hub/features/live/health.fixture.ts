/** The health of a broker that does nothing, for tests. */
import type { LiveHealth } from '../../contract/live.ts';

export const HEALTH: LiveHealth = {
  snapshot: true,
  atMs: 1,
  clients: 2,
  clientsMaximum: 3,
  messagesInPerS: 4,
  messagesOutPerS: 5,
  dropped: 0,
  retained: null,
  subscriptions: null,
  queued: null,
  inFlight: null,
  slow: [],
  alerts: [],
  memory: { residentBytes: 6, heapBytes: 7 },
  eventLoop: null,
  store: { bytes: null, growthPerDay: null },
  disk: null,
  listeners: [],
  limits: [],
};
