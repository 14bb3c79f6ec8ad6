/** REST of devices and of the waiting room; a device is named by any of its names. */
import { Type } from 'typebox';
import {
  AdoptBody,
  Device,
  DeviceConnection,
  DeviceCreate,
  DeviceCreated,
  DevicePatch,
  DeviceSecrets,
  Latest,
  WaitingDevice,
} from '../../contract/device.ts';
import { RucheError } from '../../contract/errors.ts';
import { PULSE_BUCKET_MS } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import { Ms, PageQuery } from '../../contract/problem.ts';
import type { Person } from '../../domain/principal.ts';
import { pulseBucket } from '../../domain/pulse.ts';
import { deviceFor, maySeeNetwork, waitingFor } from '../../domain/visibility.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DeviceRow, LatestRow } from '../../store/store.ts';
import { type Http, personOf } from '../route.ts';
import type { Devices } from './devices.ts';

const PAGE_SIZE = 100;

export interface DeviceRoutesDeps {
  readonly devices: Devices;
  readonly clock: Clock;
  /** By metric. */
  readonly latestOf: (deviceId: string) => Promise<LatestRow[]>;
}

/** Any of the names a device has; far longer than an id may be, so that a wrong one is "unknown", not "invalid". */
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) });
const DevicePage = Type.Object({ items: Type.Array(Device), nextCursor: Type.Optional(Type.String()) });
const WaitingPage = Type.Object({ items: Type.Array(WaitingDevice) });
const Pulse = Type.Object({ bucketMs: Type.Integer(), endMs: Ms, marks: Type.String() });
const Nothing = Type.Null({ description: 'No content.' });
const tags = ['devices'];

export function deviceRoutes(deps: DeviceRoutesDeps): (http: Http) => void {
  return (http) => {
    listRoutes(http, deps);
    waitingRoutes(http, deps);
    deviceItselfRoutes(http, deps);
    tokenRoutes(http, deps);
    valueRoutes(http, deps);
  };
}

function listRoutes(http: Http, { devices }: DeviceRoutesDeps): void {
  http.get('/api/v1/devices', {
    config: { access: 'devices.read' },
    schema: { summary: 'List devices by id', tags, querystring: PageQuery, response: { 200: DevicePage } },
    async handler(request) {
      const { limit = PAGE_SIZE, cursor } = request.query;
      const { items, ...rest } = devices.page({ limit, cursor });
      return { items: items.map((device) => deviceFor(personOf(request), device)), ...rest };
    },
  });
  http.post('/api/v1/devices', {
    config: { access: 'devices.create' },
    schema: { summary: 'Create a device and its token', tags, body: DeviceCreate, response: { 201: DeviceCreated } },
    async handler(request, reply) {
      const created = await devices.create(request.body, personOf(request).userId);
      return reply.code(201).send(created);
    },
  });
}

function waitingRoutes(http: Http, { devices }: DeviceRoutesDeps): void {
  http.get('/api/v1/devices/waiting', {
    config: { access: 'devices.read' },
    schema: { summary: 'List clients that wait to be adopted', tags, response: { 200: WaitingPage } },
    handler: async (request) => ({
      items: devices.waitingViews().map((waiting) => waitingFor(personOf(request), waiting)),
    }),
  });
  http.post('/api/v1/devices/waiting/:id/adopt', {
    config: { access: 'devices.adopt' },
    // A name is all there is to say, and it need not be said.
    preValidation: async (request) => {
      request.body ??= {};
    },
    schema: { summary: 'Make a waiting client my device', tags, params, body: AdoptBody, response: { 200: Device } },
    handler: async (request) => devices.adopt(request.params.id, personOf(request), request.body.name),
  });
}

function deviceItselfRoutes(http: Http, { devices }: DeviceRoutesDeps): void {
  http.get('/api/v1/devices/:id', {
    config: { access: 'devices.read' },
    schema: { summary: 'One device', tags, params, response: { 200: Device } },
    async handler(request) {
      const device = devices.view(request.params.id);
      if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
      return deviceFor(personOf(request), device);
    },
  });
  http.patch('/api/v1/devices/:id', {
    config: { access: 'devices.manage.own' },
    schema: {
      summary: 'Rename a device, set its interval and its tags',
      tags,
      params,
      body: DevicePatch,
      response: { 200: Device },
    },
    handler: async (request) => devices.patch(managed(devices, request.params.id, personOf(request)).id, request.body),
  });
  http.delete('/api/v1/devices/:id', {
    config: { access: 'devices.manage.own' },
    schema: { summary: 'Delete a device and its values', tags, params, response: { 204: Nothing } },
    async handler(request, reply) {
      await devices.remove(managed(devices, request.params.id, personOf(request)).id);
      return reply.code(204).send(null);
    },
  });
}

function tokenRoutes(http: Http, { devices }: DeviceRoutesDeps): void {
  http.post('/api/v1/devices/:id/token', {
    config: { access: 'devices.manage.own' },
    schema: { summary: 'New token; the old one ends', tags, params, response: { 200: DeviceSecrets } },
    handler: async (request) => devices.rotateToken(managed(devices, request.params.id, personOf(request)).id),
  });
  http.delete('/api/v1/devices/:id/token', {
    config: { access: 'devices.manage.own' },
    schema: { summary: 'Revoke the token', tags, params, response: { 204: Nothing } },
    async handler(request, reply) {
      await devices.revokeToken(managed(devices, request.params.id, personOf(request)).id);
      return reply.code(204).send(null);
    },
  });
}

function valueRoutes(http: Http, { devices, clock, latestOf }: DeviceRoutesDeps): void {
  http.get('/api/v1/devices/:id/latest', {
    config: { access: 'devices.read' },
    schema: { summary: 'The latest value of every metric', tags, params, response: { 200: Latest } },
    async handler({ params: { id } }) {
      const rows = await latestOf(known(devices, id).id);
      return { metrics: Object.fromEntries(rows.map(({ metric, value, atMs }) => [metric, { value, atMs }])) };
    },
  });
  http.get('/api/v1/devices/:id/connection', {
    config: { access: 'devices.read' },
    schema: {
      summary: 'How the device is connected, and how often it had to come back',
      tags,
      params,
      response: { 200: DeviceConnection },
    },
    async handler(request) {
      const { id } = request.params;
      const connection = devices.connection(id);
      if (connection === undefined) throw new RucheError('DEVICE_UNKNOWN');
      const { will, ...shown } = connection;
      return maySeeNetwork(personOf(request), devices.view(id)?.owner ?? null) ? { ...shown, will } : shown;
    },
  });
  http.get('/api/v1/devices/:id/pulse', {
    config: { access: 'devices.read' },
    schema: { summary: 'When the device was there, in buckets', tags, params, response: { 200: Pulse } },
    async handler({ params: { id } }) {
      const marks = devices.view(known(devices, id).id)?.pulse ?? '';
      return { bucketMs: PULSE_BUCKET_MS, endMs: pulseBucket(clock.nowMs()) + PULSE_BUCKET_MS, marks };
    },
  });
}

function known(devices: Devices, name: string): Readonly<DeviceRow> {
  const row = devices.find(name);
  if (row === undefined) throw new RucheError('DEVICE_UNKNOWN');
  return row;
}

/** The device, if the person may change it: its owner, or whoever manages all devices. */
function managed(devices: Devices, name: string, person: Person): Readonly<DeviceRow> {
  const row = known(devices, name);
  if (row.ownerId !== person.userId && !mayRole(person.role, 'devices.manage')) throw new RucheError('NOT_YOURS');
  return row;
}
