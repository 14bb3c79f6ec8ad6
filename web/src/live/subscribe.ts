/** Live topics in components and in state: messages arrive parsed, and the subscription ends with its last listener. */
import { useEffect, useRef } from 'preact/hooks';
import { listen } from './connection.ts';

/** Listens outside components (the state modules do). Returns the way to stop. */
export function onLive<Message>(topic: string, onMessage: (message: Message) => void): () => void {
  return listen(topic, (payload) => {
    const message: Message = JSON.parse(payload);
    onMessage(message);
  });
}

/** Listens while the component is shown; `null` listens to nothing. */
export function useLive<Message>(topic: string | null, onMessage: (message: Message) => void): void {
  const latest = useRef(onMessage);
  latest.current = onMessage;
  useEffect(() => {
    if (topic === null) return undefined;
    return onLive<Message>(topic, (message) => latest.current(message));
  }, [topic]);
}
