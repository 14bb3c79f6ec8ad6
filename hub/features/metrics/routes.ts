/** `GET /metrics`, for Prometheus and everything that reads its text. */
import { Type } from 'typebox';
import type { Http } from '../route.ts';
import type { Exposition } from './exposition.ts';
import type { Reading } from './readings.ts';

export interface MetricRoutesDeps {
  readonly exposition: Exposition;
  readings(): Promise<Reading[]>;
}

export function metricRoutes({ exposition, readings }: MetricRoutesDeps): (http: Http) => void {
  return (http) => {
    http.get(
      '/metrics',
      {
        config: { access: 'loopback', rate: 'none' },
        schema: {
          summary:
            'The numbers of the hub as Prometheus reads them: from this machine, or with an owner’s access token',
          tags: ['hub'],
          response: { 200: Type.String({ description: 'Prometheus text, version 0.0.4.' }) },
        },
      },
      async (_request, reply) => {
        const text = await exposition.text(await readings());
        return reply.header('cache-control', 'no-store').type(exposition.contentType).send(text);
      },
    );
  };
}
