/** The scores page. */
import type { Translation } from '../catalog.ts';
import type { scores as source } from '../en/scores.ts';

export const scores = {} satisfies Translation<typeof source>;
