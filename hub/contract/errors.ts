/** The catalogue of refusals and failures: code → HTTP status, sentence, what to do. Imports only its other half. */
import { type ErrorKind, FEATURE_ERRORS } from './feature-errors.ts';

export const ERRORS = {
  ...FEATURE_ERRORS,
  // requests
  BODY_INVALID: {
    status: 400,
    title: 'The request has a wrong or missing field.',
    hint: 'Correct the field named in "detail" and send it again.',
  },
  BODY_TOO_LARGE: { status: 413, title: 'The request body is too large.', hint: 'Send at most 1 MiB.' },
  CURSOR_INVALID: {
    status: 400,
    title: 'The cursor is not one this list gave out.',
    hint: 'Start again without "cursor".',
  },
  NOT_FOUND: { status: 404, title: 'There is nothing here.', hint: 'Check the address; /docs lists every route.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'This route does not answer that method.',
    hint: 'See /docs for the methods it has.',
  },
  RATE_LIMITED: { status: 429, title: 'Too many requests.', hint: 'Wait for the time in the Retry-After header.' },
  INTERNAL: {
    status: 500,
    title: 'The hub failed unexpectedly.',
    hint: 'The hub log has the cause; please report it.',
  },
  // people
  AUTH_REQUIRED: { status: 401, title: 'Sign in first.', hint: 'Send "Authorization: Bearer <access token>".' },
  AUTH_EXPIRED: {
    status: 401,
    title: 'The access token has expired or was revoked.',
    hint: 'Refresh the session or sign in again.',
  },
  AUTH_BAD_CREDENTIALS: {
    status: 401,
    title: 'User name or password is wrong.',
    hint: 'Check both; after ten failures the wait grows.',
  },
  AUTH_THROTTLED: {
    status: 429,
    title: 'Too many failed sign-ins.',
    hint: 'Wait for the time in the Retry-After header.',
  },
  AUTH_REUSED: {
    status: 401,
    title: 'This refresh token was already used; the session has been ended.',
    hint: 'Sign in again. If this was not you, revoke your other sessions.',
  },
  FORBIDDEN: { status: 403, title: 'Your role does not allow this.', hint: 'Ask an owner of this hub.' },
  NOT_YOURS: { status: 403, title: 'This device belongs to somebody else.', hint: 'Ask its owner or an operator.' },
  USERNAME_TAKEN: { status: 409, title: 'This user name is taken.', hint: 'Choose another one.' },
  USER_UNKNOWN: { status: 404, title: 'There is no such person.', hint: 'GET /api/v1/users lists everybody.' },
  SESSION_UNKNOWN: { status: 404, title: 'There is no such session.', hint: 'It may have ended already.' },
  LAST_OWNER: { status: 409, title: 'This is the last owner.', hint: 'Make somebody else owner first.' },
  REGISTRATION_CLOSED: {
    status: 403,
    title: 'Registration is closed on this hub.',
    hint: 'Ask the owner for an account.',
  },
  INVITE_INVALID: {
    status: 403,
    title: 'The invitation is unknown, used or expired.',
    hint: 'Ask the owner for a new one.',
  },
  SETUP_DONE: { status: 409, title: 'This hub already has an owner.', hint: 'Sign in instead.' },
  SETUP_CODE_WRONG: {
    status: 403,
    title: 'The setup code is wrong.',
    hint: 'Read it from the hub log; it is in the line that says "ready".',
  },
  SETUP_REQUIRED: {
    status: 409,
    title: 'This hub has no owner yet.',
    hint: 'Open the web app and create the owner first.',
  },
  // devices
  DEVICE_UNKNOWN: {
    status: 404,
    title: 'The hub does not know this device.',
    hint: 'Adopt it under New devices, or create it.',
  },
  DEVICE_EXISTS: {
    status: 409,
    title: 'A device with this id exists.',
    hint: 'Use another id, or open the existing device.',
  },
  DEVICES_FULL: {
    status: 409,
    title: 'This hub has as many devices as it can keep.',
    hint: 'Delete devices that are gone.',
  },
  DEVICE_ID_INVALID: {
    status: 400,
    title: 'This is not a valid device id.',
    hint: 'Use 1–64 letters, digits, ".", "_", ":" or "-".',
  },
  WAITING_UNKNOWN: {
    status: 404,
    title: 'Nobody is waiting under this id.',
    hint: 'The device may have left; power it on again.',
  },
  PAIRING_UNSUPPORTED: {
    status: 409,
    title: 'This device does not answer pairing.',
    hint: 'Only devices that speak a pairing dialect (Simon) can be paired.',
  },
  PLAYER_UNKNOWN: {
    status: 404,
    title: 'There is no person of that name to pair with.',
    hint: 'Create the account first.',
  },
  SCORE_UNKNOWN: { status: 404, title: 'There is no such score.', hint: 'It may have been removed already.' },
  // accounts of programs
  ACCOUNT_UNKNOWN: {
    status: 404,
    title: 'There is no such account.',
    hint: 'GET /api/v1/accounts lists all of them.',
  },
  ACCOUNTS_FULL: {
    status: 409,
    title: 'This hub has as many accounts as it can keep.',
    hint: 'Delete accounts that nobody uses.',
  },
  NAME_TAKEN: {
    status: 409,
    title: 'Somebody else connects under this name.',
    hint: 'Choose a name that no account and no device has.',
  },
  RULE_INVALID: {
    status: 400,
    title: 'A rule cannot be understood.',
    hint: 'Correct the line named in "detail"; a rule looks like "topic readwrite home/#".',
  },
  // MQTT and ingestion
  CONNECT_REFUSED: {
    status: 401,
    title: 'Anonymous connections are refused.',
    hint: 'Give the device its token, or set RUCHE_ANONYMOUS=pair.',
  },
  TOKEN_WRONG: {
    status: 401,
    title: 'The device token or password is wrong.',
    hint: 'Rotate the token on the device page and enter the new one.',
  },
  NAME_UNKNOWN: {
    status: 401,
    title: 'No device and no account of this hub has this name.',
    hint: 'Add a device or an account of this name, or correct the user name in the client.',
  },
  CREDENTIALS_REQUIRED: {
    status: 401,
    title: 'This device has a token, but connected without it.',
    hint: 'Enter the token in the device, or revoke it to let it connect unprotected.',
  },
  WAITING_ROOM_FULL: {
    status: 503,
    title: 'Too many unknown devices are waiting.',
    hint: 'Adopt or unplug some of them.',
  },
  CONNECTIONS_FULL: { status: 503, title: 'Too many connections from this address.', hint: 'Close some of them.' },
  PUBLISH_RESERVED: {
    status: 403,
    title: 'Only the hub publishes under $SYS/ and $live/.',
    hint: 'Choose another topic.',
  },
  PUBLISH_FORBIDDEN: {
    status: 403,
    title: 'This client may not publish on this topic.',
    hint: 'Use its own topics, or give it more rights.',
  },
  PUBLISH_WAITING: {
    status: 403,
    title: 'This device is waiting to be adopted; nothing it publishes is kept.',
    hint: 'Adopt or pair it under New devices.',
  },
  SUBSCRIBE_FORBIDDEN: {
    status: 403,
    title: 'This client may not subscribe to this topic.',
    hint: 'Use its own topics, or give it more rights.',
  },
  PAYLOAD_NOT_JSON: { status: 400, title: 'The payload is not valid JSON.', hint: 'Send a JSON object in UTF-8.' },
  PAYLOAD_INVALID: {
    status: 400,
    title: 'The payload has a wrong or missing field.',
    hint: 'Correct the field named in "detail".',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'The payload is too large for this topic.',
    hint: 'Send a smaller message.',
  },
  DEVICE_MISMATCH: {
    status: 403,
    title: 'The payload names another device than the one that sent it.',
    hint: 'A device can only speak for itself.',
  },
  FRAME_TOO_LARGE: {
    status: 413,
    title: 'The client announced a packet larger than allowed.',
    hint: 'Send smaller packets; 64 KiB before CONNACK, 1 MiB after.',
  },
  PROTOCOL_ERROR: {
    status: 400,
    title: 'The client did not speak valid MQTT.',
    hint: 'Check the port and the client library.',
  },
  CONNECT_TIMEOUT: {
    status: 408,
    title: 'The client connected and did not say CONNECT in time.',
    hint: 'Check the client library or the network.',
  },
  QUEUE_FULL: {
    status: 503,
    title: 'More messages wait for this client than can be kept.',
    hint: 'Let it come back more often or read faster, or give it a clean session.',
  },
  CLIENT_SLOWED: {
    status: 429,
    title: 'The client sends faster than the hub reads from one client.',
    hint: 'Nothing is lost: it is read more slowly. Send less often, or share the load between clients.',
  },
  SUBSCRIPTIONS_FULL: {
    status: 503,
    title: 'There is no room for this subscription.',
    hint: 'Use fewer filters with fewer levels, "#" at the end instead of many, or give clients accounts.',
  },
  // the store
  STORE_UNAVAILABLE: {
    status: 503,
    title: 'The hub cannot store data now.',
    hint: 'Check free disk space and the data directory; nothing was acknowledged.',
  },
  STORE_BUSY: { status: 503, title: 'The store has too much to write.', hint: 'Try again in a moment.' },
  STORE_LOCKED: {
    status: 503,
    title: 'Another hub uses this data directory.',
    hint: 'Stop the other hub, or choose another RUCHE_DATA_DIR.',
  },
  STORE_NEWER: {
    status: 503,
    title: 'The data was written by a newer version of Ruche.',
    hint: 'Update Ruche, or restore an older backup.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure. `detail` says what exactly, in one sentence, without secrets or payloads. */
export class RucheError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, detail?: string, options?: { retryAfterS?: number; cause?: unknown }) {
    super(detail ?? ERRORS[code].title, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RucheError';
    this.code = code;
    this.detail = detail;
    this.retryAfterS = options?.retryAfterS;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
