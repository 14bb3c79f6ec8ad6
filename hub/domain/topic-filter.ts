/** Which topics a subscription's filter takes in, as MQTT 3.1.1 section 4.7 has it. */

export function matchesFilter(filter: string, topic: string): boolean {
  return matchesLevels(filter.split('/'), topic.split('/'));
}

/** The same for names that were split before: a rule is asked about many topics, a topic of many rules. */
export function matchesLevels(wanted: readonly string[], levels: readonly string[]): boolean {
  // [MQTT-4.7.2-1] A wildcard in front does not reach topics that begin with $.
  if (levels[0]?.startsWith('$') === true && wanted[0] !== levels[0]) return false;
  for (const [at, level] of wanted.entries()) {
    // It stands for its parent too: "a/#" takes in "a".
    if (level === '#') return levels.length >= at;
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

export const hasWildcard = (filter: string): boolean => filter.includes('+') || filter.includes('#');

/** The filter of exactly those topics that both filters take in; undefined when there are none. */
export function commonFilter(one: string, other: string): string | undefined {
  const [a, b] = [one.split('/'), other.split('/')];
  // [MQTT-4.7.2-1]
  if (one.startsWith('$') !== other.startsWith('$')) return undefined;
  const common: string[] = [];
  for (let at = 0; ; at++) {
    const [left, right] = [a[at], b[at]];
    // What is left of the other, also nothing: "a/#" takes in "a".
    if (left === '#') return [...common, ...b.slice(at)].join('/');
    if (right === '#') return [...common, ...a.slice(at)].join('/');
    if (left === undefined || right === undefined) return left === right ? common.join('/') : undefined;
    if (left !== right && left !== '+' && right !== '+') return undefined;
    common.push(left === '+' ? right : left);
  }
}
