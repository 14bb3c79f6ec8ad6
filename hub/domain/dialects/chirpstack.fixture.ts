/** What ChirpStack v4 says of LoRaWAN devices. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

const deviceInfo = { applicationId: 'a-1', deviceName: 'ward-3', devEui: '24e124445d198a01' };
const time = '2026-11-20T11:59:58.775023242+00:00';
const rxInfo = [
  { gatewayId: 'g-1', rssi: -101, snr: 2.5 },
  { gatewayId: 'g-2', rssi: -57, snr: 9.8 },
];
/** 36.65 °C, 72 beats, up for 3600 s. */
const SEED_LAYOUT = 'DlEASAAADhA=';
const seed = { temperature: 36.65, heart_rate: 72, rssi: -57, snr: 9.8 };

export const fixtures: readonly DialectFixture[] = [
  {
    what: "seed 1's eight bytes on port 1 (S1-27)",
    door: 'application/a-1/device/24e124445d198a01/event/up',
    says: { deduplicationId: 'd-1', time, deviceInfo, fPort: 1, fCnt: 7, data: SEED_LAYOUT, rxInfo },
    means: [{ kind: 'readings', claimedId: '24E124445D198A01', atMs: RECEIVED_MS - 1225, metrics: seed }],
  },
  {
    what: 'values the network server decoded',
    door: 'application/a-1/device/24e124445d198a01/event/up',
    says: {
      time,
      deviceInfo,
      fPort: 85,
      data: 'AXVk',
      object: { battery: 100, air: { temperature: 19.5 } },
      rxInfo: [],
    },
    means: [{ kind: 'readings', metrics: { battery: 100, 'air.temperature': 19.5 } }],
  },
  {
    what: 'the same by webhook',
    door: 'POST /api/v1/webhooks/chirpstack',
    says: { time, deviceInfo, fPort: 1, data: SEED_LAYOUT, rxInfo },
    means: [{ kind: 'readings', claimedId: '24E124445D198A01', metrics: seed }],
  },
];
