/** REST of refusals. */
import { Refusal, RefusalsQuery } from '../../contract/refusal.ts';
import { pageOf } from '../page.ts';
import type { Http } from '../route.ts';
import type { Refusals } from './refusals.ts';

export interface RefusalRoutesDeps {
  readonly refusals: Refusals;
  /** The id a device is known under, for any of its names. */
  readonly canonicalId: (idOrAlias: string) => string;
}

const LIMIT = 100;

export function refusalRoutes({ refusals, canonicalId }: RefusalRoutesDeps): (http: Http) => void {
  return (http) => {
    http.get(
      '/api/v1/refusals',
      {
        config: { access: 'refusals.read' },
        schema: {
          summary: 'What the hub did not accept, from whom, why, and the cure; the most recent first',
          tags: ['refusals'],
          querystring: RefusalsQuery,
          response: { 200: pageOf(Refusal) },
        },
      },
      async ({ query: { q, device, limit = LIMIT } }) => {
        const deviceId = device === undefined ? undefined : canonicalId(device);
        return { items: refusals.search({ q, deviceId, limit }) };
      },
    );
  };
}
