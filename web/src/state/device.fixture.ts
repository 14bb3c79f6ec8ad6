/** A device as lists have it, for tests: connected, with nothing to say. */
import type { Device } from '../../../hub/contract/device.ts';

export function deviceOf(id: string, fields: Partial<Device> = {}): Device {
  return {
    ...{ id, name: id, status: 'online', reason: 'connected', reasonText: '', sinceMs: 0, lastSeenMs: 0 },
    ...{ connected: true, clientId: null, address: null, owner: null, player: null, dialects: [], aliases: [] },
    ...{ tags: [], protected: true, tokenCreatedMs: null, expectedIntervalMs: null, createdMs: 0, demo: false },
    ...{ messages: 0, refused: 0, values: [], pulse: '' },
    ...fields,
  };
}
