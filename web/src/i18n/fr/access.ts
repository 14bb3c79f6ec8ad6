/** The access page. */
import type { Translation } from '../catalog.ts';
import type { access as source } from '../en/access.ts';

export const access = {} satisfies Translation<typeof source>;
