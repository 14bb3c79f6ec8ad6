/** A hub of one's own: the built program as a real process, with its own data folder and free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

/** The built program; `npm test` and `npm run check` make it before any test runs. */
export const HUB_MAIN = fileURLToPath(new URL('../../dist/hub/main.js', import.meta.url));
const READY_TIMEOUT_MS = 20_000;
/** The hub promises to stop cleanly within 10 s; a little more before the test calls it hung. */
const STOP_TIMEOUT_MS = 12_000;

/** One line of the hub's log; lines that are not JSON are kept as `msg` with level 0. */
export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

export interface HubPorts {
  http: number;
  /** `null` when the listener is off. */
  mqtt: number | null;
  https: number | null;
  mqtts: number | null;
  discovery: number | null;
}

export interface StartHubOptions {
  /** More `RUCHE_*` settings; they win over the defaults below. */
  env?: Record<string, string>;
  /** Keep data from an earlier hub; by default a new folder that `close` removes. */
  dataDir?: string;
  /** Arguments after `start`. */
  args?: string[];
}

export interface Hub {
  readonly dataDir: string;
  readonly logs: readonly LogLine[];
  readonly ports: HubPorts;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `mqtt://127.0.0.1:<port>`. */
  readonly mqttUrl: string;
  readonly pid: number;
  /** Printed while there is no owner. */
  readonly setupCode: string | undefined;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** kill -9: nothing is flushed, nothing is said. */
  kill(): Promise<void>;
  /** Starts again on the same data and the same ports, after `stop` or `kill`. */
  restart(): Promise<void>;
  /** Stops if it still runs and removes a data folder of its own making. For `afterAll`. */
  close(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  ports: HubPorts;
  setupCode: string | undefined;
}

export async function startHub(options: StartHubOptions = {}): Promise<Hub> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ruche-test-')));
  const logs: LogLine[] = [];
  let running = await run(dataDir, options, logs);

  const stop = async (): Promise<number | null> => {
    const { child } = running;
    if (hasEnded(child)) return child.exitCode;
    child.kill('SIGTERM');
    await until(() => hasEnded(child), { timeoutMs: STOP_TIMEOUT_MS, what: 'the hub to stop after SIGTERM' });
    return child.exitCode;
  };
  const kill = async (): Promise<void> => {
    const { child } = running;
    if (hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    dataDir,
    logs,
    get ports() {
      return running.ports;
    },
    get url() {
      return `http://127.0.0.1:${running.ports.http}`;
    },
    get mqttUrl() {
      return `mqtt://127.0.0.1:${running.ports.mqtt}`;
    },
    get pid() {
      return running.child.pid ?? -1;
    },
    get setupCode() {
      return running.setupCode;
    },
    stop,
    kill,
    async restart() {
      const env = { ...options.env, ...portSettings(running.ports) };
      running = await run(dataDir, { ...options, env }, logs);
    },
    async close() {
      await stop().catch(kill);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Loopback only, free ports only, nothing of the machine's own settings. */
export function hubEnv(dataDir: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RUCHE_'));
  return {
    ...Object.fromEntries(inherited),
    RUCHE_DATA_DIR: dataDir,
    RUCHE_HOST: '127.0.0.1',
    RUCHE_HTTP_PORT: '0',
    RUCHE_MQTT_PORT: '0',
    RUCHE_LOG_FORMAT: 'json',
    ...more,
  };
}

async function run(dataDir: string, options: StartHubOptions, logs: LogLine[]): Promise<Running> {
  if (!existsSync(HUB_MAIN)) throw new Error('dist/hub/main.js is missing: run "npm run build" first');
  const child = spawn(process.execPath, [HUB_MAIN, 'start', ...(options.args ?? [])], {
    env: hubEnv(dataDir, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const from = logs.length;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => logs.push(parseLine(line)));
  }
  const ready = await until(
    () => {
      const line = logs.slice(from).find((entry) => entry.msg === 'ready');
      return line ?? (hasEnded(child) ? 'ended' : undefined);
    },
    { timeoutMs: READY_TIMEOUT_MS, what: 'the hub to be ready' },
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  if (ready === 'ended') {
    const said = logs.slice(from).map((entry) => entry.msg);
    throw new Error(`the hub ended with code ${child.exitCode} before it was ready:\n${said.join('\n')}`);
  }
  const setupCode = typeof ready.setupCode === 'string' ? ready.setupCode : undefined;
  return { child, ports: portsOf(ready), setupCode };
}

function parseLine(line: string): LogLine {
  try {
    const fields: unknown = JSON.parse(line);
    if (isLogLine(fields)) return fields;
  } catch {
    // Not JSON: a stack trace of a crash, or the runtime's own warning.
  }
  return { level: 0, msg: line };
}

const isLogLine = (value: unknown): value is LogLine => typeof value === 'object' && value !== null && 'msg' in value;

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function portsOf(ready: LogLine): HubPorts {
  const port = (name: string): number | null => {
    const value = ready[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    http: port('http') ?? 0,
    mqtt: port('mqtt'),
    https: port('https'),
    mqtts: port('mqtts'),
    discovery: port('discovery'),
  };
}

/** Listeners that were on come back on the same number. */
function portSettings(ports: HubPorts): Record<string, string> {
  const settings = {
    RUCHE_HTTP_PORT: ports.http,
    RUCHE_MQTT_PORT: ports.mqtt,
    RUCHE_HTTPS_PORT: ports.https,
    RUCHE_MQTTS_PORT: ports.mqtts,
    RUCHE_DISCOVERY_PORT: ports.discovery,
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, port]) => (port === null ? [] : [[name, String(port)]])),
  );
}
