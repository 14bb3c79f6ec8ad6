/** What must be known before anybody has signed in: is there an owner, who may register, which version is this. */
import { callPublic } from '../api.ts';
import { makeResource } from './loading.ts';

export const setupState = makeResource((signal) => callPublic('GET /api/v1/setup', { signal }));
