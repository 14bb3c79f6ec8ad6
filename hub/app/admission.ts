/** Who is this? Asked once for every MQTT connection: a person by access token, else a device, else a stranger. */
import { RucheError } from '../contract/errors.ts';
import type { Person, Principal } from '../domain/principal.ts';
import type { Admission, ConnectAttempt } from '../features/broker/front/door.ts';

export interface AdmissionDeps {
  readonly users: { principalOfToken(token: string): Promise<Person> };
  readonly devices: { admit(attempt: ConnectAttempt): Admission };
  /** The client id of the demonstration, from somewhere else. */
  isDemoForged(attempt: ConnectAttempt): boolean;
}

/** Three parts of base64url: nothing a device token looks like (those have no dots). */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function makeAdmission(deps: AdmissionDeps): (attempt: ConnectAttempt) => Promise<Admission> {
  return async (attempt) => {
    const { users, devices } = deps;
    const { password } = attempt;
    if (deps.isDemoForged(attempt)) {
      return { ok: false, code: 'CONNECT_REFUSED', detail: 'This client id belongs to the demonstration in the hub.' };
    }
    if (password === undefined || !JSON_WEB_TOKEN.test(password)) return devices.admit(attempt);
    try {
      const principal: Principal = await users.principalOfToken(password);
      return { ok: true, principal };
    } catch (error) {
      if (error instanceof RucheError)
        return { ok: false, code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) };
      throw error;
    }
  };
}
