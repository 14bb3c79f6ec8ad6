/**
 * Who is this? Asked once for every MQTT connection: a person by access token whatever the user name, else the account
 * of that user name, else the device, else a stranger. Where strangers are let in, the account named `anonymous` says
 * what they may do, as the lines before the first `user` do in a Mosquitto `acl_file`; without it they may do all.
 */
import { type ErrorCode, RucheError } from '../contract/errors.ts';
import type { AccountPrincipal, Person, Principal } from '../domain/principal.ts';
import type { Admission, ConnectAttempt } from '../features/broker/front/door.ts';

export interface AdmissionDeps {
  readonly users: { principalOfToken(token: string): Promise<Person> };
  readonly accounts: {
    has(name: string): boolean;
    /** Undefined: no account has this user name. */
    admit(attempt: ConnectAttempt): Promise<Admission | undefined> | undefined;
    principalOf(name: string, clientId: string): AccountPrincipal;
  };
  readonly devices: { admit(attempt: ConnectAttempt): Admission };
  /** The client id of the demonstration, from somewhere else. */
  isDemoForged(attempt: ConnectAttempt): boolean;
}

/** Its rules are those of clients without credentials, with RUCHE_ANONYMOUS=open. */
export const ANONYMOUS_ACCOUNT = 'anonymous';
/** Three parts of base64url: nothing a device token looks like (those have no dots). */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function makeAdmission({ users, accounts, devices, isDemoForged }: AdmissionDeps) {
  const asDevice = (attempt: ConnectAttempt): Admission => {
    const admission = devices.admit(attempt);
    if (!admission.ok) return admission;
    return { ok: true, principal: strangerIn(accounts, admission.principal, attempt.clientId) };
  };
  /** A device is answered at once. */
  const byName = (attempt: ConnectAttempt): Admission | Promise<Admission> => {
    const asked = accounts.admit(attempt);
    return asked === undefined ? asDevice(attempt) : asked.then((found) => found ?? asDevice(attempt));
  };
  const byToken = async (attempt: ConnectAttempt, token: string): Promise<Admission> => {
    const person = await personOf(users, token);
    if (person.ok) return person;
    // A password may have two dots in it by chance.
    return (await accounts.admit(attempt)) ?? person;
  };
  return (attempt: ConnectAttempt): Admission | Promise<Admission> => {
    if (isDemoForged(attempt)) {
      return { ok: false, code: 'CONNECT_REFUSED', detail: 'This client id belongs to the demonstration in the hub.' };
    }
    const { password } = attempt;
    const isToken = password !== undefined && JSON_WEB_TOKEN.test(password);
    return isToken ? byToken(attempt, password) : byName(attempt);
  };
}

/** Whoever is not a stranger stays who it is. */
export function strangerIn(
  accounts: Pick<AdmissionDeps['accounts'], 'has' | 'principalOf'>,
  principal: Principal,
  clientId: string,
): Principal {
  const isRuled = principal.kind === 'open' && accounts.has(ANONYMOUS_ACCOUNT);
  return isRuled ? accounts.principalOf(ANONYMOUS_ACCOUNT, clientId) : principal;
}

async function personOf(users: AdmissionDeps['users'], token: string): Promise<Admission> {
  try {
    return { ok: true, principal: await users.principalOfToken(token) };
  } catch (error) {
    if (error instanceof RucheError) return refusal(error.code, error.detail);
    throw error;
  }
}

const refusal = (code: ErrorCode, detail: string | undefined): Admission =>
  detail === undefined ? { ok: false, code } : { ok: false, code, detail };
