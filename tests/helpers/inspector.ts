/** The heap of a running hub, measured by its own debugger: what is left after a full garbage collection. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Hub } from './start-hub.ts';
import { until } from './until.ts';

/** For `startHub`: opens the debugger on a free port of the loopback address. */
export const WITH_INSPECTOR = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

interface Answer {
  id?: number;
  result?: { result?: { value?: unknown } };
}

/** Bytes of JavaScript objects that are really in use. */
export async function heapUsed(hub: Hub): Promise<number> {
  const address = await until(() => hub.logs.map(({ msg }) => /ws:\/\/127\.0\.0\.1:\S+/.exec(msg)?.[0]).find(Boolean));
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const answers: Answer[] = [];
  socket.on('message', (data) => answers.push(JSON.parse(String(data))));
  const ask = (id: number, method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id, method, params }));
    return until(() => answers.find((answer) => answer.id === id), { timeoutMs: 10_000, what: method });
  };
  // twice: what a finalizer of the first round lets go is collected in the second
  await ask(1, 'HeapProfiler.collectGarbage');
  await ask(2, 'HeapProfiler.collectGarbage');
  const { result } = await ask(3, 'Runtime.evaluate', { expression: 'process.memoryUsage().heapUsed' });
  socket.terminate();
  const bytes = result?.result?.value;
  if (typeof bytes !== 'number') throw new Error('the debugger did not tell the size of the heap');
  return bytes;
}
