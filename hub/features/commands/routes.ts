/** REST of commands: for one device, and for many at once. */
import { Type } from 'typebox';
import { BulkCommand, BulkCommandBody, Command, CommandBody } from '../../contract/command.ts';
import { PageQuery } from '../../contract/problem.ts';
import { ById, pageOf, pageRequest } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Commands } from './commands.ts';

/** Any of the names a device has. */
const OfDevice = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) });
const OfCommand = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 256 }),
  commandId: Type.String({ minLength: 1, maxLength: 64 }),
});
const tags = ['commands'];
const LIFE =
  'queued → sent → delivered → acknowledged or failed; expired when its time ran out before the device had it, ' +
  'cancelled when it was taken back. The steps follow on $live/commands/<deviceId> and in GET.';

export function commandRoutes(commands: Commands): (http: Http) => void {
  return (http) => {
    addListRoutes(http, commands);
    addCommandRoutes(http, commands);
    addBulkRoutes(http, commands);
  };
}

function addListRoutes(http: Http, commands: Commands): void {
  http.get(
    '/api/v1/devices/:id/commands',
    {
      config: { access: 'commands.read' },
      schema: {
        summary: 'Commands of a device, newest first',
        tags,
        params: OfDevice,
        querystring: PageQuery,
        response: { 200: pageOf(Command) },
      },
    },
    async ({ params, query }) => commands.list(params.id, pageRequest(query)),
  );
  http.post(
    '/api/v1/devices/:id/commands',
    {
      config: { access: 'commands.send.own' },
      schema: {
        summary: 'Ask a device to do something; one that sleeps gets it when it wakes',
        description: `Stored when it is answered. ${LIFE}`,
        tags,
        params: OfDevice,
        body: CommandBody,
        response: { 202: Command },
      },
    },
    async (request, reply) => {
      const command = await commands.issue(personOf(request), request.params.id, request.body);
      return reply.code(202).send(command);
    },
  );
}

function addCommandRoutes(http: Http, commands: Commands): void {
  http.get(
    '/api/v1/devices/:id/commands/:commandId',
    {
      config: { access: 'commands.read' },
      schema: { summary: 'How far a command has come', tags, params: OfCommand, response: { 200: Command } },
    },
    async ({ params }) => commands.get(params.id, params.commandId),
  );
  http.delete(
    '/api/v1/devices/:id/commands/:commandId',
    {
      config: { access: 'commands.send.own' },
      schema: { summary: 'Cancel a command that is still queued', tags, params: OfCommand, response: { 200: Command } },
    },
    async (request) => commands.cancel(personOf(request), request.params.id, request.params.commandId),
  );
}

function addBulkRoutes(http: Http, commands: Commands): void {
  http.post(
    '/api/v1/commands',
    {
      config: { access: 'commands.send.own' },
      schema: {
        summary: 'Ask many devices at once: by their ids, a tag, or a filter',
        description: 'Every selected device is a row: its command, or why it was refused one.',
        tags,
        body: BulkCommandBody,
        response: { 202: BulkCommand },
      },
    },
    async (request, reply) => reply.code(202).send(await commands.issueBulk(personOf(request), request.body)),
  );
  http.get(
    '/api/v1/commands/:id',
    {
      config: { access: 'commands.read' },
      schema: { summary: 'A bulk command as it is now', tags, params: ById, response: { 200: BulkCommand } },
    },
    async ({ params }) => commands.bulk(params.id),
  );
}
