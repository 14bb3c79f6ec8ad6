import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig, loadConfig } from './config.ts';

describe('configuration', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ruche-config-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('takes flags before environment before config.json before defaults', () => {
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ 'http-port': 1, 'mqtt-port': 2, registration: 'open' }));
    const { config, sources } = loadConfig(['--http-port', '3', `--data-dir=${dir}`], {
      RUCHE_HTTP_PORT: '4',
      RUCHE_MQTT_PORT: 'off',
    });
    expect(config).toMatchObject({ httpPort: 3, mqttPort: null, registration: 'open', anonymous: 'pair' });
    expect(sources.get('httpPort')).toBe('flag');
    expect(sources.get('mqttPort')).toBe('environment');
    expect(sources.get('registration')).toBe('config.json');
    expect(sources.get('anonymous')).toBe('default');
  });

  it('stops at a bad value with its name, the value and the allowed form', () => {
    expect(() => loadConfig([], { RUCHE_ANONYMOUS: 'maybe' })).toThrow(
      'RUCHE_ANONYMOUS is "maybe", expected "refuse", "pair", "open".',
    );
    expect(() => loadConfig(['--mqtt-port', '70000'], {})).toThrow(
      '--mqtt-port is "70000", expected 0 (any free port)',
    );
  });

  it('stops at a name it does not know, wherever it stands', () => {
    expect(() => loadConfig([], { RUCHE_HTTP_PROT: '1' })).toThrow('RUCHE_HTTP_PROT is "1"');
    expect(() => loadConfig(['--colour', 'red'], {})).toThrow('--colour');
    writeFileSync(join(dir, 'config.json'), '{"colour":"red"}');
    expect(() => loadConfig([], { RUCHE_DATA_DIR: dir })).toThrow('colour is "red"');
    writeFileSync(join(dir, 'config.json'), '[');
    expect(() => loadConfig([], { RUCHE_DATA_DIR: dir })).toThrow('expected a JSON object');
  });

  it('treats an empty variable as not set', () => {
    expect(loadConfig([], { RUCHE_OWNER_USERNAME: '' }).config.ownerUsername).toBeUndefined();
  });

  it('warns about a setting whose feature is not there yet, instead of failing a prepared compose file', () => {
    expect(loadConfig([], { RUCHE_MDNS: 'off' }).warnings).toEqual([]);
    expect(loadConfig([], { RUCHE_MDNS: 'on' }).warnings).toEqual([expect.stringContaining('RUCHE_MDNS is set')]);
  });

  it('takes the name and the password of an owner only together', () => {
    expect(() => loadConfig([], { RUCHE_OWNER_USERNAME: 'ada' })).toThrow(
      'RUCHE_OWNER_PASSWORD: expected 10 to 256 characters, because RUCHE_OWNER_USERNAME is set.',
    );
    expect(() => loadConfig([], { RUCHE_OWNER_PASSWORD: 'correct horse' })).toThrow('RUCHE_OWNER_USERNAME: expected');
  });

  it('takes a password as it is, spaces too', () => {
    const owner = { RUCHE_OWNER_USERNAME: ' ada ', RUCHE_OWNER_PASSWORD: ' correct horse ' };
    const { config } = loadConfig([], owner);
    expect(config).toMatchObject({ ownerUsername: 'ada', ownerPassword: ' correct horse ' });
  });

  it('never shows a secret', () => {
    const owner = { RUCHE_OWNER_USERNAME: 'ada', RUCHE_OWNER_PASSWORD: 'correct horse' };
    const rows = describeConfig(loadConfig([], owner));
    expect(JSON.stringify(rows)).not.toContain('correct horse');
    expect(rows).toContainEqual({ name: 'RUCHE_OWNER_PASSWORD', value: '•••', source: 'environment' });
  });
});
