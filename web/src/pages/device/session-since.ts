/** Since when the connection of a device is as it is. */
import type { Device, DeviceConnection } from '../../../../hub/contract/device.ts';

/** A device that is gone for a moment keeps its status: only its last disconnect tells since when it is closed. */
export function sessionSinceMs(
  { connected, sinceMs }: Pick<Device, 'connected' | 'sinceMs'>,
  connection: Pick<DeviceConnection, 'connectedMs' | 'lastDisconnect'> | undefined,
): number {
  const knownMs = connected ? connection?.connectedMs : connection?.lastDisconnect?.atMs;
  return knownMs ?? sinceMs;
}
