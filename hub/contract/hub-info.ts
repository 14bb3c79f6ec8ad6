/** The hub about itself: health, and what a device needs to be told to reach it. */
import { type Static, Type } from 'typebox';

export const Health = Type.Object({
  status: Type.Union([
    Type.Literal('ok'),
    Type.Literal('starting'),
    Type.Literal('stopping'),
    Type.Literal('storing_failed'),
  ]),
  version: Type.String(),
  uptimeS: Type.Integer(),
});
export type Health = Static<typeof Health>;

const Port = Type.Union([Type.Integer(), Type.Null()], { description: 'null = off' });
export const HubInfo = Type.Object({
  version: Type.String(),
  hostname: Type.String(),
  addresses: Type.Array(Type.String(), { description: 'IPv4 addresses of this machine, loopback last.' }),
  httpPort: Type.Integer(),
  mqttPort: Port,
  webSocketPath: Type.String(),
  anonymous: Type.Union([Type.Literal('refuse'), Type.Literal('pair'), Type.Literal('open')]),
  compatOpen: Type.Boolean({
    description: 'Old routes answer private addresses without credentials (RUCHE_COMPAT_OPEN); the app warns of it.',
  }),
  timeZone: Type.String(),
});
export type HubInfo = Static<typeof HubInfo>;

export const DemoState = Type.Object({
  running: Type.Boolean(),
  deviceId: Type.Union([Type.String(), Type.Null()]),
  hasData: Type.Boolean({ description: 'Devices or scores made by the demonstration exist.' }),
});
export type DemoState = Static<typeof DemoState>;
