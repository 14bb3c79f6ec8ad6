/** The settings page. */
import type { Translation } from '../catalog.ts';
import type { settings as source } from '../en/settings.ts';

export const settings = {} satisfies Translation<typeof source>;
