/** What The Things Stack v3 says of LoRaWAN devices. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

const end_device_ids = {
  device_id: 'ward-3',
  application_ids: { application_id: 'clinic' },
  dev_eui: '0004A30B001C0530',
};
const rx_metadata = [{ gateway_ids: { gateway_id: 'g-1' }, rssi: -80, snr: 7 }];
/** -1.5 °C, 60 beats, up for 10 s. */
const SEED_LAYOUT = '/2oAPAAAAAo=';
const received_at = '2026-11-20T11:59:59.5Z';

export const fixtures: readonly DialectFixture[] = [
  {
    what: "seed 1's eight bytes on port 1 (S1-27)",
    door: 'v3/clinic@ttn/devices/ward-3/up',
    says: { end_device_ids, uplink_message: { f_port: 1, frm_payload: SEED_LAYOUT, rx_metadata, received_at } },
    means: [
      {
        kind: 'readings',
        claimedId: '0004A30B001C0530',
        atMs: RECEIVED_MS - 500,
        metrics: { temperature: -1.5, heart_rate: 60, rssi: -80, snr: 7 },
      },
    ],
  },
  {
    what: 'values the network server decoded, without an EUI',
    door: 'v3/clinic/devices/ward-3/up',
    says: {
      end_device_ids: { device_id: 'ward-3' },
      uplink_message: { f_port: 2, frm_payload: 'AA==', decoded_payload: { humidity: 41, door: 'open' } },
    },
    means: [{ kind: 'readings', claimedId: 'ward-3', metrics: { humidity: 41, door: 'open' } }],
  },
  {
    what: 'bytes of a layout the hub does not know: a sign of life',
    door: 'v3/clinic@ttn/devices/ward-3/up',
    says: { end_device_ids, uplink_message: { f_port: 5, frm_payload: 'AQID' } },
    means: [{ kind: 'heartbeat', claimedId: '0004A30B001C0530', status: 'online' }],
  },
  {
    what: 'the same by webhook',
    door: 'POST /api/v1/webhooks/ttn',
    says: { end_device_ids, uplink_message: { f_port: 1, frm_payload: SEED_LAYOUT, rx_metadata } },
    means: [{ kind: 'readings', metrics: { temperature: -1.5, heart_rate: 60, rssi: -80, snr: 7 } }],
  },
];
