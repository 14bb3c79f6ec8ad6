/** A look inside a running hub through its own debugger: its memory after a full garbage collection, its event loop. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Hub } from './start-hub.ts';
import { until } from './until.ts';

/** For `startHub`: opens the debugger on a free port of the loopback address. */
export const WITH_INSPECTOR = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

export interface Inspector {
  /** The value of an expression in the hub; what JSON can carry. */
  evaluate(expression: string): Promise<unknown>;
  collectGarbage(): Promise<void>;
  close(): void;
}

interface Answer {
  id?: number;
  result?: { result?: { value?: unknown } };
}

export async function openInspector(hub: Hub): Promise<Inspector> {
  const address = await until(() => hub.logs.map(({ msg }) => /ws:\/\/127\.0\.0\.1:\S+/.exec(msg)?.[0]).find(Boolean));
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const answers = new Map<number | undefined, Answer>();
  socket.on('message', (data) => {
    const answer: Answer = JSON.parse(String(data));
    answers.set(answer.id, answer);
  });
  let lastId = 0;
  const ask = async (method: string, params: object = {}): Promise<Answer> => {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await until(() => answers.get(id), { timeoutMs: 10_000, what: method });
    answers.delete(id);
    return answer;
  };
  return {
    async evaluate(expression) {
      const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true });
      return result?.result?.value;
    },
    async collectGarbage() {
      // twice: what a finalizer of the first round lets go is collected in the second
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
    },
    close: () => socket.terminate(),
  };
}

/** Bytes of JavaScript objects that are really in use. */
export async function heapUsed(hub: Hub): Promise<number> {
  const inspector = await openInspector(hub);
  await inspector.collectGarbage();
  const bytes = await inspector.evaluate('process.memoryUsage().heapUsed');
  inspector.close();
  if (typeof bytes !== 'number') throw new Error('the debugger did not tell the size of the heap');
  return bytes;
}
