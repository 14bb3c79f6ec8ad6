/** Who is signed in. The access token lives in memory only; an httpOnly cookie, which no script can read, renews it. */
import { computed, signal } from '@preact/signals';
import { mayRole, type Permission } from '../../hub/contract/permissions.ts';
import type { LoginBody, LoginReply, SetupBody, User } from '../../hub/contract/user.ts';
import { ApiProblem, exchange } from './http.ts';
import { recall, remember } from './memory.ts';

export type Session =
  | { kind: 'starting' }
  | { kind: 'unreachable'; problem: ApiProblem }
  | { kind: 'signed-out' }
  | { kind: 'signed-in'; user: User }
  /** Ended under a page that is still open: the sign-in dialog stands over it and nothing typed is lost. */
  | { kind: 'ended'; user: User };

export const session = signal<Session>({ kind: 'starting' });
export const currentUser = computed(() => ('user' in session.value ? session.value.user : null));

/** Hides what the hub would refuse anyway; reading it in a component follows the session. */
export function may(permission: Permission): boolean {
  const user = currentUser.value;
  return user !== null && mayRole(user.role, permission);
}

/** Rename, protect, unpair or delete a device: any device, or one's own. */
export function mayManage({ owner }: { owner: string | null }): boolean {
  if (may('devices.manage')) return true;
  return may('devices.manage.own') && owner !== null && owner === currentUser.value?.username;
}

/** Says that a refresh cookie probably exists, so that visitors do not start with a pointless 401. */
const HINT = 'signed-in';
/** Renew this long before the token ends, so that a request never leaves with one about to expire. */
const RENEW_EARLY_MS = 30_000;

let token: { text: string; goodUntilMs: number } | null = null;
let refreshing: Promise<string | null> | null = null;
const awaiting: { resolve: (token: string) => void; reject: (problem: ApiProblem) => void }[] = [];

/** At start: picks up the session of the cookie, if there is one. */
export async function resumeSession(): Promise<void> {
  if (recall(HINT) === null) {
    session.value = { kind: 'signed-out' };
    return;
  }
  session.value = { kind: 'starting' };
  try {
    if ((await refreshToken()) === null) forget();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    session.value = { kind: 'unreachable', problem: error };
  }
}

export async function signIn(body: LoginBody): Promise<User> {
  return accept(await exchange('POST /api/v1/auth/login', { body }, null));
}

/** Creates the first owner, who is signed in at once. */
export async function createOwner(body: SetupBody): Promise<User> {
  return accept(await exchange('POST /api/v1/setup', { body }, null));
}

export async function signOut(): Promise<void> {
  const bearer = token?.text ?? null;
  forget();
  await exchange('POST /api/v1/auth/logout', {}, bearer);
}

/** The dialog's "Leave": gives the session up; calls that waited for it fail. */
export function forget(): void {
  token = null;
  remember(HINT, null);
  session.value = { kind: 'signed-out' };
  for (const { reject } of awaiting.splice(0)) reject(signedOutProblem());
}

/** Language or role changed on the hub. */
export function updateUser(user: User): void {
  if (session.value.kind === 'signed-in') session.value = { kind: 'signed-in', user };
}

/** A token that is good now; renewed when about to end, and after a sign-in by dialog when the session is over. */
export async function goodToken(): Promise<string> {
  if (session.value.kind === 'ended') return nextSignIn();
  if (token !== null && Date.now() < token.goodUntilMs) return token.text;
  return renewedToken();
}

/** After a 401: renews, or waits for the person to sign in again. */
export async function renewedToken(): Promise<string> {
  const renewed = await refreshToken();
  if (renewed !== null) return renewed;
  endSession();
  return nextSignIn();
}

/** One refresh at a time, however many requests need it: the cookie may be used once only. Null: session over. */
export function refreshToken(): Promise<string | null> {
  refreshing ??= refreshOnce().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refreshOnce(): Promise<string | null> {
  try {
    accept(await exchange('POST /api/v1/auth/refresh', {}, null));
    return token?.text ?? null;
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}

/** The hub said that this session is over (revoked, expired, or the hub's data was replaced). */
export function endSession(): void {
  token = null;
  const user = currentUser.value;
  session.value = user === null ? { kind: 'signed-out' } : { kind: 'ended', user };
}

function accept(reply: LoginReply): User {
  const lifetimeMs = reply.expiresInS * 1000;
  token = { text: reply.accessToken, goodUntilMs: Date.now() + Math.max(lifetimeMs - RENEW_EARLY_MS, lifetimeMs / 2) };
  remember(HINT, '1');
  session.value = { kind: 'signed-in', user: reply.user };
  for (const { resolve } of awaiting.splice(0)) resolve(reply.accessToken);
  return reply.user;
}

function nextSignIn(): Promise<string> {
  if (session.value.kind !== 'ended') return Promise.reject(signedOutProblem());
  return new Promise((resolve, reject) => {
    awaiting.push({ resolve, reject });
  });
}

function signedOutProblem(): ApiProblem {
  return new ApiProblem({ status: 401, code: 'AUTH_REQUIRED', title: 'Sign in first.', hint: 'Sign in again.' });
}
