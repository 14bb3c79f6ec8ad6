/** Whom one can pair. */
import { expect, it } from 'vitest';
import type { Device, WaitingDevice } from '../../../../hub/contract/device.ts';
import { deviceOf } from '../../state/device.fixture.ts';
import { candidatesOf } from './candidates.ts';

const waiting = (fields: Partial<WaitingDevice>): WaitingDevice => ({
  id: 'w1',
  clientId: 'ESP32-Simon-AABBCCDDEEFF',
  deviceId: 'AABBCCDDEEFF',
  dialect: 'simon',
  address: '192.168.1.20',
  connected: true,
  firstSeenMs: 1,
  lastSeenMs: 2,
  demo: false,
  ...fields,
});
const device = (id: string, fields: Partial<Device> = {}): Device =>
  deviceOf(id, { lastSeenMs: 1, dialects: ['simon'], protected: false, ...fields });

it('puts devices that announce themselves before the known ones, connected ones first', () => {
  const list = candidatesOf(
    [waiting({})],
    [device('off', { connected: false }), device('on', { player: 'lea' }), device('sensor', { dialects: ['ruche'] })],
  );
  expect(list.map(({ id, isNew }) => `${id} ${isNew}`)).toEqual(['AABBCCDDEEFF true', 'on false', 'off false']);
  expect(list[1]?.player).toBe('lea');
});

it('leaves out strangers that no dialect recognises, and names nobody twice', () => {
  const { deviceId: _, ...stranger } = waiting({ id: 'w2', clientId: 'mqttjs_1' });
  expect(candidatesOf([stranger, waiting({ dialect: 'tasmota' })], [])).toEqual([]);
  expect(candidatesOf([waiting({})], [device('AABBCCDDEEFF')])).toHaveLength(1);
});
