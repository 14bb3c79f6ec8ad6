/** The rules of an account, one line each, read and decided as Mosquitto 2 does with its acl_file. */
import { RucheError } from '../contract/errors.ts';
import { commonFilter, matchesLevels } from './topic-filter.ts';
import { isTopicFilter } from './topic-names.ts';

type RuleAccess = 'read' | 'write' | 'readwrite' | 'deny';

export interface Rule {
  /** `pattern`: %c and %u stand for the client id and the user name. */
  readonly kind: 'topic' | 'pattern';
  readonly access: RuleAccess;
  readonly filter: string;
  /** As it was written, without the blanks around it. */
  readonly line: string;
}

/** A rule of one client: its placeholders are filled. */
export interface FilledRule extends Rule {
  readonly levels: readonly string[];
}

/** The rules of one client, in the order in which they are asked: `topic` before `pattern`, in each those that deny first. */
export interface Ruleset {
  readonly topics: readonly FilledRule[];
  /** Undefined when the client's names would mean something in a filter. */
  readonly patterns: readonly FilledRule[] | undefined;
}

/** What the rules say, and which of them said it; no rule: none spoke. */
export interface Ruling {
  readonly allowed: boolean;
  readonly rule?: Rule | undefined;
  /** Its rules would have to be filled with a name that contains a wildcard. */
  readonly isUnsafe?: boolean;
}

export const NO_RULES: Ruleset = { topics: [], patterns: [] };

const ALLOWED_FORM =
  'Allowed is "topic" or "pattern", then read, write, readwrite or deny (left out: readwrite), then a topic filter.';
