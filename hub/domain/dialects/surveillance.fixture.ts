/** What sensors of seed 4 say. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

const device_id = 'raspberry-1';
const SAID_S = RECEIVED_MS / 1000 - 0.877;

export const fixtures: readonly DialectFixture[] = [
  {
    what: 'motion (S4-1)',
    door: 'sensor/motion',
    says: {
      event_id: '0b7e2c1e-6f5a-4a53-9d7e-0c5b6f3a1d22',
      ...{ device_id, source: 'sensor-motion', type: 'MOTION_DETECTED' },
      data: { presence: true, gpio_pin: 17 },
      timestamp: SAID_S,
    },
    means: [
      {
        kind: 'event',
        claimedId: device_id,
        atMs: RECEIVED_MS - 877,
        eventId: '0b7e2c1e-6f5a-4a53-9d7e-0c5b6f3a1d22',
        type: 'MOTION_DETECTED',
        severity: 'info',
        source: 'sensor-motion',
        dataJson: '{"presence":true,"gpio_pin":17}',
        originalTimestamp: SAID_S,
        topic: 'sensor/motion',
      },
    ],
  },
  {
    what: 'an event whose id is empty: it has none',
    door: 'sensor/motion',
    says: { event_id: '', device_id, type: 'MOTION_DETECTED' },
    means: [{ kind: 'event', type: 'MOTION_DETECTED', eventId: undefined }],
  },
  {
    what: 'pressure (S4-2)',
    door: 'sensor/pressure',
    says: {
      ...{ event_id: 'p-1', device_id, source: 'sensor-pressure', type: 'PRESSURE_DETECTED' },
      ...{ data: { pressure: 'high', duration_ms: 500 }, timestamp: SAID_S },
    },
    means: [{ kind: 'event', type: 'PRESSURE_DETECTED', source: 'sensor-pressure', topic: 'sensor/pressure' }],
  },
  {
    what: 'a sensor nobody has heard of before (S4-5)',
    door: 'sensor/flood',
    says: { event_id: 'f-1', device_id, source: 'sensor-flood', type: 'WATER_DETECTED', data: { level: 3 } },
    means: [{ kind: 'event', type: 'WATER_DETECTED', atMs: RECEIVED_MS, dataJson: '{"level":3}' }],
  },
  {
    what: 'an event as a bridge has converted it (S4-3)',
    door: 'POST /api/events',
    says: {
      type: 'motion_detected',
      device_id,
      details: {
        ...{ event_id: 'abc-123', source: 'sensor-motion', data: { presence: true } },
        ...{ original_timestamp: SAID_S, mqtt_topic: 'sensor/motion' },
      },
    },
    means: [
      {
        kind: 'event',
        claimedId: device_id,
        atMs: RECEIVED_MS - 877,
        eventId: 'abc-123',
        type: 'motion_detected',
        source: 'sensor-motion',
        dataJson: '{"presence":true}',
        originalTimestamp: SAID_S,
        topic: 'sensor/motion',
      },
    ],
  },
  {
    what: 'an event as the sensor itself writes it, over HTTP',
    door: 'POST /api/events',
    says: { event_id: 'e-9', device_id, type: 'MOTION_DETECTED', data: { presence: false } },
    means: [{ kind: 'event', eventId: 'e-9', type: 'MOTION_DETECTED', dataJson: '{"presence":false}' }],
  },
];
