/** Where boards are shown. Pure. */
import { href } from './router.ts';

/** The board of the first page. */
export const OVERVIEW_ID = 'overview';

export const boardPath = (id: string): string => (id === OVERVIEW_ID ? '/' : href('/boards/:id', { id }));
