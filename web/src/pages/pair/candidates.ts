/** The devices one can pair: Simons that announce themselves first, then the known ones. Pure. */
import type { Device, WaitingDevice } from '../../../../hub/contract/device.ts';

export interface Candidate {
  id: string;
  name: string;
  isNew: boolean;
  isConnected: boolean;
  lastSeenMs: number | null;
  player: string | null;
}

/** Connected ones first, then the most recently seen. */
export function candidatesOf(waiting: readonly WaitingDevice[], devices: readonly Device[]): Candidate[] {
  const fresh = waiting.flatMap((device): Candidate[] =>
    device.dialect === 'simon' && device.deviceId !== undefined
      ? [
          {
            id: device.deviceId,
            name: device.deviceId,
            isNew: true,
            isConnected: device.connected,
            lastSeenMs: device.lastSeenMs,
            player: null,
          },
        ]
      : [],
  );
  const newIds = new Set(fresh.map(({ id }) => id));
  const known = devices.flatMap((device): Candidate[] =>
    device.dialects.includes('simon') && !newIds.has(device.id)
      ? [
          {
            id: device.id,
            name: device.name,
            isNew: false,
            isConnected: device.connected,
            lastSeenMs: device.lastSeenMs,
            player: device.player,
          },
        ]
      : [],
  );
  return [...fresh.sort(byPresence), ...known.sort(byPresence)];
}

/** Not by when they were last heard while connected: a list one is about to press must not move. */
function byPresence(a: Candidate, b: Candidate): number {
  return Number(b.isConnected) - Number(a.isConnected) || (a.name < b.name ? -1 : 1);
}
