/** Forwarding on a store in memory and a backend whose answers a test decides, for tests. */
import { createServer, type IncomingMessage } from 'node:http';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { until } from '../../../tests/helpers/until.ts';
import type { DestinationBody } from '../../contract/destination.ts';
import type { EventReport } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { Forwarding, type ForwardingDeps } from './forwarding.ts';

export interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly body: string;
}
export interface Backend {
  readonly url: string;
  readonly asked: Asked[];
  /** 204 unless a test says otherwise. */
  answer: { status: number; headers?: Record<string, string>; body?: string } | 'hang';
  /** What was asked, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  bodies(): any[];
  stop(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
}

export async function startBackend(): Promise<Backend> {
  let port = 0;
  const asked: Asked[] = [];
  const make = () =>
    createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        asked.push({ headers: request.headers, path: request.url ?? '', body });
        if (backend.answer === 'hang') return;
        response.writeHead(backend.answer.status, backend.answer.headers).end(backend.answer.body);
      });
    });
  let server = make();
  const backend: Backend = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    asked,
    answer: { status: 204 },
    bodies: () => asked.map(({ body }) => JSON.parse(body)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async start() {
      server = make();
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      const address = server.address();
      port = typeof address === 'object' && address !== null ? address.port : 0;
    },
  };
  await backend.start();
  return backend;
}

export const motion = (eventId: string | undefined, parts: Partial<EventReport> = {}): EventReport => ({
  kind: 'event',
  claimedId: 'raspberry-1',
  atMs: 1_734_567_890_123,
  eventId,
  type: 'MOTION_DETECTED',
  severity: 'info',
  message: undefined,
  source: 'sensor-motion',
  dataJson: '{"presence":true,"gpio_pin":17}',
  originalTimestamp: 1734567890.123,
  topic: 'sensor/motion',
  ...parts,
});

export const webhook = (url: string, parts: Partial<DestinationBody> = {}): DestinationBody => ({
  kind: 'webhook',
  name: 'Test',
  url,
  ...parts,
});

export async function setUp(more: Partial<ForwardingDeps> = {}) {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const level = new MemoryLevel<string, string>();
  const open = async () =>
    (await openLevel({ dir: undefined, memory: () => level, durability: 'commit', log, clock })).store;
  let store = await open();
  const logged: { fields: object; message: string }[] = [];
  const write = (fields: object, message: string): void => void logged.push({ fields, message });
  const make = async () => {
    const deps = { clock, store, random: () => 1, key: Buffer.alloc(32, 7), backendUrl: undefined };
    const forwarding = new Forwarding({
      ...deps,
      log: { info: write, warn: write },
      publishAs: async () => undefined,
      isRepeated: () => false,
      ...more,
    });
    await forwarding.load();
    forwarding.start();
    return forwarding;
  };
  let forwarding = await make();
  return {
    clock,
    logged,
    get store() {
      return store;
    },
    get forwarding() {
      return forwarding;
    },
    /** As a device says it, acknowledged when this resolves. */
    async say(report: EventReport): Promise<void> {
      const accepted = { deviceId: report.claimedId, report };
      await store.commit(forwarding.writesFor(accepted, clock.nowMs()));
      forwarding.settle(accepted, true);
    },
    async publish(topic: string, payload: string | Buffer, parts: object = {}): Promise<void> {
      const message = { topic, payload: Buffer.from(payload), qos: 1, retain: false, ...parts } as const;
      await store.commit(forwarding.writesForMessage(message));
      forwarding.passed(message);
    },
    statusOf: (id: string) => forwarding.get(id).status,
    /** Lets time pass until the destination is in a state. */
    async until(id: string, wanted: Partial<ReturnType<typeof forwarding.get>['status']>): Promise<void> {
      await until(
        () => Object.entries(wanted).every(([name, value]) => Reflect.get(forwarding.get(id).status, name) === value),
        { what: `${id} to be ${JSON.stringify(wanted)}, not ${JSON.stringify(forwarding.get(id).status)}` },
      );
    },
    async restart(): Promise<void> {
      await forwarding.close();
      await store.close();
      store = await open();
      forwarding = await make();
    },
    async close(): Promise<void> {
      await forwarding.close();
      await store.close();
    },
  };
}
