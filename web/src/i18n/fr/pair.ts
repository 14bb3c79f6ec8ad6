/** The pair page. */
import type { Translation } from '../catalog.ts';
import type { pair as source } from '../en/pair.ts';

export const pair = {} satisfies Translation<typeof source>;
