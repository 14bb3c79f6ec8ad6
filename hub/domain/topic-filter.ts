/** Whether a subscription's filter takes in a topic, as MQTT 3.1.1 section 4.7 has it. */

export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  // [MQTT-4.7.2-1] A wildcard in front does not reach topics that begin with $.
  if (topic.startsWith('$') && wanted[0] !== levels[0]) return false;
  for (const [at, level] of wanted.entries()) {
    // It stands for its parent too: "a/#" takes in "a".
    if (level === '#') return levels.length >= at;
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

export const hasWildcard = (filter: string): boolean => filter.includes('+') || filter.includes('#');
