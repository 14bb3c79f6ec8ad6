/** Accounts of programs: a name, a password and rules; and the question whether something would be allowed. */
import { type Static, Type } from 'typebox';
import {
  ACCOUNT_NAME_LENGTH_MAX,
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  RULE_LENGTH_MAX,
  RULES_MAX,
} from './limits.ts';
import { Ms } from './problem.ts';

export const AccountName = Type.String({
  minLength: 1,
  maxLength: ACCOUNT_NAME_LENGTH_MAX,
  pattern: '^[\\p{L}\\p{N}_](?:[\\p{L}\\p{N} ._@-]*[\\p{L}\\p{N}._@-])?$',
  description: 'The MQTT user name: letters, digits, space, dot, underscore, hyphen, @; compared exactly.',
});
const Password = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX });
const Rules = Type.Array(Type.String({ maxLength: RULE_LENGTH_MAX }), {
  maxItems: RULES_MAX,
  description:
    'Lines of a Mosquitto acl_file: "topic|pattern [read|write|readwrite|deny] <filter>", comments with #. ' +
    'In patterns %c is the client id and %u the user name. Denying rules come first, whatever their place.',
});

export const Account = Type.Object(
  {
    name: AccountName,
    rules: Rules,
    createdMs: Ms,
    changedMs: Ms,
    connections: Type.Integer({ minimum: 0, description: 'Clients that are connected with it now.' }),
  },
  { $id: 'Account' },
);
export type Account = Static<typeof Account>;

export const AccountCreate = Type.Object({ name: AccountName, password: Password, rules: Rules });
export type AccountCreate = Static<typeof AccountCreate>;

/** A new password ends its connections; new rules count from the next message on. */
export const AccountPatch = Type.Object({
  password: Type.Optional(Password),
  rules: Type.Optional(Rules),
  addRules: Type.Optional(Rules),
});
export type AccountPatch = Static<typeof AccountPatch>;

/** What decides where no rule of an account does. */
export type BuiltIn =
  | 'hub-only'
  | 'for-people'
  | 'role'
  | 'own-topics'
  | 'shared-topics'
  | 'named-device'
  | 'not-own'
  | 'waiting'
  | 'open-mode'
  | 'no-rule'
  | 'unsafe-name'
  | 'not-a-filter'
  | 'not-let-in';

const Name = Type.Optional(Type.String({ maxLength: 256 }));

/** Who would it be? At most one of username, account and device; none of them: a client without credentials. */
export const AccessQuestion = Type.Object({
  clientId: Name,
  username: Type.Optional(
    Type.String({ maxLength: 256, description: 'As a client would give it: a person, an account, or a device.' }),
  ),
  account: Name,
  device: Name,
  action: Type.Union([Type.Literal('publish'), Type.Literal('subscribe'), Type.Literal('read')]),
  topic: Type.String({ minLength: 1, maxLength: 65_535, description: 'A topic; to subscribe, a filter.' }),
});
export type AccessQuestion = Static<typeof AccessQuestion>;

export const AccessAnswer = Type.Object(
  {
    allowed: Type.Boolean(),
    code: Type.Optional(Type.String({ description: 'The code of the refusal.' })),
    sentence: Type.String(),
    rule: Type.String({ description: 'The line that decided, or the name of a reason that is built in.' }),
    hint: Type.String({ description: 'What would change the answer; empty when there is nothing to do.' }),
    account: Type.Optional(Type.String({ description: 'The account whose rules decided.' })),
    allow: Type.Optional(Type.String({ description: 'The rule that would allow it.' })),
  },
  { $id: 'AccessAnswer' },
);
export type AccessAnswer = Static<typeof AccessAnswer>;
