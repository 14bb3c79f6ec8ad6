/** REST of boards. */
import { Board, BoardCreate, BoardPatch, BoardPut } from '../../contract/board.ts';
import { ById, Gone, pageOf } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Boards } from './boards.ts';

const tags = ['boards'];
const REVISED = 'With the revision of the board it was made to: 409 when somebody has changed it since.';

export function boardRoutes(boards: Boards): (http: Http) => void {
  return (http) => {
    addListRoutes(http, boards);
    addReadRoutes(http, boards);
    addChangeRoutes(http, boards);
  };
}

function addListRoutes(http: Http, boards: Boards): void {
  http.get(
    '/api/v1/boards',
    {
      config: { access: 'boards.read' },
      schema: {
        summary: 'The overview, the shared boards and my own; all of them at once',
        tags,
        response: { 200: pageOf(Board) },
      },
    },
    async (request) => ({ items: await boards.list(personOf(request)) }),
  );
  http.post(
    '/api/v1/boards',
    {
      config: { access: 'boards.own' },
      schema: { summary: 'Make a board', tags, body: BoardCreate, response: { 201: Board } },
    },
    async (request, reply) => reply.code(201).send(await boards.create(personOf(request), request.body)),
  );
}

function addReadRoutes(http: Http, boards: Boards): void {
  http.get(
    '/api/v1/boards/:id',
    {
      config: { access: 'boards.read' },
      schema: {
        summary: 'One board; "overview" is generated from what exists until somebody stores it',
        tags,
        params: ById,
        response: { 200: Board },
      },
    },
    async (request) => boards.get(personOf(request), request.params.id),
  );
  http.delete(
    '/api/v1/boards/:id',
    {
      config: { access: 'boards.own' },
      schema: {
        summary: 'Delete a board; the overview is generated again',
        tags,
        params: ById,
        response: { 204: Gone },
      },
    },
    async (request, reply) => {
      await boards.remove(personOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function addChangeRoutes(http: Http, boards: Boards): void {
  http.put(
    '/api/v1/boards/:id',
    {
      config: { access: 'boards.own' },
      schema: {
        summary: 'The whole board as it shall be, its tiles in their order',
        description: REVISED,
        tags,
        params: ById,
        body: BoardPut,
        response: { 200: Board },
      },
    },
    async (request) => boards.put(personOf(request), request.params.id, request.body),
  );
  http.patch(
    '/api/v1/boards/:id',
    {
      config: { access: 'boards.own' },
      schema: {
        summary: 'Rename a board, share it or keep it to myself',
        description: REVISED,
        tags,
        params: ById,
        body: BoardPatch,
        response: { 200: Board },
      },
    },
    async (request) => boards.patch(personOf(request), request.params.id, request.body),
  );
}
