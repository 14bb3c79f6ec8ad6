/** Seed 4's two forms of an event. */
import { describe, expect, it } from 'vitest';
import { convertedType, reportOfSeed, seedEventOf } from './seed-event.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const SENSOR = {
  event_id: 'uuid',
  device_id: 'raspberry-1',
  source: 'sensor-motion',
  type: 'MOTION_DETECTED',
  data: { presence: true },
  timestamp: 1734567890.123,
};

describe('a converted event', () => {
  it('has the words of the bridge, and lower case for everything it has no word for (S4-4, S4-6)', () => {
    expect(
      ['MOTION_DETECTED', 'PRESSURE_DETECTED', 'motion_detected', 'button_pressed', 'GAS', '__proto__'].map(
        convertedType,
      ),
    ).toEqual(['motion_detected', 'button_pressed', 'motion_detected', 'button_pressed', 'gas', '__proto__']);
  });

  it('says the same as the sensor did, whichever form was taken (S4-1, S4-3)', () => {
    const direct = reportOfSeed(SENSOR, NOW);
    const { event_id, source, data, timestamp: original_timestamp } = SENSOR;
    const details = { event_id, source, data, original_timestamp };
    const converted = reportOfSeed({ type: 'motion_detected', device_id: 'raspberry-1', details }, NOW);
    expect({ ...converted, type: '' }).toEqual({ ...direct, type: '' });
    expect(direct).toMatchObject({ atMs: 1734567890123, dataJson: '{"presence":true}', eventId: 'uuid' });
  });

  it('without a time happened now, and without details has none', () => {
    const report = reportOfSeed(
      { type: 'X', device_id: 'd', timestamp: 'noon', details: { event_id: 7, data: null } },
      NOW,
    );
    expect(report).toMatchObject({ atMs: NOW, eventId: undefined, dataJson: 'null', originalTimestamp: 'noon' });
    const row = {
      id: 'i',
      deviceId: 'd',
      type: 'X',
      source: null,
      topic: null,
      data: null,
      atMs: NOW,
      eventId: null,
      originalTimestamp: null,
    };
    expect(seedEventOf(row)).toEqual({
      id: 'i',
      type: 'x',
      device_id: 'd',
      details: { event_id: null, source: null, data: {}, original_timestamp: null, mqtt_topic: null },
      timestamp: NOW / 1000,
    });
  });
});
