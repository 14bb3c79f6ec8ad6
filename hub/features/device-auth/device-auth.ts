/**
 * Who a request of a device or a program speaks for: a device by its token or by a JWT it signed itself, an account by
 * its name and password. A right secret is never made to wait; guesses are slowed down as at the sign-in.
 */
import { type ErrorCode, RucheError } from '../../contract/errors.ts';
import { canonicalId } from '../../domain/device-id.ts';
import type { AccountPrincipal, DevicePrincipal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Presented, Speaker } from '../route.ts';
import { isSignedWith, looksLikeJwt, readDeviceJwt, untimely } from './device-jwt.ts';

interface Guess {
  readonly account: string;
  readonly address: string;
}

type Admission =
  | { readonly ok: true; readonly principal: AccountPrincipal }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail?: string };

export interface DeviceAuthDeps {
  readonly clock: Clock;
  readonly throttle: {
    /** Throws AUTH_THROTTLED. */
    check(guess: Guess): void;
    failed(guess: Guess): void;
    succeeded(guess: Guess): void;
  };
  readonly devices: {
    /** Whose token it is. */
    ofToken(token: string): DevicePrincipal | undefined;
    /** The device of this name with the secret that signs its JWTs; undefined: none. */
    withSecret(name: string): { principal: DevicePrincipal; secret: string } | undefined;
  };
  readonly accounts: {
    has(name: string): boolean;
    admit(attempt: {
      clientId: string;
      username: string;
      password: string;
      address: string;
    }): Promise<Admission | undefined>;
  };
}

const BEARER = /^Bearer +(\S{1,4096})$/i;
const BASIC = /^Basic +([A-Za-z0-9+/]{1,4096}={0,2})$/i;
/** What `%c` in the rules of an account stands for when there is no MQTT client. */
const HTTP_CLIENT = 'http';
/** Compared with when there is no such device, so that the answer takes as long. */
const NO_SECRET = 'there is no device of this name';

export type DeviceAuth = (presented: Presented) => Promise<Speaker | null>;

/** Null: nothing was presented. Throws TOKEN_WRONG, AUTH_EXPIRED, AUTH_THROTTLED, DEVICE_MISMATCH, AUTH_BAD_CREDENTIALS. */
export function makeDeviceAuth(deps: DeviceAuthDeps): DeviceAuth {
  return async (presented) => {
    const { authorization, token } = presented;
    if (token !== undefined) return byToken(deps, token, presented);
    if (authorization === undefined) return null;
    const bearer = BEARER.exec(authorization)?.[1];
    if (bearer !== undefined) return byBearer(deps, bearer, presented);
    const basic = BASIC.exec(authorization)?.[1];
    if (basic !== undefined) return byBasic(deps, Buffer.from(basic, 'base64').toString(), presented);
    throw new RucheError('AUTH_REQUIRED', 'The Authorization header is neither "Bearer <token>" nor Basic.');
  };
}

const byBearer = (deps: DeviceAuthDeps, bearer: string, presented: Presented): DevicePrincipal =>
  looksLikeJwt(bearer) ? byJwt(deps, bearer, presented) : byToken(deps, bearer, presented);

async function byBasic(deps: DeviceAuthDeps, text: string, presented: Presented): Promise<Speaker> {
  const end = text.indexOf(':');
  const username = end === -1 ? text : text.slice(0, end);
  const password = end === -1 ? '' : text.slice(end + 1);
  const { address } = presented;
  const admission = await deps.accounts.admit({ clientId: HTTP_CLIENT, username, password, address });
  if (admission?.ok === true) return admission.principal;
  if (admission !== undefined) throw new RucheError(admission.code, admission.detail);
  // The WebSocket library of seed 1 writes `setAuthorization("Bearer", token)` like this.
  if (username.toLowerCase() === 'bearer') return byBearer(deps, password, presented);
  return byToken(deps, password, { ...presented, namedId: username });
}

function byToken(deps: DeviceAuthDeps, token: string, { namedId, address }: Presented): DevicePrincipal {
  const principal = deps.devices.ofToken(token);
  if (principal === undefined) wrong(deps, { namedId, address });
  deps.throttle.succeeded({ account: `device:${principal.deviceId}`, address });
  return itself(principal, namedId);
}

function byJwt(deps: DeviceAuthDeps, token: string, { namedId, address }: Presented): DevicePrincipal {
  const jwt = readDeviceJwt(token);
  if (jwt === undefined) wrong(deps, { namedId, address });
  const device = deps.devices.withSecret(jwt.deviceId);
  const isRight = isSignedWith(jwt, device?.secret ?? NO_SECRET);
  if (device === undefined || !isRight) wrong(deps, { namedId: jwt.deviceId, address });
  const why = untimely(jwt, deps.clock.nowMs());
  if (why !== undefined) throw new RucheError('AUTH_EXPIRED', why);
  deps.throttle.succeeded({ account: `device:${device.principal.deviceId}`, address });
  return itself(device.principal, namedId);
}

/** `device_id` and token must belong together (S3-8). */
function itself(principal: DevicePrincipal, namedId: string | undefined): DevicePrincipal {
  if (namedId === undefined || principal.names.has(canonicalId(namedId))) return principal;
  throw new RucheError('DEVICE_MISMATCH', 'The token belongs to another device.');
}

function wrong({ throttle }: DeviceAuthDeps, { namedId, address }: Pick<Presented, 'namedId' | 'address'>): never {
  const guess = { account: `device:${canonicalId(namedId ?? '')}`, address };
  throttle.check(guess);
  throttle.failed(guess);
  throw new RucheError('TOKEN_WRONG');
}
