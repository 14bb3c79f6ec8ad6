/** Devices that connected without credentials and wait to be adopted or paired. */
import { signal } from '@preact/signals';
import type { WaitingDevice } from '../../../hub/contract/device.ts';

export const waitingDevices = signal<readonly WaitingDevice[]>([]);

export function setWaiting(devices: readonly WaitingDevice[]): void {
  waitingDevices.value = devices;
}
