/** Where the simulated hub forwards to: out of order at times, and exact about what came, in which order. */
import { createServer } from 'node:http';

export interface SimBackend {
  readonly url: string;
  isBroken: boolean;
  /** Numbers of events by device; what came again under a known key is left out. */
  readonly arrived: ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
}

export async function startSimBackend(): Promise<SimBackend> {
  const keys = new Set<string>();
  const arrived = new Map<string, number[]>();
  let isBroken = false;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (isBroken) {
      response.writeHead(503).end();
      return;
    }
    const key = String(request.headers['idempotency-key']);
    if (!keys.has(key)) {
      keys.add(key);
      const { device_id, details } = JSON.parse(body);
      const known = arrived.get(device_id) ?? [];
      if (details.data?.n !== undefined) known.push(details.data.n);
      arrived.set(device_id, known);
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    get isBroken() {
      return isBroken;
    },
    set isBroken(value) {
      isBroken = value;
    },
    arrived,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
