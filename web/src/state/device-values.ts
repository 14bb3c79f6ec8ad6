/** The newest value of everything the devices on a board measure. */
import type { DeviceValue } from '../../../hub/contract/device.ts';
import type { LiveDevice } from '../../../hub/contract/live.ts';
import { liveDevice } from '../../../hub/contract/topics.ts';
import { shareLive } from './shared-live.ts';

/** By metric; null until the hub has said what there is. */
export type DeviceValues = ReadonlyMap<string, DeviceValue> | null;

export const deviceValues = shareLive<LiveDevice, DeviceValues>(liveDevice, null, withReadings);

/** A snapshot says everything there is; what is older than what is known changes nothing. */
export function withReadings(known: DeviceValues, { snapshot, readings }: LiveDevice): DeviceValues {
  const next = new Map(snapshot ? [] : known);
  for (const reading of readings) {
    const before = next.get(reading.metric);
    if (before === undefined || before.atMs <= reading.atMs) next.set(reading.metric, reading);
  }
  return next;
}
