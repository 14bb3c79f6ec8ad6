/** The API described as OpenAPI 3.1, from the same schemas that check it. */
import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { Access } from '../contract/permissions.ts';
import { Problem, SeedError } from '../contract/problem.ts';
import { Gone } from '../features/page.ts';
import type { Http } from '../features/route.ts';

const ABOUT = `Times are integer Unix milliseconds in fields that end in "Ms". Lists are { items, nextCursor? }.
Unknown body fields are ignored. Errors are application/problem+json. "x-access" says who may call a route:
"public", "loopback" (this machine, or an owner), "device" (devices by token or JWT, accounts by Basic), or the permission a role must have.
"x-people" is the permission with which people may call a route of devices too.`;

const NAME = 'x-name';
const OF_DEVICES = [{ device: [] }, { account: [] }];

export async function addOpenApi(http: Http, version: string): Promise<void> {
  http.addHook('onRoute', ({ method, url, schema }) => {
    if (schema?.hide === true) return;
    if (schema?.summary === undefined || schema.tags === undefined) {
      throw new Error(`route ${method} ${url} has no summary and tags`);
    }
  });
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Ruche', description: ABOUT, version, license: { name: 'MIT', identifier: 'MIT' } },
      components: {
        securitySchemes: {
          device: { type: 'http', scheme: 'bearer', description: 'A device token, or a JWT the device signed.' },
          account: { type: 'http', scheme: 'basic', description: 'An account of a program.' },
          accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From login; 15 minutes.' },
        },
      },
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
    transformObject: (made) => ('openapiObject' in made ? hoisted(made.openapiObject) : made.swaggerObject),
  });
  http.get(
    '/openapi.json',
    {
      config: { access: 'public', rate: 'none' },
      schema: { summary: 'This description', tags: ['hub'] },
    },
    async () => http.swagger(),
  );
}

/** For the description only: who may call the route, and what an error looks like. */
function described(schema: FastifySchema | undefined, { config }: RouteOptions): FastifySchema {
  const access: Access = config?.access ?? 'public';
  const isSeedForm = config?.errorForm === 'seed';
  const problem = {
    description: 'What went wrong, and the cure.',
    content: isSeedForm
      ? { 'application/json': { schema: SeedError } }
      : { 'application/problem+json': { schema: Problem } },
  };
  const responses = schema?.response ?? { 200: Gone };
  const people = config?.people === undefined ? {} : { 'x-people': config.people };
  const ofPeople = [{ accessToken: [] }];
  const ofDevices = config?.people === undefined ? OF_DEVICES : [...OF_DEVICES, ...ofPeople];
  const security = access === 'public' ? [] : access === 'device' ? ofDevices : ofPeople;
  return named({ ...schema, security, response: { ...responses, default: problem }, 'x-access': access, ...people });
}

/** A copy in which every shape with an `$id` says its name in a way that survives the generator, which drops ids. */
function named(schema: object): FastifySchema {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (typeof value?.$id !== 'string') return value;
    const { $id, ...shape } = value;
    return { [NAME]: $id, ...shape };
  });
}

/** Every named shape once, under components; everywhere else a reference to it. */
function hoisted<Document extends object>(document: Document): Document {
  const schemas: Record<string, unknown> = {};
  const made = JSON.parse(JSON.stringify(document), (_key, value) => {
    if (typeof value?.[NAME] !== 'string') return value;
    const { [NAME]: name, ...shape } = value;
    schemas[name] = shape;
    return { $ref: `#/components/schemas/${name}` };
  });
  return { ...made, components: { ...made.components, schemas } };
}
