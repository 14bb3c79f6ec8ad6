/** Pairing: a device answers to a person (Simon: whose score it is). */
import { type Static, Type } from 'typebox';
import { Ms } from './problem.ts';

export const PairingState = Type.Union([
  Type.Literal('requested'),
  Type.Literal('paired'),
  Type.Literal('timed_out'),
  Type.Literal('none'),
]);
export type PairingState = Static<typeof PairingState>;

export const Pairing = Type.Object(
  {
    deviceId: Type.String(),
    state: PairingState,
    username: Type.Union([Type.String(), Type.Null()]),
    previousUsername: Type.Union([Type.String(), Type.Null()], { description: 'Who had it before this request.' }),
    requestedAtMs: Type.Union([Ms, Type.Null()]),
    publishedAtMs: Type.Union([Ms, Type.Null()], { description: 'When the request left for a connected device.' }),
    answeredAtMs: Type.Union([Ms, Type.Null()]),
  },
  { $id: 'Pairing' },
);
export type Pairing = Static<typeof Pairing>;

export const PairingBody = Type.Object({ username: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })) });
export type PairingBody = Static<typeof PairingBody>;
export const PairingAccepted = Type.Object({ state: Type.Literal('requested'), deviceId: Type.String() });
export type PairingAccepted = Static<typeof PairingAccepted>;
