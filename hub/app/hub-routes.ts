/** What the hub says about itself. */
import { Health, HubInfo } from '../contract/hub-info.ts';
import type { Http } from '../features/route.ts';
import type { HttpDeps } from './http.ts';

export function hubRoutes({ health, hubInfo }: Pick<HttpDeps, 'health' | 'hubInfo'>): (http: Http) => void {
  const tags = ['hub'];
  return (http) => {
    http.get(
      '/health',
      {
        config: { access: 'public', rate: 'none' },
        schema: { summary: 'Whether the hub works', tags, response: { 200: Health, 503: Health } },
      },
      async (request, reply) => {
        const now = health();
        reply.header('vary', 'accept').code(now.status === 'ok' ? 200 : 503);
        // The app has a page of this name. Monitors that ask like browsers still learn from the status how it is.
        if (request.headers.accept?.includes('text/html') && reply.sendWebApp()) return reply;
        return reply.header('cache-control', 'no-store').send(now);
      },
    );
    http.get(
      '/api/v1/hub',
      {
        config: { access: 'devices.read' },
        schema: { summary: 'What a device must be told to reach this hub', tags, response: { 200: HubInfo } },
      },
      async () => hubInfo(),
    );
  };
}
