/** REST of alerts and of the rules that raise them. Who owns a device decides about what concerns it alone. */
import { Type } from 'typebox';
import {
  Alert,
  AlertRule,
  AlertRuleBody,
  AlertRulePatch,
  AlertRuleSuggestions,
  AlertRulesQuery,
  AlertsQuery,
  SnoozeBody,
} from '../../contract/alert.ts';
import { RucheError } from '../../contract/errors.ts';
import { AckBody } from '../../contract/event.ts';
import { ALERT_RULES_MAX, ALERT_RULES_PER_PERSON_MAX } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { mustWithDevice } from '../own-device.ts';
import { ById, Gone, pageOf } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Alerts } from './alerts.ts';

export interface AlertRoutesDeps {
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly devices: { find(name: string): { readonly id: string; readonly ownerId: string | null } | undefined };
}

const tags = ['alerts'];
const Rules = Type.Object({ items: Type.Array(AlertRule) });

export function alertRoutes(deps: AlertRoutesDeps): (http: Http) => void {
  return (http) => {
    addAlertRoutes(http, deps);
    addRuleRoutes(http, deps);
    addOneRuleRoutes(http, deps);
  };
}

function addAlertRoutes(http: Http, deps: AlertRoutesDeps): void {
  const { alerts, clock } = deps;
  http.get(
    '/api/v1/alerts',
    {
      config: { access: 'events.read' },
      schema: { summary: 'Alerts, newest first', tags, querystring: AlertsQuery, response: { 200: pageOf(Alert) } },
    },
    async (request) => alerts.list(request.query),
  );
  http.post(
    '/api/v1/alerts/:id/ack',
    {
      config: { access: 'alerts.manage.own' },
      preValidation: emptyBody,
      schema: { summary: 'Acknowledge an alert', tags, params: ById, body: AckBody, response: { 200: Alert } },
    },
    async (request) => {
      const { id } = await managed(deps, request.params.id, personOf(request));
      return alerts.acknowledge(id, personOf(request).username, request.body.note);
    },
  );
  http.post(
    '/api/v1/alerts/:id/snooze',
    {
      config: { access: 'alerts.manage.own' },
      schema: {
        summary: 'Put an alert off: `forS` seconds, or until `untilMs`; `untilMs` of 0 ends it',
        tags,
        params: ById,
        body: SnoozeBody,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = await managed(deps, request.params.id, personOf(request));
      return alerts.snooze(id, untilOf(request.body, clock.nowMs()), request.body.note);
    },
  );
}

function addRuleRoutes(http: Http, deps: AlertRoutesDeps): void {
  const { alerts, devices } = deps;
  http.get(
    '/api/v1/alert-rules',
    {
      config: { access: 'events.read' },
      schema: {
        summary: 'Alert rules in the order in which they were made; of a device: those that concern it',
        tags,
        querystring: AlertRulesQuery,
        response: { 200: Rules },
      },
    },
    async ({ query: { device } }) => {
      const deviceId = device === undefined ? undefined : (devices.find(device)?.id ?? device);
      const concerns = (rule: AlertRule): boolean =>
        deviceId === undefined || rule.deviceId === null || rule.deviceId === deviceId;
      return { items: alerts.rules().filter(concerns) };
    },
  );
  http.post(
    '/api/v1/alert-rules',
    {
      config: { access: 'alerts.manage.own' },
      schema: { summary: 'Make an alert rule', tags, body: AlertRuleBody, response: { 201: AlertRule } },
    },
    async (request, reply) => {
      const person = personOf(request);
      mustManage(deps, request.body.deviceId ?? null, person);
      const ownMax = mayRole(person.role, 'alerts.manage') ? ALERT_RULES_MAX : ALERT_RULES_PER_PERSON_MAX;
      return reply.code(201).send(await alerts.createRule(request.body, person.username, ownMax));
    },
  );
  http.get(
    '/api/v1/alert-rules/suggestions',
    {
      config: { access: 'events.read' },
      schema: {
        summary: 'Rules that would make sense here and nobody has made yet',
        tags,
        response: { 200: AlertRuleSuggestions },
      },
    },
    async () => ({ items: await alerts.suggestions() }),
  );
}

function addOneRuleRoutes(http: Http, deps: AlertRoutesDeps): void {
  const { alerts } = deps;
  http.get(
    '/api/v1/alert-rules/:id',
    {
      config: { access: 'events.read' },
      schema: { summary: 'One alert rule', tags, params: ById, response: { 200: AlertRule } },
    },
    async (request) => alerts.rule(request.params.id),
  );
  http.patch(
    '/api/v1/alert-rules/:id',
    {
      config: { access: 'alerts.manage.own' },
      schema: {
        summary: 'Change an alert rule; another condition clears what the old one raised',
        tags,
        params: ById,
        body: AlertRulePatch,
        response: { 200: AlertRule },
      },
    },
    async (request) => {
      const { id, deviceId } = alerts.rule(request.params.id);
      mustManage(deps, deviceId, personOf(request));
      if (request.body.deviceId !== undefined) mustManage(deps, request.body.deviceId, personOf(request));
      return alerts.patchRule(id, request.body);
    },
  );
  http.delete(
    '/api/v1/alert-rules/:id',
    {
      config: { access: 'alerts.manage.own' },
      schema: {
        summary: 'Delete an alert rule; what it raised is cleared',
        tags,
        params: ById,
        response: { 204: Gone },
      },
    },
    async (request, reply) => {
      const { id, deviceId } = alerts.rule(request.params.id);
      mustManage(deps, deviceId, personOf(request));
      await alerts.removeRule(id);
      return reply.code(204).send(null);
    },
  );
}

/** Without a note there is nothing to say. */
async function emptyBody(request: { body?: unknown }): Promise<void> {
  request.body ??= {};
}

async function managed(deps: AlertRoutesDeps, id: string, person: Person): Promise<Alert> {
  const alert = await deps.alerts.get(id);
  if (alert === undefined) throw new RucheError('ALERT_UNKNOWN');
  mustManage(deps, alert.deviceId, person);
  return alert;
}

/** Null: what concerns every device is for those who manage all of them. */
function mustManage({ devices }: AlertRoutesDeps, device: string | null, person: Person): void {
  mustWithDevice(person, 'alerts.manage', device === null ? null : (devices.find(device)?.ownerId ?? null));
}

function untilOf({ forS, untilMs }: SnoozeBody, nowMs: number): number | null {
  if ((forS === undefined) === (untilMs === undefined)) {
    throw new RucheError('BODY_INVALID', 'Either body.forS or body.untilMs is needed.');
  }
  const until = untilMs ?? nowMs + (forS ?? 0) * 1000;
  return until <= nowMs ? null : until;
}
