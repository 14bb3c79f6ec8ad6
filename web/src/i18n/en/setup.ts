/** The setup page. */
export const setup = { 'setup.title': 'Set up Ruche' } as const;
