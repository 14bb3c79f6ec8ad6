/** The overview page. */
export const overview = {} as const;
