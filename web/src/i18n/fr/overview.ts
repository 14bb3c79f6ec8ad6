/** The overview page. */
import type { Translation } from '../catalog.ts';
import type { overview as source } from '../en/overview.ts';

export const overview = {} satisfies Translation<typeof source>;
