/** Seed 3 over HTTP: a device posts its values, is answered its state, and asks for it again and again (S3-1 to S3-3). */
import { Type } from 'typebox';
import { DeviceState } from '../../contract/door.ts';
import { RucheError } from '../../contract/errors.ts';
import type { DevicePrincipal } from '../../domain/principal.ts';
import { deviceSpeakerOf, type Http, type Speaker } from '../route.ts';
import type { Door } from './door.ts';

export interface ThingsnxtDeps {
  readonly door: Door;
  /** What a device should know: the latest value of every metric, virtual pins among them. */
  stateOf(deviceId: string): Promise<DeviceState['data']>;
}

const tags = ['devices themselves'];
const config = { access: 'device', errorForm: 'seed' } as const;
const body = Type.Unknown({ description: 'As in docs/how-devices-may-speak.md, under thingsnxt.' });
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) });
const querystring = Type.Object({ device_token: Type.Optional(Type.String({ maxLength: 4096 })) });
const response = { 200: DeviceState };

export function thingsnxtRoutes({ door, stateOf }: ThingsnxtDeps): (http: Http) => void {
  async function taken(speaker: Speaker, given: unknown, name: string): Promise<DeviceState> {
    const { deviceId } = itself(speaker);
    await door.take({ speaker, dialect: 'thingsnxt', door: name, body: given, claimedId: deviceId });
    return { data: await stateOf(deviceId) };
  }
  return (http) => {
    http.post('/devices/:id/telemetry', {
      config: { ...config, tokenInBody: true },
      schema: { summary: 'Values of seed 3; answers the state', tags, params, body, querystring, response },
      handler: async (request) => taken(deviceSpeakerOf(request), request.body, 'POST /devices/:id/telemetry'),
    });
    http.post('/telemetry', {
      config: { ...config, tokenInBody: true },
      schema: { summary: 'The older form: the token names the device', tags, body, querystring, response },
      handler: async (request) => taken(deviceSpeakerOf(request), request.body, 'POST /telemetry'),
    });
    http.get('/telemetry/latest', {
      config,
      schema: { summary: 'The state of the device whose token it is', tags, querystring, response },
      handler: async (request) => ({ data: await stateOf(itself(deviceSpeakerOf(request)).deviceId) }),
    });
  };
}

function itself(speaker: Speaker): DevicePrincipal {
  if (speaker.kind === 'device') return speaker;
  throw new RucheError('FORBIDDEN', 'Only a device itself speaks here.');
}
