/** What a tile knows of its device: whether it exists, its newest value, and whether that is still being asked for. */
import { useComputed } from '@preact/signals';
import type { Device, DeviceValue } from '../../../../../hub/contract/device.ts';
import { deviceValues } from '../../../state/device-values.ts';
import { fleet } from '../../../state/devices.ts';

export interface TileValue {
  readonly device: Device | undefined;
  readonly value: DeviceValue | undefined;
  readonly isLoading: boolean;
}

export function useValue(deviceId: string, metric: string): TileValue {
  const values = deviceValues.use(deviceId);
  const value = useComputed(() => {
    const known = values.value?.get(metric);
    // until its own topic has answered, the list of devices may know it
    return known ?? fleet.device(deviceId).value?.values.find((each) => each.metric === metric);
  });
  const isLoading = useComputed(() => values.value === null);
  const device = useTileDevice(deviceId);
  return { device, value: value.value, isLoading: isLoading.value && value.value === undefined };
}

/** A device changes with everything it says; a tile looks again only when its state, name or owner is another. */
export function useTileDevice(deviceId: string): Device | undefined {
  const shown = useComputed(() => {
    const device = fleet.device(deviceId).value;
    return device && `${device.status} ${device.reason} ${device.owner} ${device.player} ${device.name}`;
  });
  return shown.value === undefined ? undefined : fleet.device(deviceId).peek();
}
