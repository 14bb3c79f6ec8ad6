/** What is wrong with the rules somebody is typing, line by line: the hub's own reading, said in the reader's language. */
import type { Key } from '../../i18n/catalog.ts';

export interface LineProblem {
  /** From 1. */
  line: number;
  key: Extract<Key, `rules.wrong${string}`>;
  /** What it is about. */
  word: string;
}

const ACCESS = ['read', 'write', 'readwrite', 'deny'];

export const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/\r$/, ''));

/** What is sent: without the empty lines at the end. */
export const rulesOf = (text: string): string[] => (text.trim() === '' ? [] : linesOf(text.trimEnd()));

/** Lines that are rules, not comments or empty. */
export const countRules = (text: string): number => linesOf(text).filter((line) => !/^[ \t]*(#|$)/.test(line)).length;

export function problemsIn(text: string): LineProblem[] {
  return linesOf(text).flatMap((line, at) => {
    const problem = problemOf(line);
    return problem === undefined ? [] : [{ line: at + 1, ...problem }];
  });
}

export function problemOf(text: string): Omit<LineProblem, 'line'> | undefined {
  const line = text.replace(/^[ \t]+|[ \t\r\n]+$/g, '');
  if (line === '' || line.startsWith('#')) return undefined;
  if (/[\r\n\t\0]/.test(line)) return { key: 'rules.wrongBlank', word: line };
  const [, kind = '', rest = ''] = /^([^ ]*) *(.*)$/s.exec(line) ?? [];
  if (kind === 'user') return { key: 'rules.wrongUser', word: kind };
  if (kind !== 'topic' && kind !== 'pattern') return { key: 'rules.wrongKind', word: kind };
  if (rest === '') return { key: 'rules.wrongEmpty', word: kind };
  const [, word = '', filter] = /^([^ ]*)(?: +(.*))?$/s.exec(rest) ?? [];
  if (filter !== undefined && !ACCESS.includes(word)) return { key: 'rules.wrongAccess', word };
  return isFilter(filter ?? word) ? undefined : { key: 'rules.wrongFilter', word: filter ?? word };
}

function isFilter(filter: string): boolean {
  const levels = filter.split('/');
  return levels.every(
    (level, at) => !/[+#]/.test(level) || level === '+' || (level === '#' && at === levels.length - 1),
  );
}
