/** The devices page. */
import type { Translation } from '../catalog.ts';
import type { devices as source } from '../en/devices.ts';

export const devices = {} satisfies Translation<typeof source>;
