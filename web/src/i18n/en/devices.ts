/** The devices page. */
export const devices = {} as const;
