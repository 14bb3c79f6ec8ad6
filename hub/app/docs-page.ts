/** The API description as one page of plain HTML: works without a network and without scripts. */
import { type Access, mayRole, ROLES } from '../contract/permissions.ts';

/** The part of OpenAPI 3.1 that our own description uses. */
export interface Description {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
  'x-access': Access;
}
type Content = Record<string, { schema?: Schema }>;
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}
interface Route {
  method: string;
  path: string;
  operation: Operation;
}

export function docsPage(api: Description): string {
  const tags = routesByTag(api);
  const sections = [...tags].map(([tag, routes]) => section(tag, routes.map(routeHtml).join('\n')));
  const names = Object.entries(api.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  const shapes = names.map(([name, schema]) => shapeHtml(name, schema)).join('\n');
  const links = [...tags.keys(), 'shapes'].map((tag) => `<a href="#${esc(tag)}">${esc(tag)}</a>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${esc(api.info.title)} API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header>
<h1>${esc(api.info.title)} API <small>${esc(api.info.version)}</small></h1>
<p>${esc(api.info.description)}</p>
<p>Sign in with <code>POST /api/v1/auth/login</code> and send <code>Authorization: Bearer &lt;accessToken&gt;</code>.
For programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav aria-label="Groups">${links}</nav>
</header>
<main>
${sections.join('\n')}
${section('shapes', shapes)}
</main>
</body>
</html>
`;
}

function routesByTag(api: Description): Map<string, Route[]> {
  const tags = new Map<string, Route[]>();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      tags.set(tag, [...(tags.get(tag) ?? []), { method: method.toUpperCase(), path, operation }]);
    }
  }
  return tags;
}

const section = (tag: string, inner: string): string =>
  `<section aria-labelledby="${esc(tag)}">\n<h2 id="${esc(tag)}">${esc(tag)}</h2>\n${inner}\n</section>`;

function routeHtml({ method, path, operation }: Route): string {
  const { summary = '', parameters = [], requestBody, responses } = operation;
  const body = requestBody === undefined ? '' : `<h3>Body</h3>${contentHtml(requestBody.content)}`;
  const answers = Object.entries(responses).map(([status, { description = '', content = {} }]) => {
    const name = status === 'default' ? 'otherwise' : status;
    const said = description === 'Default Response' ? '' : esc(description);
    return `<h3>Answer <code>${esc(name)}</code></h3>${said === '' ? '' : `<p>${said}</p>`}${contentHtml(content)}`;
  });
  return `<details>
<summary><span class="method ${method.toLowerCase()}">${method}</span> <code>${pathHtml(path)}</code>
<span class="what">${esc(summary)}</span> <span class="who">${esc(callers(operation['x-access']))}</span></summary>
<div class="inner">${parametersHtml(parameters)}${body}${answers.join('')}</div>
</details>`;
}

/** Who may call, as people say it. */
function callers(access: Access): string {
  if (access === 'public') return 'everybody';
  if (access === 'loopback') return 'this machine, owner';
  if (access === 'device') return 'devices, accounts';
  const roles = ROLES.filter((role) => mayRole(role, access));
  return roles.length === ROLES.length ? 'signed in' : roles.join(', ');
}

const pathHtml = (path: string): string => esc(path).replace(/\{(\w+)\}/g, '<var>:$1</var>');

function parametersHtml(parameters: NonNullable<Operation['parameters']>): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(({ name, in: place, required = false, description = '', schema = {} }) => {
    const type = `${esc(typeText(schema, ''))}${required ? '' : ', optional'}`;
    const limits = [description, limitsText(schema)].filter((text) => text !== '').join(' ');
    return `<tr><td><code>${esc(name)}</code></td><td>${esc(place)}</td><td>${type}</td><td>${esc(limits)}</td></tr>`;
  });
  return `<h3>Parameters</h3><table><tbody>${rows.join('')}</tbody></table>`;
}

function contentHtml(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema = {} }]) => {
      const label = type === 'application/json' ? '' : `<p><code>${esc(type)}</code></p>`;
      return `${label}<pre tabindex="0">${linked(typeText(schema, ''))}</pre>`;
    })
    .join('');
}

const shapeHtml = (name: string, schema: Schema): string =>
  `<h3 id="shape-${esc(name)}"><code>${esc(name)}</code></h3><pre tabindex="0">${linked(typeText(schema, ''))}</pre>`;

/** A schema as TypeScript would write it; other shapes by name. */
export function typeText(schema: Schema, indent: string): string {
  const { $ref, anyOf, items, properties, type } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (anyOf !== undefined) return anyOf.map((one) => typeText(one, indent)).join(' | ');
  if (type === 'array') return arrayText(items ?? {}, indent);
  if (properties !== undefined) return objectText(properties, schema.required ?? [], indent);
  const values = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties;
  if (typeof values === 'object') return `{ [name: string]: ${typeText(values, indent)} }`;
  return type ?? 'anything';
}

function arrayText(items: Schema, indent: string): string {
  const inner = typeText(items, indent);
  return inner.includes(' | ') && !inner.startsWith('{') ? `(${inner})[]` : `${inner}[]`;
}

function objectText(properties: Record<string, Schema>, required: readonly string[], indent: string): string {
  const deeper = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const notes = [schema.description ?? '', limitsText(schema)].filter((text) => text !== '').join(' ');
    const mark = required.includes(name) ? '' : '?';
    return `${deeper}${name}${mark}: ${typeText(schema, deeper)}${notes === '' ? '' : `  // ${notes}`}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function limitsText(schema: Schema): string {
  const parts = [
    rangeText(schema.minLength, schema.maxLength, ' characters'),
    rangeText(schema.minimum, schema.maximum, ''),
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ];
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? '' : `(${text})`;
}

function rangeText(min: number | undefined, max: number | undefined, unit: string): string {
  // Times are "integers from 0": not worth a word.
  if (max === undefined) return min === undefined || min === 0 ? '' : `from ${min}${unit}`;
  return min === undefined ? `up to ${max}${unit}` : `${min} to ${max}${unit}`;
}

/** Names of shapes in already readable text become links to them. */
const linked = (text: string): string =>
  esc(text).replace(/(^|[:|([] ?)([A-Z]\w+)(?=[[\]|)\s]|$)/gm, '$1<a href="#shape-$2">$2</a>');

function esc(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
