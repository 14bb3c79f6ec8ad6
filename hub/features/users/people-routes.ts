/** REST of people, sessions and invitations. */
import { Type } from 'typebox';
import { RucheError } from '../../contract/errors.ts';
import { mayRole } from '../../contract/permissions.ts';
import { PageQuery } from '../../contract/problem.ts';
import { Invite, InviteCreated, Session, User, UserPatch } from '../../contract/user.ts';
import { ById, Gone, pageOf, pageRequest } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Users } from './users.ts';

const SessionsQuery = Type.Interface([PageQuery], {
  all: Type.Optional(Type.Boolean({ description: 'Everybody’s, for owners.' })),
});
const manage = { access: 'people.manage' } as const;
const oneself = { access: 'sessions.own' } as const;

export function peopleRoutes(users: Users): (http: Http) => void {
  return (http) => {
    userRoutes(http, users);
    sessionRoutes(http, users);
    inviteRoutes(http, users);
  };
}

function userRoutes(http: Http, users: Users): void {
  const tags = ['people'];
  http.get(
    '/api/v1/users',
    {
      config: manage,
      schema: { summary: 'Everybody, by name', tags, querystring: PageQuery, response: { 200: pageOf(User) } },
    },
    async (request) => users.list(pageRequest(request.query)),
  );
  http.patch(
    '/api/v1/users/:id',
    {
      config: manage,
      schema: { summary: 'Change a role', tags, params: ById, body: UserPatch, response: { 200: User } },
    },
    async (request) => users.accounts.changeRole(request.params.id, request.body.role),
  );
  http.delete(
    '/api/v1/users/:id',
    {
      config: manage,
      schema: { summary: 'Remove a person, with their sessions', tags, params: ById, response: { 204: Gone } },
    },
    async (request, reply) => {
      await users.accounts.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function sessionRoutes(http: Http, users: Users): void {
  const tags = ['sessions'];
  http.get(
    '/api/v1/sessions',
    {
      config: oneself,
      schema: {
        summary: 'My sessions, newest first',
        tags,
        querystring: SessionsQuery,
        response: { 200: pageOf(Session) },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { all = false } = request.query;
      if (all && !mayRole(person.role, 'people.manage')) throw new RucheError('FORBIDDEN');
      const whose = all ? {} : { userId: person.userId };
      return users.listSessions({ ...pageRequest(request.query), ...whose }, person.sessionId);
    },
  );
  http.delete(
    '/api/v1/sessions/:id',
    {
      config: oneself,
      schema: { summary: 'End a session: mine, or any for owners', tags, params: ById, response: { 204: Gone } },
    },
    async (request, reply) => {
      const person = personOf(request);
      const mayEndAny = mayRole(person.role, 'people.manage');
      await users.endSession(request.params.id, ({ userId }) => mayEndAny || userId === person.userId);
      return reply.code(204).send(null);
    },
  );
}

function inviteRoutes(http: Http, users: Users): void {
  const tags = ['invitations'];
  http.get(
    '/api/v1/invites',
    {
      config: manage,
      schema: {
        summary: 'Invitations not used yet, newest first',
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(Invite) },
      },
    },
    async (request) => users.invites.list(pageRequest(request.query)),
  );
  http.post(
    '/api/v1/invites',
    {
      config: manage,
      schema: { summary: 'Invite one person; the code is shown once', tags, response: { 201: InviteCreated } },
    },
    async (request, reply) => reply.code(201).send(await users.invites.create(personOf(request).username)),
  );
  http.delete(
    '/api/v1/invites/:id',
    {
      config: manage,
      schema: { summary: 'Withdraw an invitation', tags, params: ById, response: { 204: Gone } },
    },
    async (request, reply) => {
      await users.invites.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
