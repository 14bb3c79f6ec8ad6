/** `ruche simulate simon` as a real process beside the hub. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hasEnded } from '../../scripts/hub-process.mjs';
import type { ApiClient } from './api-client.ts';
import { HUB_MAIN, type Hub, hubEnv } from './start-hub.ts';
import { until } from './until.ts';

const STOP_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 30_000;

export interface SimonsOptions {
  count?: number;
  /** Games go so many times faster. */
  speed?: number;
  seed?: number;
}

export interface Simons {
  /** What the program printed. */
  readonly lines: readonly string[];
  /** Device ids, in the order they connected. */
  readonly ids: readonly string[];
  /** Ctrl+C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Resolves when all of them are connected. */
export async function startSimons(hub: Hub, { count = 1, speed = 20, seed = 1 }: SimonsOptions = {}): Promise<Simons> {
  const flags = { count, speed, seed, port: hub.ports.mqtt };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [HUB_MAIN, 'simulate', 'simon', ...args], {
    env: hubEnv(hub.dataDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const ids = () => [...new Set(lines.flatMap((line) => /^Simon (\w+): connected/.exec(line)?.[1] ?? []))];
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    await until(() => hasEnded(child), { timeoutMs: STOP_TIMEOUT_MS, what: 'the simulator to stop' });
    return child.exitCode;
  };
  const connected = until(() => ids().length === count, {
    timeoutMs: CONNECT_TIMEOUT_MS,
    what: `${count} Simons to connect`,
  });
  await connected.catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    lines,
    get ids() {
      return ids();
    },
    stop,
  };
}

/** Pairs a device through the API and waits for its answer. */
export async function pairWith(client: ApiClient, deviceId: string, username = client.user.username): Promise<void> {
  const params = { id: deviceId };
  await client.call('POST /api/v1/devices/:id/pairing', { params, body: { username } });
  await until(async () => (await client.call('GET /api/v1/devices/:id/pairing', { params })).state === 'paired', {
    what: `${deviceId} to answer its pairing`,
  });
}
