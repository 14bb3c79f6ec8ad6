/** The device page. */
import type { Translation } from '../catalog.ts';
import type { device as source } from '../en/device.ts';

export const device = {} satisfies Translation<typeof source>;
