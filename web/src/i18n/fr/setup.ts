/** The setup page. */
import type { Translation } from '../catalog.ts';
import type { setup as source } from '../en/setup.ts';

export const setup = { 'setup.title': 'Installer Ruche' } satisfies Translation<typeof source>;
