/** A Mosquitto of one's own, for tests that need a broker which is not ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export interface Mosquitto {
  readonly url: string;
  stop(): Promise<void>;
  /** On the same port, without what it knew. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `lines` go into its configuration file. */
export async function startMosquitto(lines: readonly string[] = []): Promise<Mosquitto> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'ruche-mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  await writeFile(config, [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'user root', ...lines, ''].join('\n'));
  let child: ChildProcess | undefined;
  const mosquitto: Mosquitto = {
    url: `mqtt://127.0.0.1:${port}`,
    async start() {
      const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
      child = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env });
      await until(() => listens(port), { what: 'Mosquitto to listen' });
    },
    async stop() {
      if (child === undefined || child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
    async close() {
      await mosquitto.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await mosquitto.start();
  return mosquitto;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
