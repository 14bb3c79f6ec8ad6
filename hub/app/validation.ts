/** What requests must look like: TypeBox checks, texts of a query as numbers, and errors that name the field. */
import type { FastifySchemaCompiler } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { RucheError } from '../contract/errors.ts';
import type { Http } from '../features/route.ts';

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Unknown fields are ignored. Bodies are taken as they are: "5" is not a number there. */
export const validatorFor: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const shape = Compile(schema);
  const isText = httpPart !== 'body';
  const types = isText ? typesOf(schema) : new Map<string, unknown>();
  return (given: unknown) => {
    const value = isText ? fromTexts(given, types) : given;
    if (shape.Check(value)) return { value };
    return { error: shape.Errors(value) };
  };
};

/** "body.user.name must be string": the first thing wrong, by its path. */
export function sayWhatIsWrong(errors: FastifySchemaValidationError[], part: string): Error {
  const [first] = errors;
  if (first === undefined) return new Error(`${part} is not as expected.`);
  const path = part + first.instancePath.replaceAll('/', '.');
  const missing = first.params.requiredProperties;
  if (first.keyword === 'required' && Array.isArray(missing)) {
    return new Error(`${missing.map((name) => `${path}.${name} is missing`).join(', ')}.`);
  }
  const choices = errors.filter((error) => error.keyword === 'const' && error.instancePath === first.instancePath);
  if (choices.length > 0) {
    return new Error(
      `${path} must be one of ${choices.map((one) => JSON.stringify(one.params.allowedValue)).join(', ')}.`,
    );
  }
  return new Error(`${path} ${first.message ?? 'is not as expected'}.`);
}

/**
 * JSON as always, but no body at all is allowed: many programs name the type of a body they do not send. One with names
 * that are a trap is refused when it is known who sends it, which another field of it may tell: see the guard.
 */
export function parseJsonLeniently(http: Http): void {
  const parse = http.getDefaultJsonParser('error', 'error');
  const parseRest = http.getDefaultJsonParser('remove', 'remove');
  http.decorateRequest('unfitBody', null);
  http.removeAllContentTypeParsers();
  http.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    void parse(request, body, (error, parsed) => {
      if (error === null) return done(null, parsed);
      void parseRest(request, body, (broken, rest) => {
        if (broken !== null) return done(error);
        request.unfitBody = new RucheError('BODY_INVALID', TRAP);
        done(null, rest);
      });
    });
  });
}

const TRAP =
  'The body has a field called "__proto__", or "prototype" in one called "constructor". Call it something else.';

/** Names whose texts stand for a number or a yes or no. */
function typesOf(schema: TSchema): Map<string, unknown> {
  const properties: unknown = 'properties' in schema ? schema.properties : undefined;
  const named = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  return new Map(named.map(([name, property]) => [name, property.type]));
}

function fromTexts(given: unknown, types: ReadonlyMap<string, unknown>): unknown {
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, fromText(text, types.get(name))]));
}

function fromText(text: unknown, type: unknown): unknown {
  if (typeof text !== 'string') return text;
  if ((type === 'integer' || type === 'number') && NUMBER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === '1')) return true;
  if (type === 'boolean' && (text === 'false' || text === '0')) return false;
  return text;
}
