/** One open topic: what the hub knows of it, and its messages as they come. */
import { batch, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { TOPIC_HISTORY_MAX } from '../../../../hub/contract/limits.ts';
import type { LiveTopic } from '../../../../hub/contract/live.ts';
import type { TopicDetail, TopicMessage } from '../../../../hub/contract/topic.ts';
import { liveTopic } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { ApiProblem } from '../../http.ts';
import { onLive } from '../../live/subscribe.ts';
import type { Loaded } from '../../state/loading.ts';
import { isPaused } from './tree-state.ts';

/** Who publishes and listens changes slowly. */
const REFRESH_MS = 5000;

export function makeTopicState(topic: string) {
  const detail = signal<Loaded<TopicDetail>>({ kind: 'loading' });
  /** Newest first. */
  const messages = signal<readonly TopicMessage[]>([]);
  /** Of so many messages one is shown; 1: all of them. */
  const oneOf = signal(1);
  let running = new AbortController();

  async function load(): Promise<void> {
    running.abort();
    const mine = new AbortController();
    running = mine;
    if (detail.peek().kind === 'failed') detail.value = { kind: 'loading' };
    try {
      const value = await call('GET /api/v1/topics/detail', { query: { topic }, signal: mine.signal });
      if (mine.signal.aborted) return;
      batch(() => {
        detail.value = { kind: 'ready', value };
        if (messages.peek().length === 0) messages.value = initial(value);
      });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      if (detail.peek().kind !== 'ready') detail.value = { kind: 'failed', problem: error };
    }
  }

  function take(message: LiveTopic): void {
    if (message.snapshot) void load();
    if (message.messages.length === 0 || isPaused.peek()) return;
    batch(() => {
      messages.value = [...message.messages.toReversed(), ...messages.peek()].slice(0, TOPIC_HISTORY_MAX);
      oneOf.value = Math.max(1, Math.round(message.of / message.messages.length));
    });
  }

  function start(): () => void {
    void load();
    const stop = onLive<LiveTopic>(liveTopic(topic), take);
    const timer = setInterval(() => !document.hidden && !isPaused.peek() && void load(), REFRESH_MS);
    return () => {
      stop();
      clearInterval(timer);
      running.abort();
    };
  }

  return { detail, messages, oneOf, load, start };
}

export type TopicState = ReturnType<typeof makeTopicState>;

export function useTopic(topic: string): TopicState {
  const state = useMemo(() => makeTopicState(topic), [topic]);
  useEffect(() => state.start(), [state]);
  return state;
}

/** What there is before the first live message. */
function initial({ history, last }: TopicDetail): TopicMessage[] {
  if (history.length > 0) return history;
  return last === null ? [] : [last];
}
