/** The REST API as the signed-in person: `await call('GET /api/v1/devices/:id', { params: { id } })`. */
import type { Api, Route } from '../../hub/contract/api.ts';
import { ApiProblem, type CallArguments, exchange } from './http.ts';
import { goodToken, renewedToken } from './session.ts';

/** Codes that mean "this token is no good any more", as opposed to a wrong password in the body. */
const TOKEN_REFUSED = new Set(['AUTH_REQUIRED', 'AUTH_EXPIRED']);

/** Calls a route with a good token; a refused one is renewed once. Throws ApiProblem. */
export async function call<R extends Route>(route: R, ...[options]: CallArguments<R>): Promise<Api[R]['reply']> {
  const given = options ?? {};
  try {
    return await exchange(route, given, await goodToken());
  } catch (error) {
    if (!(error instanceof ApiProblem) || !TOKEN_REFUSED.has(error.code) || error.status !== 401) throw error;
    return exchange(route, given, await renewedToken());
  }
}

/** Calls a route that needs no sign-in. */
export function callPublic<R extends Route>(route: R, ...[options]: CallArguments<R>): Promise<Api[R]['reply']> {
  return exchange(route, options ?? {}, null);
}
