/** The scores page. */
export const scores = {} as const;
