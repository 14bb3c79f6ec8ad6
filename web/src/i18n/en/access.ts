/** The access page. */
export const access = {} as const;
