/** GET /docs: the API for people. */
import type { Http } from '../features/route.ts';
import { type Description, docsPage } from './docs-page.ts';
import { DOCS_STYLE } from './docs-style.ts';

const hidden = { config: { access: 'public', rate: 'none' }, schema: { hide: true } } as const;

export function docsRoutes(http: Http): void {
  let page: string | undefined;
  http.get(
    '/docs',
    {
      config: { access: 'public', rate: 'none' },
      schema: { summary: 'This description for people', tags: ['hub'] },
    },
    async (_request, reply) => {
      page ??= docsPage(describe(http));
      return reply.type('text/html; charset=utf-8').send(page);
    },
  );
  http.get('/docs/style.css', hidden, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(DOCS_STYLE),
  );
}

/** As a reader of openapi.json sees it. */
function describe(http: Http): Description {
  return JSON.parse(JSON.stringify(http.swagger()));
}
