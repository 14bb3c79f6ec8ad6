/** Programs other people wrote, speaking MQTT 5 the way Home Assistant does: mqtt.js here, paho in a process of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { until } from './until.ts';

export interface Heard {
  topic: string;
  payload: string;
  retain: boolean;
  /** User properties, in their order. */
  pairs: [string, string][];
}

export interface ActorStart {
  port: number;
  clientId: string;
  expiryS: number;
  will: { topic: string; payload: string };
}

export interface Actor {
  /** Whether a session was there, for each connection it had. */
  readonly sessions: readonly boolean[];
  /** Everything it was sent. */
  readonly heard: Heard[];
  readonly isConnected: boolean;
  subscribe(filters: string[]): Promise<void>;
  /** At QoS 1; resolves when the hub has acknowledged it. */
  publish(topic: string, payload: string, more?: { retain?: boolean; pairs?: [string, string][] }): Promise<void>;
  /** DISCONNECT. */
  leave(): Promise<void>;
  /** Gone, without a word. */
  kill(): Promise<void>;
}

export async function startMqttJs({ port, clientId, expiryS, will }: ActorStart): Promise<Actor> {
  const sessions: boolean[] = [];
  const heard: Heard[] = [];
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: expiryS },
    will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true },
    reconnectPeriod: 200,
    // The session is kept by the hub: nothing is subscribed again.
    resubscribe: false,
  });
  client.on('error', () => undefined);
  client.on('connect', ({ sessionPresent }) => sessions.push(sessionPresent));
  client.on('message', (topic, payload, { retain, properties }) => {
    const pairs = Object.entries(properties?.userProperties ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    heard.push({ topic, payload: payload.toString(), retain, pairs });
  });
  await until(() => sessions.length > 0, { what: 'mqtt.js to connect' });
  return {
    sessions,
    heard,
    get isConnected() {
      return client.connected;
    },
    subscribe: async (filters) => void (await client.subscribeAsync(filters, { qos: 1 })),
    async publish(topic, payload, { retain = false, pairs = [] } = {}) {
      const userProperties: Record<string, string[]> = {};
      for (const [name, value] of pairs) userProperties[name] = [...(userProperties[name] ?? []), value];
      // A packet with an empty object is not sent at all (mqtt-packet 9.0.2).
      const properties = pairs.length === 0 ? {} : { properties: { userProperties } };
      await client.publishAsync(topic, payload, { qos: 1, retain, ...properties });
    },
    leave: () => client.endAsync(),
    async kill() {
      client.stream.destroy();
      // Not waited for: a client that has left already never answers.
      client.end(true);
    },
  };
}

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('./paho-client.py', import.meta.url));

/** Why paho cannot take part; undefined: it can. */
export function whyNoPaho(): string | undefined {
  const asked = spawnSync(PYTHON, ['-c', 'import paho.mqtt.client'], { encoding: 'utf8' });
  if (asked.status === 0) return undefined;
  return `python3-paho-mqtt cannot be used here: ${asked.error?.message ?? asked.stderr.trim()}`;
}

interface PahoEvent {
  event: string;
  isPresent?: boolean;
  topic?: string;
  payload?: string;
  retain?: boolean;
  pairs?: [string, string][];
}

export async function startPaho(start: ActorStart): Promise<Actor> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const sessions: boolean[] = [];
  const heard: Heard[] = [];
  const done = { subscribed: 0, published: 0 };
  let isConnected = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const {
      event,
      isPresent = false,
      topic = '',
      payload = '',
      retain = false,
      pairs = [],
    }: PahoEvent = JSON.parse(line);
    if (event === 'connected') sessions.push(isPresent);
    if (event === 'connected' || event === 'disconnected') isConnected = event === 'connected';
    if (event === 'message') heard.push({ topic, payload, retain, pairs });
    if (event === 'subscribed' || event === 'published') done[event]++;
  });
  const say = (words: object): void => void child.stdin.write(`${JSON.stringify(words)}\n`);
  const carryOut = async (words: object, what: keyof typeof done): Promise<void> => {
    const before = done[what];
    say(words);
    await until(() => done[what] > before, { what: `paho to have ${what}` });
  };
  say({ ...start, transport: 'tcp' });
  await until(() => sessions.length > 0, { what: 'paho to connect' });
  return {
    sessions,
    heard,
    get isConnected() {
      return isConnected;
    },
    subscribe: (filters) => carryOut({ verb: 'subscribe', filters }, 'subscribed'),
    publish: (topic, payload, { retain = false, pairs = [] } = {}) =>
      carryOut({ verb: 'publish', topic, payload, retain, pairs }, 'published'),
    async leave() {
      say({ verb: 'leave' });
      await ended(child);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

const ended = (child: ChildProcess): Promise<unknown> =>
  until(() => child.exitCode !== null || child.signalCode !== null, { what: 'paho to end' });
