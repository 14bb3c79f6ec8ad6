/** A reader of Server-Sent Events over a real socket, with everything it was sent. */

export interface SseMessage {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

export interface SseReader {
  readonly messages: readonly SseMessage[];
  /** Everything that was not a message: retry, comments. */
  readonly text: () => string;
  readonly isEnded: () => boolean;
  close(): void;
}

/** Follows an answer that does not end. */
export function followSse(answer: Response, abort: AbortController): SseReader {
  const messages: SseMessage[] = [];
  let all = '';
  let isEnded = false;
  async function read(): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    if (answer.body === null) return;
    for await (const chunk of answer.body) {
      const text = decoder.decode(chunk, { stream: true });
      all += text;
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) if (frame.includes('\ndata: ')) messages.push(messageOf(frame));
    }
  }
  read()
    .catch(() => undefined)
    .finally(() => {
      isEnded = true;
    });
  return { messages, text: () => all, isEnded: () => isEnded, close: () => abort.abort() };
}

function messageOf(frame: string): SseMessage {
  const fields = new Map(
    frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
