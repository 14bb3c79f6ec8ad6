/** LoRaWAN network servers that post instead of publishing: ChirpStack v4 and The Things Stack v3. */
import { Type } from 'typebox';
import { WebhookTaken } from '../../contract/door.ts';
import { deviceSpeakerOf, type Http } from '../route.ts';
import type { Door } from './door.ts';

const tags = ['devices themselves'];
const body = Type.Unknown({ description: 'The JSON of the network server, see docs/how-devices-may-speak.md.' });
/** ChirpStack says in the address what kind of event it is; only uplinks have values. */
const querystring = Type.Object({ event: Type.Optional(Type.String({ maxLength: 32 })) });
const response = { 200: WebhookTaken };
const ignored = (): WebhookTaken => ({ status: 'ignored', ids: [] });
const stored = (ids: number[]): WebhookTaken => ({ status: 'stored', ids });

export function webhookRoutes(door: Door): (http: Http) => void {
  return (http) => {
    http.post('/api/v1/webhooks/chirpstack', {
      config: { access: 'device' },
      schema: { summary: 'Uplinks of ChirpStack v4, by an account', tags, body, querystring, response },
      async handler(request) {
        const speaker = deviceSpeakerOf(request);
        const { event = 'up' } = request.query;
        if (event !== 'up') return ignored();
        const device = part(request.body, 'deviceInfo');
        const topic = `application/${nameIn(device, 'applicationId')}/device/${nameIn(device, 'devEui')}/event/up`;
        const name = 'POST /api/v1/webhooks/chirpstack';
        const { ids } = await door.take({ speaker, dialect: 'chirpstack', door: name, topic, body: request.body });
        return stored(ids);
      },
    });
    http.post('/api/v1/webhooks/ttn', {
      config: { access: 'device' },
      schema: { summary: 'Uplinks of The Things Stack v3, by an account', tags, body, response },
      async handler(request) {
        const speaker = deviceSpeakerOf(request);
        // Joins, downlinks and the like come to the same address.
        if (part(request.body, 'uplink_message') === undefined) return ignored();
        const ids = part(request.body, 'end_device_ids');
        const application = nameIn(part(ids, 'application_ids'), 'application_id');
        const topic = `v3/${application}/devices/${nameIn(ids, 'device_id')}/up`;
        const name = 'POST /api/v1/webhooks/ttn';
        const taken = await door.take({ speaker, dialect: 'ttn', door: name, topic, body: request.body });
        return stored(taken.ids);
      },
    });
  };
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** One level of a topic: what is no name becomes one that no rule is about. */
function nameIn(value: unknown, name: string): string {
  const text = part(value, name);
  return typeof text === 'string' && /^[^/+#\0]{1,128}$/.test(text) ? text : '-';
}
