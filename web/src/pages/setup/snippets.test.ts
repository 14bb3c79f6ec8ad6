import { describe, expect, it } from 'vitest';
import { PLATFORMS, type Platform, type Target } from './snippets.ts';

const OPEN: Target = { host: '192.168.1.20', port: 1884, credentials: null };
const LOCKED: Target = { ...OPEN, credentials: { user: 'esp-serre', password: 't0\'k"en' } };

function linesOf(id: Platform['id'], target: Target): string {
  const platform = PLATFORMS.find((candidate) => candidate.id === id);
  if (platform === undefined) throw new Error(`no platform ${id}`);
  return platform.lines(target);
}

describe('snippets', () => {
  it.each(PLATFORMS.map(({ id }) => id))('name host and port for %s', (id) => {
    const lines = linesOf(id, OPEN);
    expect(lines).toContain('192.168.1.20');
    expect(lines).toContain('1884');
    expect(lines).not.toMatch(/undefined|null|false/);
  });

  it('quote credentials the way each place needs', () => {
    expect(linesOf('esp32', LOCKED)).toContain('mqtt.connect("esp-serre", "esp-serre", "t0\'k\\"en");');
    expect(linesOf('esphome', LOCKED)).toContain('  password: "t0\'k\\"en"');
    expect(linesOf('mosquitto', LOCKED)).toContain(`-u esp-serre -P 't0'\\''k"en'`);
  });

  it('leave credentials out where there are none, and clear what Tasmota kept', () => {
    expect(linesOf('zigbee2mqtt', OPEN)).toBe('mqtt:\n  base_topic: zigbee2mqtt\n  server: mqtt://192.168.1.20:1884');
    expect(linesOf('tasmota', OPEN)).toBe('Backlog MqttHost 192.168.1.20; MqttPort 1884; MqttUser 0; MqttPassword 0');
  });

  it('put an IPv6 address into brackets inside an address', () => {
    expect(linesOf('zigbee2mqtt', { ...OPEN, host: 'fd00::1' })).toContain('mqtt://[fd00::1]:1884');
  });
});
