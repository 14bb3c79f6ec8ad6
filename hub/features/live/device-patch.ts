/** What of a device is sent: the fields that changed, without what this person may not see. */
import { Device } from '../../contract/device.ts';

export type DevicePatch = Partial<Device> & { id: string };

type Field = Exclude<keyof Device, 'id'>;
const isField = (name: string): name is Field => name !== 'id' && name in Device.properties;
const FIELDS: readonly Field[] = Object.keys(Device.properties).filter(isField);

/** One device in a message. */
export interface Change {
  readonly patch: DevicePatch;
  /** All fields, not only those that changed. */
  readonly isWhole: boolean;
  /** User name of the person it belongs to. */
  readonly owner: string | null;
}

export const wholeDevice = (device: Device): Change => ({ patch: device, isWhole: true, owner: device.owner });

/** `undefined` when nothing changed. A new owner may see more than before, so the whole device is sent then. */
export function changeOf(before: Device | undefined, now: Device): Change | undefined {
  if (before === undefined || before.owner !== now.owner) return wholeDevice(now);
  const patch: DevicePatch = { ...now };
  for (const field of FIELDS) if (isSame(before[field], now[field])) delete patch[field];
  return Object.keys(patch).length > 1 ? { patch, isWhole: false, owner: now.owner } : undefined;
}

function isSame(a: Device[Field], b: Device[Field]): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/** The change as others see it; `undefined` when it is only about what they may not see. */
export function withoutNetwork({ patch, isWhole }: Change): DevicePatch | undefined {
  const { address: _address, clientId: _clientId, aliases: _aliases, ...shown } = patch;
  if (isWhole) return { ...shown, address: null, clientId: null, aliases: [] };
  return Object.keys(shown).length > 1 ? shown : undefined;
}