const COMMENT = '#';
/** At both ends. Other kinds of space may be part of a topic. */
const BLANKS = /^[ \t]+|[ \t\r\n]+$/g;
/** Filled in, these would reach beyond the client's own place. */
const WILDCARD = /[+#]/;
/** In no rule and in no topic: as a level it matches wildcards only. */
const ANY_LEVEL = '\0';

/** Every rule of these lines; comments and empty lines are none. Throws RULE_INVALID that names the line. */
export function parseRules(lines: readonly string[]): Rule[] {
  return lines.flatMap((line, at) => {
    const rule = parseLine(line);
    if (typeof rule === 'string') throw new RucheError('RULE_INVALID', `Line ${at + 1}: ${rule} ${ALLOWED_FORM}`);
    return rule ?? [];
  });
}

/** One rule, nothing (a comment, an empty line), or what is wrong with it. */
export function parseLine(text: string): Rule | string | undefined {
  const line = text.replace(BLANKS, '');
  if (line === '' || line.startsWith(COMMENT)) return undefined;
  if (/[\r\n\t\0]/.test(line)) return 'A rule is one line, and its words are separated by spaces.';
  const [kind = '', rest] = splitWord(line);
  if (kind === 'user') return '"user" is not needed, every rule here is of this account alone.';
  if (kind !== 'topic' && kind !== 'pattern') return `"${kind}" is not a rule.`;
  if (rest === '') return 'The topic is missing.';
  const [word, remainder] = splitWord(rest);
  // As Mosquitto: a single word is the topic itself, even if it is "read".
  const access = remainder === '' ? 'readwrite' : word;
  const filter = remainder === '' ? word : remainder;
  if (!isAccess(access)) return `"${access}" is not a kind of access.`;
  if (!isTopicFilter(filter)) return `"${filter}" is not a topic filter.`;
  return { kind, access, filter, line };
}

/** The line that would allow it; undefined when no line can say that topic. */
export function lineFor(access: 'read' | 'write', filter: string): string | undefined {
  const line = `topic ${access} ${filter}`;
  const rule = parseLine(line);
  return typeof rule === 'object' && rule.filter === filter ? line : undefined;
}

export function rulesetFor(rules: readonly Rule[], who: { clientId: string; username: string }): Ruleset {
  const topics = inOrder(rules, 'topic');
  const patterns = inOrder(rules, 'pattern').map((rule) => ({ ...rule, filter: filled(rule.filter, who) }));
  const isUnsafe = patterns.length > 0 && (WILDCARD.test(who.clientId) || WILDCARD.test(who.username));
  return { topics: topics.map(split), patterns: isUnsafe ? undefined : patterns.map(split) };
}

/** May this topic be read, or written? */
export function ruleOn(ruleset: Ruleset, access: 'read' | 'write', topic: string): Ruling {
  const { topics, patterns } = ruleset;
  const levels = topic.split('/');
  const ruling = firstOf(topics, access, levels);
  if (ruling !== undefined) return ruling;
  if (patterns === undefined) return { allowed: false, isUnsafe: true };
  return firstOf(patterns, access, levels) ?? { allowed: false };
}

/**
 * May anything be read through this filter? Mosquitto grants every subscription and decides at each delivery; a filter
 * through which nothing could ever come is refused here, so that somebody hears of it.
 */
export function ruleOnFilter(ruleset: Ruleset, filter: string): Ruling {
  let refusal: Ruling | undefined;
  for (const rule of [...ruleset.topics, ...(ruleset.patterns ?? [])]) {
    const common = grants(rule, 'read') ? commonFilter(rule.filter, filter) : undefined;
    for (const topic of common === undefined ? [] : witnessesOf(common, ruleset)) {
      const ruling = ruleOn(ruleset, 'read', topic);
      if (ruling.allowed) return ruling;
      refusal ??= ruling;
    }
  }
  return refusal ?? { allowed: false, ...(ruleset.patterns === undefined ? { isUnsafe: true } : {}) };
}

/**
 * Topics of the filter that as few rules as possible match, one for each depth that makes a difference: if the client
 * may read any topic of the filter, it may read one of these.
 */
function witnessesOf(filter: string, { topics, patterns = [] }: Ruleset): string[] {
  const levels = filter.split('/').map((level) => (level === '+' ? ANY_LEVEL : level));
  if (levels.at(-1) !== '#') return [levels.join('/')];
  levels.pop();
  const depths = [...topics, ...patterns].map((rule) => rule.levels.length);
  const deepest = Math.max(levels.length, ...depths) + 1;
  const shallowest = Math.max(1, levels.length);
  return Array.from({ length: deepest - shallowest + 1 }, (_, at) =>
    [...levels, ...Array<string>(shallowest + at - levels.length).fill(ANY_LEVEL)].join('/'),
  );
}

function firstOf(
  rules: readonly FilledRule[],
  access: 'read' | 'write',
  levels: readonly string[],
): Ruling | undefined {
  const rule = rules.find((one) => (one.access === 'deny' || grants(one, access)) && matchesLevels(one.levels, levels));
  return rule === undefined ? undefined : { allowed: rule.access !== 'deny', rule };
}

function inOrder(rules: readonly Rule[], kind: Rule['kind']): Rule[] {
  const chosen = rules.filter((rule) => rule.kind === kind);
  return [...chosen.filter(({ access }) => access === 'deny'), ...chosen.filter(({ access }) => access !== 'deny')];
}

const split = (rule: Rule): FilledRule => ({ ...rule, levels: rule.filter.split('/') });

const grants = (rule: Rule, access: 'read' | 'write'): boolean => rule.access === 'readwrite' || rule.access === access;

const isAccess = (word: string): word is RuleAccess => ['read', 'write', 'readwrite', 'deny'].includes(word);

const filled = (filter: string, { clientId, username }: { clientId: string; username: string }): string =>
  filter.replace(/%[cu]/g, (placeholder) => (placeholder === '%c' ? clientId : username));

/** The first word, and what comes after the blanks behind it. */
function splitWord(text: string): [word: string, rest: string] {
  const end = text.indexOf(' ');
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end).replace(BLANKS, '')];
}
