/** Whether the reader may rename, protect, unpair or delete a device: any device, or their own. */
import type { Device } from '../../../../hub/contract/device.ts';
import { currentUser, may } from '../../session.ts';

export function mayManage({ owner }: Device): boolean {
  if (may('devices.manage')) return true;
  return may('devices.manage.own') && owner !== null && owner === currentUser.value?.username;
}
