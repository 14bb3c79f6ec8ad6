/** Asking something of a device: who may, sending it, taking it back; what the hub refuses is said in a notice. */
import type { Command, CommandBody } from '../../../../hub/contract/command.ts';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { currentUser, may } from '../../session.ts';
import { takeCommand } from '../../state/device-commands.ts';
import { attempt } from '../attempt.ts';

/** Any device, or one's own. */
export function maySend(device: Pick<Device, 'owner'> | undefined): boolean {
  const isMine = device?.owner != null && device.owner === currentUser.value?.username;
  return may('commands.send') || (may('commands.send.own') && isMine);
}

export async function sendCommand(deviceId: string, body: CommandBody): Promise<void> {
  await attempt(async () => {
    takeCommand(await call('POST /api/v1/devices/:id/commands', { params: { id: deviceId }, body }));
  });
}

export async function cancelCommand({ deviceId, id }: Command): Promise<void> {
  await attempt(async () => {
    const params = { id: deviceId, commandId: id };
    takeCommand(await call('DELETE /api/v1/devices/:id/commands/:commandId', { params }));
  });
}
