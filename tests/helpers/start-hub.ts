/** A hub of one's own: the built program as a real process, with its own data folder and free ports. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HUB_MAIN, hasEnded, hubEnv, type LogLine, type Ports, spawnHub } from '../../scripts/hub-process.mjs';
import { until } from './until.ts';

export { HUB_MAIN, hubEnv, type LogLine };
export type HubPorts = Ports;

/** The hub promises to stop cleanly within 10 s; a little more before the test calls it hung. */
const STOP_TIMEOUT_MS = 12_000;

export interface StartHubOptions {
  /** More `RUCHE_*` settings; they win over the defaults. */
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

export async function startHub(options: StartHubOptions = {}): Promise<Hub> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ruche-test-')));
  const logs: LogLine[] = [];
  const run = (env: Record<string, string> = {}) =>
    spawnHub(dataDir, {
      env: { ...options.env, ...env },
      args: options.args ?? [],
      onLog: (line) => logs.push(line),
    });
  let running = await run();

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
      running = await run(portSettings(running.ports));
    },
    async close() {
      await stop().catch(kill);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
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
