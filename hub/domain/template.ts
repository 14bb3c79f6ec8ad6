/** Bodies of one's own: a text with places for values. `{{name}}` goes inside a text, `{{{name}}}` is JSON. */

/** Names may lead into JSON: `json.temperature`, `event.details.source`. */
const PLACE = /\{\{\{\s*([\w.]+)\s*\}\}\}|\{\{\s*([\w.]+)\s*\}\}/g;

/** The first parts of all names a template asks for. */
export function namesIn(template: string): string[] {
  const names = [...template.matchAll(PLACE)].map(([, json, text]) => (json ?? text ?? '').split('.')[0] ?? '');
  return [...new Set(names)];
}

/** What is missing is empty in a text, and null in JSON. Own fields alone count: `constructor` is a name like any other. */
export function render(template: string, values: ReadonlyMap<string, unknown>): string {
  return template.replace(PLACE, (_place, json: string | undefined, text: string | undefined) => {
    if (json !== undefined) return JSON.stringify(valueAt(values, json) ?? null);
    return escaped(valueAt(values, text ?? ''));
  });
}

function valueAt(values: ReadonlyMap<string, unknown>, path: string): unknown {
  const [name = '', ...rest] = path.split('.');
  let value = values.get(name);
  for (const part of rest) {
    const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    value = isInside ? Reflect.get(Object(value), part) : undefined;
  }
  return value;
}

/** As the inside of a JSON string, so that a value can never break out of the quotes around it. */
function escaped(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}
