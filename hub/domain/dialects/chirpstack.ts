/** ChirpStack v4: uplinks of LoRaWAN devices, by its MQTT or HTTP integration. */
import type { BodyFacts, Decoded, Dialect, Misunderstood, Understood } from './dialect.ts';
import { euiOrName, reportOfUplink, UPLINK_MAX_BYTES } from './lora.ts';
import { Fields, textOf, understand } from './payload.ts';

const TOPIC = /^application\/[^/]+\/device\/[^/]+\/event\/up$/;

export const chirpstack: Dialect = {
  id: 'chirpstack',
  about: 'LoRaWAN devices behind a ChirpStack v4 server, which speaks for them over MQTT or by webhook.',
  topics: { up: ['application/+/device/+/event/up'], down: ['application/+/device/+/command/down'] },
  namedBy: 'gateway',
  identify: () => undefined,
  decode(topic, payload, receivedMs): Decoded {
    if (!TOPIC.test(topic)) return undefined;
    return understand(() => uplink(Fields.parse(textOf(payload, UPLINK_MAX_BYTES)), receivedMs));
  },
  bodies: [{ door: 'POST /api/v1/webhooks/chirpstack', read: readBody }],
};

function readBody(body: unknown, { receivedMs }: BodyFacts): Understood | Misunderstood {
  return understand(() => uplink(new Fields(body), receivedMs));
}

function uplink(fields: Fields, receivedMs: number): Understood {
  const device = fields.object('deviceInfo');
  const report = reportOfUplink({
    claimedId: euiOrName(device.raw('devEui'), device.raw('deviceName')),
    receivedMs,
    time: fields.raw('time'),
    port: fields.raw('fPort'),
    data: fields.raw('data'),
    decoded: fields.raw('object'),
    gateways: fields.raw('rxInfo'),
  });
  return { reports: [report] };
}
