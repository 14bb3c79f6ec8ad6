/** What every attack must leave alone: the process, its answers, its memory, its log, and innocent clients. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Hub } from '../helpers/start-hub.ts';
import { expectHealthy } from '../helpers/wire.ts';

const EVERY_MS = 250;
const ERROR_LEVEL = 50;
const MIB = 1024 * 1024;
/** Not where the attackers are: their own address may still have a crowd at the door. */
const SOMEWHERE_ELSE = { version: 5, transport: 'tcp', from: '127.0.0.2' } as const;
/** What the runtime says when a test opens its debugger. */
const DEBUGGER = /^(Debugger (listening|attached|ending)|For help, see:)/;

export interface RssWatch {
  readonly startMib: number;
  readonly peakMib: number;
  stop(): void;
}

/** Looks at the memory of the process as the system counts it. */
export function watchRss(hub: Hub, everyMs: number = EVERY_MS): RssWatch {
  const startMib = rssMib(hub.pid);
  let peakMib = startMib;
  const timer = setInterval(() => {
    peakMib = Math.max(peakMib, rssMib(hub.pid));
  }, everyMs);
  return {
    startMib,
    get peakMib() {
      return peakMib;
    },
    stop: () => clearInterval(timer),
  };
}

/** 0 when the process is gone: whoever asks /health next says so. */
export function rssMib(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kib ?? 0) * 1024) / MIB;
  } catch {
    return 0;
  }
}

/** It lives, says so, serves somebody new, and has not logged an exception. */
export async function expectUnharmed(hub: Hub): Promise<void> {
  const health = await fetch(`${hub.url}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  await expectHealthy(hub, SOMEWHERE_ELSE);
  const said = hub.logs.filter(({ msg }) => !DEBUGGER.test(msg));
  expect(said.filter(({ level, err }) => level >= ERROR_LEVEL || err !== undefined || level === 0)).toEqual([]);
}
