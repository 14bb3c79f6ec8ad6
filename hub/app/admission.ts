/** Who is this? Asked once for every MQTT connection: a person by access token, else a device, else a stranger. */
import { RucheError } from '../contract/errors.ts';
import type { Person, Principal } from '../domain/principal.ts';
import type { Admission, ConnectAttempt } from '../features/broker/front/door.ts';

export interface AdmissionDeps {
  readonly users: { principalOfToken(token: string): Promise<Person> };
  readonly devices: { admit(attempt: ConnectAttempt): Admission };
}

/** Three parts of base64url: nothing a device token looks like (those have no dots). */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function makeAdmission({ users, devices }: AdmissionDeps): (attempt: ConnectAttempt) => Promise<Admission> {
  return async (attempt) => {
    const { password } = attempt;
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
