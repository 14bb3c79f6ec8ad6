/** Seed 4's converted form of an event. */
import { describe, expect, it } from 'vitest';
import { convertedType, seedEventOf } from './seed-event.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
describe('a converted event', () => {
  it('has the words of the bridge, and lower case for everything it has no word for (S4-4, S4-6)', () => {
    expect(
      ['MOTION_DETECTED', 'PRESSURE_DETECTED', 'motion_detected', 'button_pressed', 'GAS', '__proto__'].map(
        convertedType,
      ),
    ).toEqual(['motion_detected', 'button_pressed', 'motion_detected', 'button_pressed', 'gas', '__proto__']);
  });

  it('has every field, also when the event says nothing of it', () => {
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
