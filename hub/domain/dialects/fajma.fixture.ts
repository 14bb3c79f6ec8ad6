/** What health sensors of seed 1 say. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

const device_id = 'ESP32_001';
const MEASURED_S = RECEIVED_MS / 1000 - 30;

export const fixtures: readonly DialectFixture[] = [
  {
    what: 'values every 30 s; the timestamp counts milliseconds since boot (S1-3)',
    door: 'fajma/esp32/data',
    says: {
      ...{ device_id, timestamp: 93_000, temperature: 36.6, humidity: 41 },
      ...{ heart_rate: 72, spo2: 98.5, battery_level: 87 },
    },
    means: [
      {
        kind: 'readings',
        claimedId: device_id,
        atMs: RECEIVED_MS,
        deviceUptimeMs: 93_000,
        metrics: { temperature: 36.6, humidity: 41, heart_rate: 72, spo2: 98.5, battery_level: 87 },
      },
    ],
  },
  {
    what: 'an alert (S1-4)',
    door: 'fajma/esp32/alert',
    says: { device_id, alert_type: 'fever', message: 'Température élevée', timestamp: 94_000, priority: 'high' },
    means: [
      {
        kind: 'event',
        claimedId: device_id,
        type: 'fever',
        severity: 'critical',
        message: 'Température élevée',
        originalTimestamp: 94_000,
        deviceUptimeMs: 94_000,
        topic: 'fajma/esp32/alert',
      },
    ],
  },
  {
    what: 'a heartbeat every 5 min and after each connect (S1-5)',
    door: 'fajma/esp32/heartbeat',
    says: { device_id, status: 'online', timestamp: 95_000, uptime: 95 },
    means: [{ kind: 'heartbeat', claimedId: device_id, status: 'online', uptimeS: 95, deviceUptimeMs: 95_000 }],
  },
  {
    what: 'diagnostics (S1-6); uptime becomes uptime_s',
    door: 'fajma/esp32/diagnostics',
    says: {
      ...{ device_id, type: 'diagnostics', wifi_rssi: -61, free_heap: 184_320, uptime: 96 },
      ...{ reset_reason: 1, chip_revision: 3, sdk_version: 'v4.4.6' },
    },
    means: [
      {
        kind: 'readings',
        claimedId: device_id,
        metrics: {
          ...{ wifi_rssi: -61, free_heap: 184_320, uptime_s: 96 },
          ...{ reset_reason: 1, chip_revision: 3, sdk_version: 'v4.4.6' },
        },
      },
    ],
  },
  {
    what: 'values over HTTP, nested, Unix seconds (S1-13)',
    door: 'POST /api/iot/data',
    says: {
      ...{ device_id, timestamp: MEASURED_S, data: { temperature: 36.6, humidity: 41, heart_rate: 72 } },
      location: { latitude: 48.85, longitude: 2.35 },
    },
    means: [
      {
        kind: 'readings',
        claimedId: device_id,
        atMs: RECEIVED_MS - 30_000,
        metrics: { temperature: 36.6, humidity: 41, heart_rate: 72, latitude: 48.85, longitude: 2.35 },
      },
    ],
  },
  {
    what: 'values over HTTP, flat, Unix milliseconds (S1-16)',
    door: 'POST /api/iot/data',
    says: { device_id, temperature: 36.6, heart_rate: 72, spo2: 98, timestamp: RECEIVED_MS - 30_000 },
    means: [{ kind: 'readings', atMs: RECEIVED_MS - 30_000, metrics: { temperature: 36.6, heart_rate: 72, spo2: 98 } }],
  },
  {
    what: 'several measurements at once; one that cannot be read does not cost the others (S1-14)',
    door: 'POST /api/iot/batch',
    says: {
      device_id,
      batch_timestamp: RECEIVED_MS / 1000,
      measurements: [{ temperature: 36.6, timestamp: MEASURED_S }, { temperature: 'hot' }, { heart_rate: 71 }],
    },
    means: [
      { kind: 'readings', atMs: RECEIVED_MS - 30_000, metrics: { temperature: 36.6 } },
      { kind: 'readings', atMs: RECEIVED_MS + 2, metrics: { heart_rate: 71 } },
    ],
    bad: [{ index: 1, detail: 'temperature: must be a number.' }],
  },
  {
    what: 'the greeting on a WebSocket (S1-23)',
    door: '/ws/iot/:id/',
    says: { type: 'connection', device_id, timestamp: 97_000, data: 'ESP32_001 connecté' },
    means: [{ kind: 'heartbeat', claimedId: device_id, status: 'online', uptimeS: 97, deviceUptimeMs: 97_000 }],
  },
  {
    what: 'values on a WebSocket every second (S1-24)',
    door: '/ws/iot/:id/',
    says: { type: 'realtime_data', device_id, timestamp: 98_000, heart_rate: 72.4, spo2: 98.1 },
    means: [{ kind: 'readings', claimedId: device_id, metrics: { heart_rate: 72.4, spo2: 98.1 } }],
  },
];
