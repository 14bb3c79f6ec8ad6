/** What is a topic name and what is a topic filter, as MQTT 3.1.1 section 4.7 has it. */

/** Levels are separated by '/'; 'a/b' has two. */
export function levelsOf(topic: string): number {
  let levels = 1;
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) levels++;
  return levels;
}

/** A name messages are published to: not empty, no wildcard, no NUL. [MQTT-4.7.3-1] [MQTT-4.7.3-2] */
export function isTopicName(topic: string): boolean {
  return topic.length > 0 && !/[+#\0]/.test(topic);
}

/** A filter messages are subscribed with: '#' alone in the last level, '+' alone in its level. [MQTT-4.7.1-2] */
export function isTopicFilter(filter: string): boolean {
  if (filter.length === 0 || filter.includes('\0')) return false;
  const levels = filter.split('/');
  return levels.every(
    (level, at) => !/[+#]/.test(level) || level === '+' || (level === '#' && at === levels.length - 1),
  );
}
