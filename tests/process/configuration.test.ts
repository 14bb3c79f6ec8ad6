/** Wrong configuration stops the start before anything is made: name, value and allowed form, exit code 2. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn } from '../helpers/api-client.ts';
import { startHub } from '../helpers/start-hub.ts';
import { makePlace, runRuche } from './run-ruche.ts';

/** pino's number. */
const WARN = 40;

let place: Awaited<ReturnType<typeof makePlace>>;
let count = 0;
const newPath = (): string => place.path(`data-${count++}`);

beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => place?.remove());

const WRONG: { what: string; env?: Record<string, string>; args?: string[]; told: string[] }[] = [
  { what: 'an unknown name', env: { RUCHE_HTP_PORT: '80' }, told: ['RUCHE_HTP_PORT', '"80"', 'ruche config'] },
  { what: 'a port too high', env: { RUCHE_HTTP_PORT: '65536' }, told: ['RUCHE_HTTP_PORT', '"65536"', '65535'] },
  { what: 'a port that is a word', env: { RUCHE_MQTT_PORT: 'none' }, told: ['RUCHE_MQTT_PORT', '"none"', '"off"'] },
  { what: 'half a list', env: { RUCHE_EXTRA_HTTP_PORTS: '5000,x' }, told: ['EXTRA_HTTP_PORTS', '"5000,x"', 'commas'] },
  {
    what: 'an unknown mode',
    env: { RUCHE_ANONYMOUS: 'yes' },
    told: ['RUCHE_ANONYMOUS', '"yes"', '"refuse"', '"pair"'],
  },
  { what: 'an unknown flag', args: ['--prot', '1'], told: ['--prot', '--help'] },
  { what: 'a flag without its value', args: ['--mqtt-port'], told: ['--mqtt-port', '65535'] },
  { what: 'an owner without a password', env: { RUCHE_OWNER_USERNAME: 'ada' }, told: ['RUCHE_OWNER_PASSWORD', '10'] },
  {
    what: 'a password without an owner',
    env: { RUCHE_OWNER_PASSWORD: 'a long password' },
    told: ['RUCHE_OWNER_USERNAME'],
  },
  {
    what: 'a short password',
    env: { RUCHE_OWNER_USERNAME: 'ada', RUCHE_OWNER_PASSWORD: 'too short' },
    told: ['RUCHE_OWNER_PASSWORD', '•••', '10'],
  },
  {
    what: 'an owner with an impossible name',
    env: { RUCHE_OWNER_USERNAME: '<ada>', RUCHE_OWNER_PASSWORD: 'a long password' },
    told: ['RUCHE_OWNER_USERNAME', '"<ada>"', 'letters'],
  },
];

describe('a start with wrong configuration', () => {
  it.concurrent.each(WRONG)('stops for $what and leaves nothing behind', async ({ env = {}, args = [], told }) => {
    const dataDir = newPath();
    const ran = await runRuche(['start', ...args], dataDir, env);
    expect(ran).toMatchObject({ code: 2, out: '' });
    for (const word of told) expect(ran.err).toContain(word);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
    expect(ran.err).not.toMatch(/too short|a long password/);
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each([
    { what: 'an unknown key', text: '{ "htp-port": 80 }', told: ['config.json', 'htp-port'] },
    { what: 'a wrong value', text: '{ "http-port": "x" }', told: ['config.json', 'http-port', '"x"', '65535'] },
    { what: 'a cut-off file', text: '{ "http-port": 80', told: ['config.json', 'JSON object'] },
  ])('stops for $what in config.json', async ({ text, told }) => {
    const dataDir = newPath();
    await mkdir(dataDir);
    await writeFile(`${dataDir}/config.json`, text);
    // The environment says the port as well, and would win: so only the file may.
    const ran = await runRuche(['start'], dataDir, { RUCHE_HTTP_PORT: '' });
    expect(ran).toMatchObject({ code: 2, out: '' });
    for (const word of told) expect(ran.err).toContain(word);
    expect(existsSync(`${dataDir}/store`)).toBe(false);
  });
});

describe('the owner named by the environment', () => {
  it('exists after the first start, which prints no setup code, and nothing is said about it at the second', async () => {
    const who = { username: 'Ada', password: 'a long password' };
    const env = { RUCHE_OWNER_USERNAME: who.username, RUCHE_OWNER_PASSWORD: who.password };
    const hub = await startHub({ env });
    try {
      expect(hub.setupCode).toBeUndefined();
      expect((await logIn(hub, who)).user).toMatchObject({ username: 'Ada', role: 'owner' });
      expect(await hub.stop()).toBe(0);
      const before = hub.logs.length;
      await hub.restart();
      expect(hub.setupCode).toBeUndefined();
      expect(hub.logs.slice(before).filter((line) => line.level >= WARN || line.msg.includes('owner'))).toEqual([]);
      expect((await logIn(hub, who)).user.role).toBe('owner');
      expect(JSON.stringify(hub.logs)).not.toContain(who.password);
    } finally {
      await hub.close();
    }
  });
});
