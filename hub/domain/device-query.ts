/** Which devices are meant: `tag:garden status:online pump` are those that fit all of it. */

export interface QueriedDevice {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly tags: readonly string[];
  readonly dialects: readonly string[];
}

type Term = (device: QueriedDevice) => boolean;

const MARKS: Readonly<Record<string, (wanted: string) => Term>> = {
  tag:
    (wanted) =>
    ({ tags }) =>
      tags.some((tag) => tag.toLowerCase() === wanted),
  status:
    (wanted) =>
    ({ status }) =>
      status === wanted,
  dialect:
    (wanted) =>
    ({ dialects }) =>
      dialects.includes(wanted),
};

/** Undefined: it says nothing, and must not mean everything. */
export function parseDeviceQuery(text: string): Term | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const terms = words.map(termOf);
  return (device) => terms.every((fits) => fits(device));
}

function termOf(word: string): Term {
  const colon = word.indexOf(':');
  const mark = colon < 0 ? '' : word.slice(0, colon);
  const marked = Object.hasOwn(MARKS, mark) ? MARKS[mark] : undefined;
  if (marked !== undefined) return marked(word.slice(colon + 1));
  return ({ id, name, tags, dialects }) =>
    [id, name, ...tags, ...dialects].some((it) => it.toLowerCase().includes(word));
}
