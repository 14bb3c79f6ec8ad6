/** The list of raw messages of several topics: in the order they came, each once, within a limit. Pure. */
import type { TopicMessage } from '../../../../hub/contract/topic.ts';

export interface Heard {
  readonly key: string;
  readonly topic: string;
  readonly message: TopicMessage;
}

/** Messages that stay on the page. */
export const HEARD_MAX = 100;

/** Newest first; messages of one topic in the order they came. */
export function withHeard(known: readonly Heard[], topic: string, messages: readonly TopicMessage[]): readonly Heard[] {
  const counts = new Map<string, number>();
  const fresh = messages.map((message) => {
    const base = `${topic} ${message.atMs} ${message.base64}`;
    const nth = counts.get(base) ?? 0;
    counts.set(base, nth + 1);
    return { key: `${base} ${nth}`, topic, message };
  });
  const seen = new Set(known.map(({ key }) => key));
  const added = fresh.filter(({ key }) => !seen.has(key)).toReversed();
  // a stable sort: of one millisecond, what came later stays above
  return [...added, ...known].sort((a, b) => b.message.atMs - a.message.atMs).slice(0, HEARD_MAX);
}

/** The message before this one on its topic. */
export function beforeOn(heard: readonly Heard[], { key, topic }: Heard): TopicMessage | undefined {
  const at = heard.findIndex((one) => one.key === key);
  return heard.slice(at + 1).find((one) => one.topic === topic)?.message;
}
