/** The pair page. */
export const pair = {} as const;
