/** Who may connect as what, without a person: device tokens, bound client ids, the waiting room, open mode. */
import { RucheError } from '../../contract/errors.ts';
import type { HubInfo } from '../../contract/hub-info.ts';
import { canonicalId } from '../../domain/device-id.ts';
import { identify } from '../../domain/dialects/dialects.ts';
import type { DevicePrincipal, Principal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DeviceRow } from '../../store/store.ts';
import { isTokenOf } from './credentials.ts';
import { namesOf, type Registry } from './registry.ts';
import type { Admission, ConnectAttempt } from './session-facts.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Longer client ids are not let in without credentials: they would be kept and shown. */
const CLIENT_ID_LENGTH_MAX = 256;

interface Guess {
  readonly account: string;
  readonly address: string;
}

/** Slows down whoever guesses passwords. */
export interface Throttle {
  /** Throws AUTH_THROTTLED while the account or the address has to wait. */
  check(guess: Guess): void;
  failed(guess: Guess): void;
  succeeded(guess: Guess): void;
}

export interface AdmissionDeps {
  readonly registry: Registry;
  readonly waitingRoom: WaitingRoom;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly anonymous: HubInfo['anonymous'];
  readonly isDemoClient: (clientId: string) => boolean;
}

export function admit(deps: AdmissionDeps, attempt: ConnectAttempt): Admission {
  const { username, password } = attempt;
  // Libraries without an "off" for credentials send empty ones.
  const hasPassword = password !== undefined && password !== '' && username !== undefined && username !== '';
  return hasPassword ? withToken(deps, attempt, username, password) : anonymous(deps, attempt);
}

function withToken(deps: AdmissionDeps, attempt: ConnectAttempt, username: string, password: string): Admission {
  const row = deps.registry.find(username);
  const guess = { account: `device:${row?.id ?? canonicalId(username)}`, address: attempt.address };
  // A right token is never made to wait: it cannot be guessed, and strangers must not be able to lock a device out.
  if (row !== undefined && isTokenOf(row, password)) {
    deps.throttle.succeeded(guess);
    return { ok: true, principal: principalOf(row) };
  }
  if (row?.tokenHash == null && deps.anonymous === 'open') return anonymous(deps, attempt);
  const known = row === undefined ? {} : { deviceId: row.id };
  try {
    deps.throttle.check(guess);
  } catch (error) {
    if (!(error instanceof RucheError)) throw error;
    return { ok: false, code: error.code, detail: `Try again in ${error.retryAfterS ?? 1} seconds.`, ...known };
  }
  deps.throttle.failed(guess);
  return { ok: false, code: row === undefined ? 'NAME_UNKNOWN' : 'TOKEN_WRONG', ...known };
}

function anonymous(deps: AdmissionDeps, attempt: ConnectAttempt): Admission {
  const { registry } = deps;
  const { clientId } = attempt;
  const row = registry.boundTo(clientId) ?? registry.find(nameIn(clientId)) ?? userNamed(registry, attempt.username);
  if (row !== undefined && row.tokenHash !== null) {
    return { ok: false, code: 'CREDENTIALS_REQUIRED', deviceId: row.id };
  }
  if (row?.boundClientId === clientId) return { ok: true, principal: principalOf(row) };
  if (deps.anonymous === 'open') return { ok: true, principal: { kind: 'open' } };
  if (deps.anonymous === 'refuse') return { ok: false, code: 'CONNECT_REFUSED' };
  return intoWaitingRoom(deps, attempt);
}

function intoWaitingRoom(deps: AdmissionDeps, { clientId, address }: ConnectAttempt): Admission {
  if (clientId.length > CLIENT_ID_LENGTH_MAX) {
    const detail = `A client id without credentials has at most ${CLIENT_ID_LENGTH_MAX} characters.`;
    return { ok: false, code: 'CONNECT_REFUSED', detail };
  }
  try {
    const demo = deps.isDemoClient(clientId);
    const entry = deps.waitingRoom.enter({ clientId, address, demo }, deps.clock.nowMs());
    return { ok: true, principal: { kind: 'waiting', waitingId: entry.id, deviceId: entry.deviceId } };
  } catch (error) {
    if (error instanceof RucheError) return { ok: false, code: error.code };
    throw error;
  }
}

/** Who a client without credentials would be, without letting it in; undefined: it would be refused. */
export function strangerOf({ registry, anonymous }: AdmissionDeps, clientId: string): Principal | undefined {
  const row = registry.boundTo(clientId) ?? registry.find(nameIn(clientId));
  if (row?.tokenHash != null) return undefined;
  if (row?.boundClientId === clientId) return principalOf(row);
  if (anonymous === 'open') return { kind: 'open' };
  if (anonymous === 'refuse') return undefined;
  const name = identify(clientId)?.name;
  return { kind: 'waiting', waitingId: '', deviceId: name === undefined ? undefined : canonicalId(name) };
}

const userNamed = (registry: Registry, username: string | undefined): DeviceRow | undefined =>
  username === undefined || username === '' ? undefined : registry.find(username);

/** The device name in a client id, when a dialect can tell; else the client id itself. */
export const nameIn = (clientId: string): string => identify(clientId)?.name ?? clientId;

export function principalOf(row: DeviceRow): DevicePrincipal {
  return { kind: 'device', deviceId: row.id, names: new Set(namesOf(row)), isProtected: row.tokenHash !== null };
}
