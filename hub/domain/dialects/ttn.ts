/** The Things Stack v3 (The Things Network): uplinks of LoRaWAN devices, by its MQTT server or by webhook. */
import type { BodyFacts, Decoded, Dialect, Misunderstood, Understood } from './dialect.ts';
import { euiOrName, reportOfUplink, UPLINK_MAX_BYTES } from './lora.ts';
import { Fields, textOf, understand } from './payload.ts';

const TOPIC = /^v3\/[^/]+\/devices\/[^/]+\/up$/;

export const ttn: Dialect = {
  id: 'ttn',
  about: 'LoRaWAN devices behind The Things Stack v3, which speaks for them over MQTT or by webhook.',
  topics: { up: ['v3/+/devices/+/up'], down: ['v3/+/devices/+/down/push', 'v3/+/devices/+/down/replace'] },
  namedBy: 'gateway',
  identify: () => undefined,
  decode(topic, payload, receivedMs): Decoded {
    if (!TOPIC.test(topic)) return undefined;
    return understand(() => uplink(Fields.parse(textOf(payload, UPLINK_MAX_BYTES)), receivedMs));
  },
  bodies: [{ door: 'POST /api/v1/webhooks/ttn', read: readBody }],
};

function readBody(body: unknown, { receivedMs }: BodyFacts): Understood | Misunderstood {
  return understand(() => uplink(new Fields(body), receivedMs));
}

function uplink(fields: Fields, receivedMs: number): Understood {
  const ids = fields.object('end_device_ids');
  const message = fields.object('uplink_message');
  const report = reportOfUplink({
    claimedId: euiOrName(ids.raw('dev_eui'), ids.raw('device_id')),
    receivedMs,
    time: message.raw('received_at') ?? fields.raw('received_at'),
    port: message.raw('f_port'),
    data: message.raw('frm_payload'),
    decoded: message.raw('decoded_payload'),
    gateways: message.raw('rx_metadata'),
  });
  return { reports: [report] };
}
