/** Mosquitto on a free port of loopback, accepting everybody, as a server of a bench. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @import { Server } from './servers.mjs' */

export const DEVICE_ID = 'bench-%04d';
export const DEVICE_ARGS = ['--client-id-template', DEVICE_ID, '--user-template', DEVICE_ID];
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 50;

/**
 * @param {string} name
 * @param {readonly string[]} [more] lines of its configuration
 * @returns {Promise<Server>}
 */
export async function startMosquitto(name, more = []) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ruche-bench-'));
  const config = join(folder, 'mosquitto.conf');
  // Nagle's algorithm would give it a tail of 20 to 40 ms that a latency comparison must not win by.
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'set_tcp_nodelay true', 'user root', ...more];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', config], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await untilListening(port);
  return anybody(name, port, child, () => rmSync(folder, { recursive: true, force: true }));
}

/**
 * A broker that lets everybody in and keeps nothing.
 * @param {string} name
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} child
 * @param {() => void} cleanUp
 * @returns {Server}
 */
export function anybody(name, port, child, cleanUp) {
  return {
    name,
    port,
    pid: child.pid ?? 0,
    deviceArgs: DEVICE_ARGS,
    personArgs: async () => [],
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      cleanUp();
    },
  };
}

/** @returns {Promise<number>} for programs that cannot choose one themselves */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param {number} port */
async function untilListening(port) {
  const endMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connectTcp(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > endMs) throw new Error(`nothing listens on port ${port} after ${START_TIMEOUT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
