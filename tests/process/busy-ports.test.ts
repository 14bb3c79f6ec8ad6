/** A port that somebody has: exit code 1 with the port, its setting and who has it; nothing stays open or locked. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Hub, type StartHubOptions, startHub } from '../helpers/start-hub.ts';
import { freePort, makePlace, runRuche, takePort } from './run-ruche.ts';

let place: Awaited<ReturnType<typeof makePlace>>;
let busy: Awaited<ReturnType<typeof takePort>>;

/** A hub that is gone after the test, whatever becomes of the test. */
async function start(options: StartHubOptions): Promise<Hub> {
  const hub = await startHub(options);
  onTestFinished(() => hub.close());
  return hub;
}

beforeAll(async () => {
  place = await makePlace();
  busy = await takePort();
});
afterAll(async () => {
  busy?.server.close();
  await place?.remove();
});

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe.each(['RUCHE_HTTP_PORT', 'RUCHE_MQTT_PORT', 'RUCHE_EXTRA_HTTP_PORTS'])('%s on a busy port', (name) => {
  it('stops the start in one sentence, and the next start finds nothing in its way', async () => {
    const dataDir = place.path(name);
    const others = { RUCHE_HTTP_PORT: String(await freePort()), RUCHE_MQTT_PORT: String(await freePort()) };
    const ran = await runRuche(['start'], dataDir, { ...others, [name]: String(busy.port) });
    const owner = process.platform === 'linux' ? `\\S+.* \\(pid ${process.pid}\\)` : '.+';
    expect(ran.err).toMatch(
      new RegExp(`^Port ${busy.port} is in use by ${owner}\\. Stop it, or choose another port with ${name}\\.\\n$`),
    );
    expect(ran.code).toBe(1);
    expect(ran.out).not.toContain('"ready"');
    for (const port of Object.values(others)) expect(await isOpen(Number(port))).toBe(false);
    expect(await isOpen(busy.port)).toBe(true);

    const hub = await start({ dataDir, env: others });
    expect(hub.ports).toMatchObject({ http: Number(others.RUCHE_HTTP_PORT), mqtt: Number(others.RUCHE_MQTT_PORT) });
    await hub.close();
  });
});

describe('two settings with the same port', () => {
  it('are told apart from a foreign program', async () => {
    const port = String(await freePort());
    const ran = await runRuche(['start'], place.path('same'), { RUCHE_HTTP_PORT: port, RUCHE_MQTT_PORT: port });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(`Port ${port} is in use by this hub itself`);
    expect(ran.err).toContain('RUCHE_MQTT_PORT');
  });
});

describe('an address that is not of this machine', () => {
  it.each(['192.0.2.1', 'no-such-host.invalid'])('%s is refused with the setting', async (host) => {
    const ran = await runRuche(['start'], place.path(host), { RUCHE_HOST: host });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('RUCHE_HOST');
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });
});
