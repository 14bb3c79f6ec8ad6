/** REST: destinations of forwarding, their queues and dead letters. */
import {
  Counted,
  DeadLetter,
  DeadLettersBody,
  Destination,
  DestinationBody,
  DestinationPatch,
  DestinationTested,
} from '../../contract/destination.ts';
import { PageQuery } from '../../contract/problem.ts';
import { ById, Gone, pageOf, pageRequest } from '../page.ts';
import type { Http } from '../route.ts';
import type { Forwarding } from './forwarding.ts';

const read = { access: 'forwarding.read' } as const;
const manage = { access: 'forwarding.manage' } as const;
const tags = ['forwarding'];

export function forwardingRoutes(forwarding: Forwarding): (http: Http) => void {
  return (http) => {
    addDestinations(http, forwarding);
    addQueues(http, forwarding);
    addDeadLetters(http, forwarding);
  };
}

function addDestinations(http: Http, forwarding: Forwarding): void {
  http.get(
    '/api/v1/destinations',
    {
      config: read,
      schema: {
        summary: 'Where the hub forwards to, and how that fares',
        tags,
        response: { 200: pageOf(Destination) },
      },
    },
    async () => ({ items: forwarding.list() }),
  );
  http.get(
    '/api/v1/destinations/:id',
    { config: read, schema: { summary: 'One destination', tags, params: ById, response: { 200: Destination } } },
    async ({ params }) => forwarding.get(params.id),
  );
  http.post(
    '/api/v1/destinations',
    {
      config: manage,
      schema: {
        summary: 'Forward to a webhook or another MQTT broker',
        description: 'Begins with what comes from now on.',
        tags,
        body: DestinationBody,
        response: { 201: Destination },
      },
    },
    async (request, reply) => reply.code(201).send(await forwarding.create(request.body)),
  );
  http.patch(
    '/api/v1/destinations/:id',
    {
      config: manage,
      schema: {
        summary: 'Change or pause a destination',
        description: 'What waits for it stays, and is sent the new way.',
        tags,
        params: ById,
        body: DestinationPatch,
        response: { 200: Destination },
      },
    },
    async ({ params, body }) => forwarding.change(params.id, body),
  );
  http.delete(
    '/api/v1/destinations/:id',
    {
      config: manage,
      schema: { summary: 'Delete a destination and what waits for it', tags, params: ById, response: { 204: Gone } },
    },
    async ({ params }, reply) => {
      await forwarding.remove(params.id);
      return reply.code(204).send(null);
    },
  );
}

function addQueues(http: Http, forwarding: Forwarding): void {
  http.post(
    '/api/v1/destinations/:id/test',
    {
      config: manage,
      schema: { summary: 'Send a test past the queue', tags, params: ById, response: { 200: DestinationTested } },
    },
    async ({ params }) => forwarding.test(params.id),
  );
  http.post(
    '/api/v1/destinations/:id/flush',
    {
      config: manage,
      schema: { summary: 'Try again now, not when it is due', tags, params: ById, response: { 200: Destination } },
    },
    async ({ params }) => forwarding.flush(params.id),
  );
  http.delete(
    '/api/v1/destinations/:id/queue',
    {
      config: manage,
      schema: { summary: 'Discard everything that waits', tags, params: ById, response: { 200: Counted } },
    },
    async ({ params }) => ({ count: await forwarding.discard(params.id) }),
  );
}

function addDeadLetters(http: Http, forwarding: Forwarding): void {
  http.get(
    '/api/v1/destinations/:id/dead-letters',
    {
      config: read,
      schema: {
        summary: 'What the other side would not take, newest first',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: pageOf(DeadLetter) },
      },
    },
    async ({ params, query }) => forwarding.deadLetters(params.id, pageRequest(query)),
  );
  http.post(
    '/api/v1/destinations/:id/dead-letters/resend',
    {
      config: manage,
      schema: {
        summary: 'Put dead letters at the end of the queue',
        tags,
        params: ById,
        body: DeadLettersBody,
        response: { 200: Counted },
      },
    },
    async ({ params, body }) => ({ count: await forwarding.resend(params.id, body.ids) }),
  );
  http.post(
    '/api/v1/destinations/:id/dead-letters/discard',
    {
      config: manage,
      schema: {
        summary: 'Delete dead letters for good',
        tags,
        params: ById,
        body: DeadLettersBody,
        response: { 200: Counted },
      },
    },
    async ({ params, body }) => ({ count: await forwarding.discardLetters(params.id, body.ids) }),
  );
}
