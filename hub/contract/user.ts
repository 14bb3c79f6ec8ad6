/** People, their sign-in, their sessions, and the first owner. */
import { type Static, Type } from 'typebox';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from './limits.ts';
import { Ms } from './problem.ts';

export const RoleSchema = Type.Union([Type.Literal('owner'), Type.Literal('operator'), Type.Literal('viewer')]);
export const Username = Type.String({
  minLength: 1,
  maxLength: 32,
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]*$',
  description: 'Letters, digits, space, dot, underscore, hyphen; compared without case.',
});
const Password = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX });
const Language = Type.Union([Type.Literal('en'), Type.Literal('fr')]);

export const User = Type.Object(
  { id: Type.String(), username: Username, role: RoleSchema, language: Type.Optional(Language), createdMs: Ms },
  { $id: 'User' },
);
export type User = Static<typeof User>;

/** What the app must know before anybody has signed in. */
export const SetupState = Type.Object({
  required: Type.Boolean({ description: 'No owner exists yet.' }),
  codeRequired: Type.Boolean({ description: 'False when the browser is on the loopback address.' }),
  registration: Type.Union([Type.Literal('closed'), Type.Literal('invite'), Type.Literal('open')]),
  version: Type.String(),
});
export type SetupState = Static<typeof SetupState>;
export const SetupBody = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 64 })),
  username: Username,
  password: Password,
  language: Type.Optional(Language),
});
export type SetupBody = Static<typeof SetupBody>;

export const RegisterBody = Type.Object({
  username: Username,
  password: Password,
  invite: Type.Optional(Type.String({ maxLength: 64 })),
  language: Type.Optional(Language),
});
export type RegisterBody = Static<typeof RegisterBody>;
export const LoginBody = Type.Object({
  username: Type.String({ maxLength: 64 }),
  password: Type.String({ maxLength: PASSWORD_LENGTH_MAX }),
  keep: Type.Optional(Type.Boolean({ description: 'Keep signed in after the browser closes. Default true.' })),
});
export type LoginBody = Static<typeof LoginBody>;
export const LoginReply = Type.Object({ accessToken: Type.String(), expiresInS: Type.Integer(), user: User });
export type LoginReply = Static<typeof LoginReply>;

/** PATCH /api/v1/auth/me: a new password needs the current one and ends every other session. */
export const MePatch = Type.Object({
  language: Type.Optional(Language),
  password: Type.Optional(Password),
  currentPassword: Type.Optional(Type.String({ maxLength: PASSWORD_LENGTH_MAX })),
});
export type MePatch = Static<typeof MePatch>;
export const UserPatch = Type.Object({ role: RoleSchema });
export type UserPatch = Static<typeof UserPatch>;

export const Session = Type.Object(
  {
    id: Type.String(),
    userId: Type.String(),
    username: Username,
    createdMs: Ms,
    lastUsedMs: Ms,
    expiresMs: Ms,
    address: Type.String(),
    agent: Type.String({ description: 'Browser or program, as it named itself.' }),
    current: Type.Boolean(),
    live: Type.Boolean({ description: 'Has an MQTT connection open now.' }),
  },
  { $id: 'Session' },
);
export type Session = Static<typeof Session>;

export const Invite = Type.Object(
  { id: Type.String(), createdMs: Ms, expiresMs: Ms, createdBy: Type.String() },
  { $id: 'Invite' },
);
export type Invite = Static<typeof Invite>;
/** The code is shown once, in the answer that creates the invitation. */
export const InviteCreated = Type.Object({ invite: Invite, code: Type.String() });
export type InviteCreated = Static<typeof InviteCreated>;
