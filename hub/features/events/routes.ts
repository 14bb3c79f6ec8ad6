/** REST of events: the feed, and acknowledging. */
import { Type } from 'typebox';
import { Alert } from '../../contract/alert.ts';
import { RucheError } from '../../contract/errors.ts';
import { AckBody, Event, EventsQuery } from '../../contract/event.ts';
import type { Write } from '../../store/store.ts';
import { mustWithDevice } from '../own-device.ts';
import { ById, pageOf } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Events } from './events.ts';

export interface EventRoutesDeps {
  readonly events: Events;
  /** User id of the person a device belongs to. */
  readonly ownerIdOf: (deviceId: string) => string | null;
  readonly alerts: {
    get(id: string): Promise<Alert | undefined>;
    /** Those that stand and are about such events of the device. */
    about(event: Event): Alert[];
    /** All of them and `also`, or nothing. Throws ALERT_UNKNOWN. */
    acknowledgeAll(ids: readonly string[], ack: Ack, also: readonly Write[]): Promise<Alert[]>;
  };
}

interface Ack {
  readonly by: string;
  readonly note: string | undefined;
}

const tags = ['events'];
const Acked = Type.Object({ event: Type.Union([Event, Type.Null()]), alerts: Type.Array(Alert) });

export function eventRoutes({ events, ownerIdOf, alerts }: EventRoutesDeps): (http: Http) => void {
  return (http) => {
    http.get(
      '/api/v1/events',
      {
        config: { access: 'events.read' },
        schema: {
          summary: 'Events as they were received, the last one first',
          tags,
          querystring: EventsQuery,
          response: { 200: pageOf(Event) },
        },
      },
      async (request) => events.list(request.query),
    );
    http.post(
      '/api/v1/events/:id/ack',
      {
        config: { access: 'alerts.manage.own' },
        // Without a note there is nothing to say.
        preValidation: async (request) => {
          request.body ??= {};
        },
        schema: {
          summary: 'Acknowledge an event and the alerts about it; an alert by its id does as well',
          tags,
          params: ById,
          body: AckBody,
          response: { 200: Acked },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { note } = request.body;
        const person = personOf(request);
        const event = await events.get(id);
        const alert = event === undefined ? await alerts.get(id) : undefined;
        const deviceId = event?.deviceId ?? alert?.deviceId ?? null;
        if (event === undefined && alert === undefined) throw new RucheError('EVENT_UNKNOWN');
        mustWithDevice(person, 'alerts.manage', deviceId === null ? null : ownerIdOf(deviceId));
        const ack = { by: person.username, note };
        if (event === undefined) return { event: null, alerts: await alerts.acknowledgeAll([id], ack, []) };
        const { write, stored } = await events.acknowledging(id, ack);
        const about = alerts.about(event).map((one) => one.id);
        const acked = await alerts.acknowledgeAll(about, ack, [write]);
        return { event: stored(), alerts: acked };
      },
    );
  };
}
