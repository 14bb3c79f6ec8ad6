/** What of the fleet a person may see: everybody sees the devices, few see where they are on the network. */
import type { Device, WaitingDevice } from '../contract/device.ts';
import { mayRole } from '../contract/permissions.ts';
import type { Person } from './principal.ts';

/**
 * Addresses, client ids and aliases (one of them may be a client id that is let in without a token) are for those who
 * manage the device: operators, owners and the person it belongs to.
 */
export function maySeeNetwork(person: Person, owner: string | null): boolean {
  return owner === person.username || mayRole(person.role, 'devices.manage');
}

export const deviceFor = (person: Person, device: Device): Device =>
  maySeeNetwork(person, device.owner) ? device : { ...device, address: null, clientId: null, aliases: [] };

export const waitingFor = (person: Person, waiting: WaitingDevice): WaitingDevice =>
  maySeeNetwork(person, null) ? waiting : { ...waiting, address: '' };
