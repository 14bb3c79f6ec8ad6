/** The registry as Simon sees it. */
import type { Devices } from '../features/devices/devices.ts';
import type { SimonDeps, SimonDevice } from '../features/simon/simon-deps.ts';

export function simonDevices(devices: Devices): SimonDeps['devices'] {
  function find(name: string): SimonDevice | undefined {
    const row = devices.find(name);
    if (row === undefined) return undefined;
    const { id, ownerId, demo, dialects, spelling } = row;
    return {
      id,
      ownerId,
      demo,
      dialects,
      spelling,
      // Asked for every score, needed only by pairing: looked up when it is.
      get connected() {
        return devices.isConnected(id);
      },
    };
  }
  return {
    find,
    async admitWaitingFor(name, person) {
      const id = await devices.admitWaitingFor(name, person);
      return id === undefined ? undefined : find(id);
    },
  };
}
