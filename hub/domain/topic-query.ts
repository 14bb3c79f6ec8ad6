/**
 * What is typed into the Explorer's filter: words of the topic, a pattern with + or #, `payload:…`, `client:…`,
 * `retained:yes` or `retained:no`; quotes keep spaces together, and everything must match.
 */
import { matchesFilter } from './topic-filter.ts';
import { isTopicFilter } from './topic-names.ts';

export type Term =
  /** Found in the name, without case. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly filter: string }
  | { readonly kind: 'payload'; readonly text: string }
  | { readonly kind: 'client'; readonly text: string }
  | { readonly kind: 'retained'; readonly isRetained: boolean };

/** What a term may ask about; the dearer answers are only given when they are needed. */
export interface TopicFacts {
  readonly topic: string;
  readonly isRetained: boolean;
  /** Everybody who was seen to publish it. */
  clients(): readonly string[];
  /** The last payload as text. */
  payload(): string;
}

/** More terms than this are not looked at. */
export const TERMS_MAX = 16;
/** A word, or name:"words", or "words". */
const WORD = /(?:(payload|client|retained):)?(?:"([^"]*)"?|(\S+))/giu;
const YES = new Set(['yes', 'y', 'true', '1', 'oui']);
const NO = new Set(['no', 'n', 'false', '0', 'non']);

export function parseTopicQuery(typed: string): Term[] {
  const terms: Term[] = [];
  for (const [whole, name, quoted, bare] of typed.matchAll(WORD)) {
    const term = termOf(name?.toLowerCase(), quoted ?? bare ?? '', whole);
    if (term !== undefined) terms.push(term);
    if (terms.length === TERMS_MAX) break;
  }
  return terms;
}

function termOf(name: string | undefined, value: string, whole: string): Term | undefined {
  const text = value.toLowerCase();
  if (text === '') return undefined;
  switch (name) {
    case 'payload':
      return { kind: 'payload', text };
    case 'client':
      return { kind: 'client', text };
    case 'retained':
      if (YES.has(text)) return { kind: 'retained', isRetained: true };
      return NO.has(text) ? { kind: 'retained', isRetained: false } : { kind: 'text', text: whole.toLowerCase() };
    default:
      if (/[+#]/.test(value) && isTopicFilter(value)) return { kind: 'pattern', filter: value };
      return { kind: 'text', text };
  }
}

export function matchesQuery(terms: readonly Term[], facts: TopicFacts): boolean {
  return terms.every((term) => matchesTerm(term, facts));
}

function matchesTerm(term: Term, facts: TopicFacts): boolean {
  switch (term.kind) {
    case 'text':
      return facts.topic.toLowerCase().includes(term.text);
    case 'pattern':
      return matchesFilter(term.filter, facts.topic);
    case 'retained':
      return facts.isRetained === term.isRetained;
    case 'client':
      return facts.clients().some((client) => client.toLowerCase().includes(term.text));
    case 'payload':
      return facts.payload().toLowerCase().includes(term.text);
  }
}
