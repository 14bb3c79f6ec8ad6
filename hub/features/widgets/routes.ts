/** REST of widgets, and seed 3's way to set one. */
import { PageQuery } from '../../contract/problem.ts';
import { Widget, WidgetPatch, WidgetSpec, WidgetState, WidgetStateSet } from '../../contract/widget.ts';
import { ById, Gone, pageOf, pageRequest } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Widgets } from './widgets.ts';

const tags = ['widgets'];

export function widgetRoutes(widgets: Widgets): (http: Http) => void {
  return (http) => {
    addListRoutes(http, widgets);
    addWidgetRoutes(http, widgets);
    addStateRoute(http, widgets);
  };
}

function addListRoutes(http: Http, widgets: Widgets): void {
  http.get(
    '/api/v1/widgets',
    {
      config: { access: 'widgets.read' },
      schema: {
        summary: 'Widgets of everybody, oldest first',
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(Widget) },
      },
    },
    async ({ query }) => widgets.list(pageRequest(query)),
  );
  http.post(
    '/api/v1/widgets',
    {
      config: { access: 'widgets.own' },
      schema: {
        summary: 'Make a widget',
        description: 'Its type decides whether it needs a device, a metric or a pin, and which options it has.',
        tags,
        body: WidgetSpec,
        response: { 201: Widget },
      },
    },
    async (request, reply) => reply.code(201).send(await widgets.create(personOf(request), request.body)),
  );
}

function addWidgetRoutes(http: Http, widgets: Widgets): void {
  http.patch(
    '/api/v1/widgets/:id',
    {
      config: { access: 'widgets.own' },
      schema: {
        summary: 'Change a widget of mine; what is not named stays',
        tags,
        params: ById,
        body: WidgetPatch,
        response: { 200: Widget },
      },
    },
    async (request) => widgets.change(personOf(request), request.params.id, request.body),
  );
  http.delete(
    '/api/v1/widgets/:id',
    {
      config: { access: 'widgets.own' },
      schema: { summary: 'Delete a widget of mine', tags, params: ById, response: { 204: Gone } },
    },
    async (request, reply) => {
      await widgets.remove(personOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function addStateRoute(http: Http, widgets: Widgets): void {
  http.post(
    '/widgets/:id/state',
    {
      config: { access: 'widgets.own', errorForm: 'seed' },
      schema: {
        summary: 'Set what a widget of mine controls',
        description:
          'The value is stored as the device’s, and a command brings it to the device: at once over MQTT, or with its next poll.',
        tags,
        params: ById,
        body: WidgetState,
        response: { 200: WidgetStateSet },
      },
    },
    async (request) => {
      const { widget, value, command } = await widgets.set(personOf(request), request.params.id, request.body.state);
      return { status: 'success' as const, widget_id: widget.id, state: value, command };
    },
  );
}
