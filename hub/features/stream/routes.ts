/** `GET /api/v1/stream`: the connection that stays open. */
import { Type } from 'typebox';
import { RucheError } from '../../contract/errors.ts';
import { STREAM_KINDS, StreamQuery } from '../../contract/stream.ts';
import { type Http, personOf } from '../route.ts';
import type { Streams } from './streams.ts';

export interface StreamRoutesDeps {
  readonly streams: Streams;
  readonly devices: { find(name: string): { readonly id: string } | undefined };
}

export function streamRoutes({ streams, devices }: StreamRoutesDeps): (http: Http) => void {
  return (http) => {
    http.get(
      '/api/v1/stream',
      {
        config: { access: 'events.read' },
        // Nobody waits for the end of it.
        exposeHeadRoute: false,
        schema: {
          summary: 'Server-Sent Events: reading, event, alert, status, command; lost when something was left out',
          description:
            'Each `data` is JSON with `deviceId`. Readings are gathered, at most four times a second and device. ' +
            'It ends with the session of the access token; send the token in the Authorization header.',
          tags: ['stream'],
          querystring: StreamQuery,
          response: { 200: Type.String({ description: 'text/event-stream' }) },
        },
      },
      async (request, reply) => {
        const { device, kinds } = request.query;
        const filter = { deviceId: device === undefined ? undefined : idOf(devices, device), kinds: kindsOf(kinds) };
        const isReturning = request.headers['last-event-id'] !== undefined;
        const reader = streams.open(personOf(request), filter, isReturning);
        const { raw } = reply;
        reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) raw.setHeader(name, value);
        reply.hijack();
        reader.pourInto(raw);
        return reply;
      },
    );
  };
}

function idOf(devices: StreamRoutesDeps['devices'], name: string): string {
  const device = devices.find(name);
  if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
  return device.id;
}

function kindsOf(text: string | undefined): ReadonlySet<string> {
  if (text === undefined || text === '') return new Set(STREAM_KINDS);
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !STREAM_KINDS.some((known) => known === kind));
  if (unknown !== undefined) {
    throw new RucheError('BODY_INVALID', `query.kinds has an unknown one; known are ${STREAM_KINDS.join(', ')}.`);
  }
  return new Set(kinds);
}
