/** The five states in the order in which people are shown them. */
import type { DeviceStatus } from '../../../hub/contract/device.ts';

export const DEVICE_STATES: readonly DeviceStatus[] = ['online', 'late', 'asleep', 'offline', 'never'];
export type StateCounts = Readonly<Record<DeviceStatus, number>>;
