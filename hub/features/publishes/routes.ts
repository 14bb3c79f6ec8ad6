/** REST: publish a message, and the messages kept for that. */
import { PageQuery } from '../../contract/problem.ts';
import { PublishBody, Published, SavedPublish, SavedPublishBody } from '../../contract/topic.ts';
import { ById, Gone, pageOf, pageRequest } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Publishes } from './publishes.ts';

const access = 'topics.publish';
const tags = ['topics'];

export function publishRoutes(publishes: Publishes): (http: Http) => void {
  return (http) => {
    http.post(
      '/api/v1/publish',
      {
        config: { access },
        schema: {
          summary: 'Publish a message as yourself',
          description: 'Answered after it is stored as far as needed; refused like a message of a connection.',
          tags,
          body: PublishBody,
          response: { 200: Published },
        },
      },
      async (request) => {
        const subscribers = await publishes.publish(personOf(request), request.ip, request.body);
        return { status: 'published' as const, subscribers };
      },
    );
    addSavedRoutes(http, publishes);
  };
}

function addSavedRoutes(http: Http, publishes: Publishes): void {
  http.get(
    '/api/v1/saved-publishes',
    {
      config: { access },
      schema: {
        summary: 'Messages kept to be published again, by name',
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(SavedPublish) },
      },
    },
    async ({ query }) => publishes.list(pageRequest(query)),
  );
  http.post(
    '/api/v1/saved-publishes',
    {
      config: { access },
      schema: {
        summary: 'Keep a message to publish it again',
        tags,
        body: SavedPublishBody,
        response: { 201: SavedPublish },
      },
    },
    async (request, reply) => reply.code(201).send(await publishes.save(personOf(request), request.body)),
  );
  http.delete(
    '/api/v1/saved-publishes/:id',
    {
      config: { access },
      schema: { summary: 'Forget a kept message', tags, params: ById, response: { 204: Gone } },
    },
    async (request, reply) => {
      await publishes.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
