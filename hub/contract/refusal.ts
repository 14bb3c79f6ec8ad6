/** Refusals: what the hub did not accept, from whom, why, and the cure. */
import { type Static, Type } from 'typebox';
import { Ms } from './problem.ts';

export const Refusal = Type.Object(
  {
    id: Type.String(),
    code: Type.String(),
    title: Type.String(),
    detail: Type.Optional(Type.String()),
    hint: Type.String(),
    action: Type.Union([Type.Literal('connect'), Type.Literal('publish'), Type.Literal('subscribe')]),
    clientId: Type.Optional(Type.String()),
    deviceId: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    topic: Type.Optional(Type.String()),
    account: Type.Optional(Type.String({ description: 'The account whose rules decided.' })),
    rule: Type.Optional(
      Type.String({ description: 'The line that decided, or the name of a reason that is built in.' }),
    ),
    allow: Type.Optional(Type.String({ description: 'The rule that would have allowed it.' })),
    count: Type.Integer({ description: 'Repeats of the same refusal are counted, not listed.' }),
    firstAtMs: Ms,
    lastAtMs: Ms,
  },
  { $id: 'Refusal' },
);
export type Refusal = Static<typeof Refusal>;

export const RefusalsQuery = Type.Object({
  q: Type.Optional(
    Type.String({ maxLength: 128, description: 'Text found in client, device, user, address, topic or code.' }),
  ),
  device: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
});
export type RefusalsQuery = Static<typeof RefusalsQuery>;
