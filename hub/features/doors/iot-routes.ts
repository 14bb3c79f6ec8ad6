/** Seed 1 over HTTP: POST /api/iot/data and /api/iot/batch, with its own answers and errors (S1-12 to S1-20). */
import { Type } from 'typebox';
import { BatchStored, DataStored } from '../../contract/door.ts';
import { FAJMA_PREFIX } from '../../contract/topics.ts';
import { deviceSpeakerOf, type Http } from '../route.ts';
import type { Door } from './door.ts';

const tags = ['devices themselves'];
const config = { access: 'device', errorForm: 'seed' } as const;
const TOPIC = `${FAJMA_PREFIX}data`;
/** The sentence of the seed's server (S1-16). */
const NO_DEVICE = { error: 'device_id requis' };
const body = Type.Unknown({ description: 'As in docs/how-devices-may-speak.md, under fajma.' });
const SeedError = Type.Object({ error: Type.String() });

export function iotRoutes(door: Door): (http: Http) => void {
  return (http) => {
    http.post('/api/iot/data', {
      config,
      schema: {
        summary: 'Values of seed 1, flat or nested',
        tags,
        body,
        response: { 200: DataStored, 400: SeedError },
      },
      async handler(request, reply) {
        const speaker = deviceSpeakerOf(request);
        if (!namesDevice(request.body)) return reply.code(400).send(NO_DEVICE);
        const { ids } = await door.take({
          ...{ speaker, dialect: 'fajma', door: 'POST /api/iot/data', topic: TOPIC },
          body: request.body,
        });
        return { status: 'success', id: ids[0] ?? 0 } as const;
      },
    });
    http.post('/api/iot/batch', {
      config,
      schema: { summary: 'Many measurements of seed 1', tags, body, response: { 200: BatchStored, 400: SeedError } },
      async handler(request, reply) {
        const speaker = deviceSpeakerOf(request);
        if (!namesDevice(request.body)) return reply.code(400).send(NO_DEVICE);
        const { ids, bad } = await door.take({
          ...{ speaker, dialect: 'fajma', door: 'POST /api/iot/batch', topic: TOPIC },
          body: request.body,
        });
        const errors = bad.length === 0 ? {} : { errors: bad.map(({ index, detail }) => ({ index, error: detail })) };
        return { status: 'success', created_count: ids.length, ids, ...errors } as const;
      },
    });
  };
}

/** As the seed's server asks: something that is not empty. What it is, is judged by the dialect. */
function namesDevice(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || !('device_id' in given)) return false;
  return given.device_id !== '' && given.device_id !== null && given.device_id !== undefined;
}
