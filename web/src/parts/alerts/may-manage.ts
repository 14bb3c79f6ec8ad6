/** Who may acknowledge, snooze and make rules: those who manage all devices, and people for their own. */
import { currentUser, may } from '../../session.ts';
import { fleet } from '../../state/devices.ts';

/** Null: what concerns every device. */
export function mayManageAlerts(deviceId: string | null): boolean {
  if (may('alerts.manage')) return true;
  if (deviceId === null || !may('alerts.manage.own')) return false;
  const owner = fleet.device(deviceId).value?.owner ?? null;
  return owner !== null && owner === currentUser.value?.username;
}
