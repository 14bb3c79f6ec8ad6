/** The device page. */
export const device = {} as const;
