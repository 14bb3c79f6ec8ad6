/** What the command line says, and with which exit code: 0 ok, 1 failed, 2 usage. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../scripts/repo-files.mjs';
import { makePlace, runRuche } from './run-ruche.ts';

let place: Awaited<ReturnType<typeof makePlace>>;
let dataDir: string;

beforeAll(async () => {
  place = await makePlace();
  dataDir = place.path('data');
});
afterAll(async () => {
  expect(existsSync(dataDir)).toBe(false); // none of these commands has any business with the data
  await place.remove();
});

const version = (): string => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;

it.each(['version', '--version'])('%s prints the version', async (word) => {
  expect(await runRuche([word], dataDir)).toEqual({ code: 0, out: `${version()}\n`, err: '' });
});

it.each(['--help', 'help'])('%s lists the commands', async (word) => {
  const { code, out, err } = await runRuche([word], dataDir);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const command of ['start', 'config', 'simulate', 'version'])
    expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
});

it.each([['start'], ['config'], ['simulate'], []])('%s --help explains itself', async (...command) => {
  const { code, out, err } = await runRuche([...command, '--help'], dataDir);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('ruche ');
});

it('start --help names every setting as flag and as variable', async () => {
  const { out } = await runRuche(['start', '--help'], dataDir);
  for (const word of ['--http-port', 'RUCHE_HTTP_PORT', '--data-dir', 'RUCHE_OWNER_PASSWORD'])
    expect(out).toContain(word);
});

it('an unknown command is a usage error that says where to look', async () => {
  const { code, out, err } = await runRuche(['strat'], dataDir);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toBe('There is no command "strat". "ruche --help" lists them.\n');
});

it('config prints every value with its source, flags before the environment, and no secret', async () => {
  const env = {
    RUCHE_OWNER_USERNAME: 'ada',
    RUCHE_OWNER_PASSWORD: 'a long password',
    RUCHE_EXTRA_HTTP_PORTS: '5000,8000',
  };
  const { code, out, err } = await runRuche(['config', '--mqtt-port', 'off'], dataDir, env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^RUCHE_MQTT_PORT +off +\(flag\)$/m);
  expect(out).toMatch(/^RUCHE_EXTRA_HTTP_PORTS +5000,8000 +\(environment\)$/m);
  expect(out).toMatch(/^RUCHE_DURABILITY +commit +\(default\)$/m);
  expect(out).toMatch(/^RUCHE_OWNER_PASSWORD +••• +\(environment\)$/m);
  expect(out).not.toContain('a long password');
});

it('config refuses what start would refuse', async () => {
  const { code, out, err } = await runRuche(['config'], dataDir, { RUCHE_DURABILITY: 'maybe' });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toBe('RUCHE_DURABILITY is "maybe", expected "commit", "sync".\n');
});

it('simulate says that no hub answers', async () => {
  const { code, err } = await runRuche(['simulate', 'simon', '--port', '1'], dataDir);
  expect(code).toBe(1);
  expect(err).toContain('No hub answers on ');
});
