/** REST of accounts, and of the question whether something would be allowed. */
import { Type } from 'typebox';
import { AccessAnswer, AccessQuestion, Account, AccountCreate, AccountPatch } from '../../contract/account.ts';
import { PageQuery } from '../../contract/problem.ts';
import { Gone, pageOf, pageRequest } from '../page.ts';
import type { Http } from '../route.ts';
import type { Accounts } from './accounts.ts';
import { answerTo, type TesterDeps } from './tester.ts';

export interface AccountRoutesDeps extends Omit<TesterDeps, 'accounts'> {
  readonly accounts: Accounts;
}

const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 256 }) });
const manage = { access: 'accounts.manage' } as const;
const tags = ['accounts'];

export function accountRoutes(deps: AccountRoutesDeps): (http: Http) => void {
  return (http) => {
    listRoutes(http, deps.accounts);
    oneRoutes(http, deps.accounts);
    testRoute(http, deps);
  };
}

function listRoutes(http: Http, accounts: Accounts): void {
  http.get(
    '/api/v1/accounts',
    {
      config: manage,
      schema: {
        summary: 'Accounts of programs, by name',
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(Account) },
      },
    },
    async (request) => accounts.list(pageRequest(request.query)),
  );
  http.post(
    '/api/v1/accounts',
    {
      config: manage,
      schema: {
        summary: 'Create an account; its rules are lines of a Mosquitto acl_file',
        tags,
        body: AccountCreate,
        response: { 201: Account },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(request.body)),
  );
}

function oneRoutes(http: Http, accounts: Accounts): void {
  http.patch(
    '/api/v1/accounts/:name',
    {
      config: manage,
      schema: {
        summary: 'New rules count at once; a new password ends its connections',
        tags,
        params,
        body: AccountPatch,
        response: { 200: Account },
      },
    },
    async (request) => accounts.change(request.params.name, request.body),
  );
  http.delete(
    '/api/v1/accounts/:name',
    {
      config: manage,
      schema: { summary: 'Delete an account and end its connections', tags, params, response: { 204: Gone } },
    },
    async (request, reply) => {
      await accounts.remove(request.params.name);
      return reply.code(204).send(null);
    },
  );
}

function testRoute(http: Http, deps: AccountRoutesDeps): void {
  http.post(
    '/api/v1/access/test',
    {
      config: { access: 'access.test' },
      schema: {
        summary: 'Would it pass? Who, what, where: the answer, and the rule that decides',
        tags: ['access'],
        body: AccessQuestion,
        response: { 200: AccessAnswer },
      },
    },
    async (request) => answerTo(request.body, deps),
  );
}
