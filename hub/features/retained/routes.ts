/** REST: delete retained messages, look into the trash, bring back. */
import { PageQuery } from '../../contract/problem.ts';
import { RestoreBody, Restored, RetainedDeleteBody, RetainedDeleted, TrashedRetained } from '../../contract/topic.ts';
import { pageOf, pageRequest } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Retained } from './retained.ts';

export function retainedRoutes(retained: Retained): (http: Http) => void {
  const access = 'retained.delete';
  const tags = ['topics'];
  return (http) => {
    http.post(
      '/api/v1/retained/delete',
      {
        config: { access },
        schema: {
          summary: 'Delete every retained message that matches, into the trash; a dry run only says which',
          description: 'Subscribers are told by an empty message, as MQTT has it. Restorable for 30 days.',
          tags,
          body: RetainedDeleteBody,
          response: { 200: RetainedDeleted },
        },
      },
      async (request) => {
        const { filter, dryRun = false } = request.body;
        return dryRun ? retained.preview(filter) : retained.delete(personOf(request), filter);
      },
    );
    http.get(
      '/api/v1/retained/trash',
      {
        config: { access },
        schema: {
          summary: 'Deleted retained messages, newest first',
          tags,
          querystring: PageQuery,
          response: { 200: pageOf(TrashedRetained) },
        },
      },
      async ({ query }) => retained.list(pageRequest(query)),
    );
    http.post(
      '/api/v1/retained/trash/restore',
      {
        config: { access },
        schema: {
          summary: 'Bring deleted retained messages back: one deletion, or some of it',
          tags,
          body: RestoreBody,
          response: { 200: Restored },
        },
      },
      async (request) => retained.restore(request.body),
    );
  };
}
