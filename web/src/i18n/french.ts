/** French typography for the whole catalogue: thin spaces that never break before high punctuation and units. */

const NNBSP = '\u202f';

/** Turns the plain spaces of the source into narrow no-break ones where French wants them. */
export function typographic(text: string): string {
  return text
    .replace(/ ([;:!?»%])/g, `${NNBSP}$1`)
    .replace(/« /g, `«${NNBSP}`)
    .replace(/(\d|\}) (ms|s|min|h|j|o|ko|Mo|Go)(?![\p{L}])/gu, `$1${NNBSP}$2`);
}

/** The same for every sentence of a catalogue, plural forms and error sentences included. */
export function typeset<T extends object>(messages: T): T {
  return JSON.parse(JSON.stringify(messages), (_, value) => (typeof value === 'string' ? typographic(value) : value));
}
