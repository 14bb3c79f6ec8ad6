/** A whole hub inside this process: real sockets and a real store, and a clock that the test moves. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../../hub/app/config.ts';
import { buildHub, type Hub, type HubOverrides } from '../../hub/app/hub.ts';
import { FakeClock } from '../../hub/lib/fake-clock.ts';
import { type ApiClient, logIn, OWNER } from './api-client.ts';

export interface InsideHub {
  readonly url: string;
  readonly mqttPort: number;
  readonly clock: FakeClock;
  /** Signed in anew with each call: tokens last for fifteen minutes of the test's clock. */
  owner(): Promise<ApiClient>;
  /** Stops, and starts again on the same data; its timers go on while it does, as those of a real clock would. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startInsideHub(
  env: Record<string, string> = {},
  { memory, log = pino({ level: 'silent' }) }: Pick<Partial<HubOverrides>, 'memory' | 'log'> = {},
): Promise<InsideHub> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ruche-inside-'));
  const clock = new FakeClock();
  const { config } = loadConfig([], {
    RUCHE_DATA_DIR: dataDir,
    RUCHE_HOST: '127.0.0.1',
    RUCHE_HTTP_PORT: '0',
    RUCHE_MQTT_PORT: '0',
    RUCHE_OWNER_USERNAME: OWNER.username,
    RUCHE_OWNER_PASSWORD: OWNER.password,
    ...env,
  });
  const build = () => buildHub(config, { log, clock, ...(memory === undefined ? {} : { memory }) });
  let hub = await build();
  return {
    clock,
    get url() {
      return urlOf(hub);
    },
    get mqttPort() {
      return hub.ports.mqtt ?? 0;
    },
    owner: () => logIn({ url: urlOf(hub), setupCode: undefined }),
    async restart() {
      await goingOn(clock, hub.close());
      hub = await build();
    },
    async close() {
      await goingOn(clock, hub.close());
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const urlOf = ({ ports }: Hub): string => `http://127.0.0.1:${ports.http}`;

/** Time of the test between two looks at whether the work is done. */
const TURN_MS = 10;

/** The hub's own time-outs end while it stops. */
async function goingOn(clock: FakeClock, work: Promise<void>): Promise<void> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (!isOver) clock.advance(TURN_MS);
  }
  await over;
}
