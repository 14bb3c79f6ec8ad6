/** `npm run test:long` repeats what is random more often; everything else runs the same tests for less. */

/** How often to repeat: what every run can afford, or what a night can. */
export const repeats = (usual: number, long: number): number => (process.env.RUCHE_TEST_LONG === '1' ? long : usual);
