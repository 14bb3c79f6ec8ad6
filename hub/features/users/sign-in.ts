/** Signing in, staying signed in, signing out; and who an access token speaks for. */
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { RucheError } from '../../contract/errors.ts';
import type { LoginBody, LoginReply } from '../../contract/user.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { hashSecret } from '../../lib/ids.ts';
import type { SessionRow, UserRow } from '../../store/store.ts';
import type { Decision, Ledger } from './ledger.ts';
import type { Passwords } from './password.ts';
import { type People, toUser } from './people.ts';
import type { Opened, Origin, Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';

/** Signs and checks access tokens (HS256). Expiry is judged here, by the hub's clock. */
export interface AccessTokens {
  sign(claims: Claims): string;
  /** Throws when the signature or form is wrong. */
  verify(token: string): unknown;
}

/** What a route sends: the answer, and the cookie when there is a new refresh token. */
export interface SignedIn {
  readonly reply: LoginReply;
  readonly refreshToken?: string;
  /** How long the browser keeps the cookie; undefined: until it closes. */
  readonly cookieMs: number | undefined;
}

export interface SignInDeps {
  readonly people: People;
  readonly sessions: Sessions;
  readonly ledger: Ledger;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

export interface SignIn {
  login(body: LoginBody, origin: Origin): Promise<SignedIn>;
  refresh(refreshToken: string | undefined, origin: Origin): Promise<SignedIn>;
  /** Ends the sessions that the cookie and the access token belong to, if any. */
  logout(refreshToken: string | undefined, person: Person | null): Promise<void>;
  /** Throws AUTH_EXPIRED. The role is the one the person has now, whatever it was when the token was made. */
  principalOfToken(accessToken: string): Promise<Person>;
  /** A session for somebody who proved who they are: part of a larger decision. */
  open(user: UserRow, origin: Origin, keep?: boolean): Decision<SignedIn>;
}

const Claims = Type.Object({ sub: Type.String(), sid: Type.String(), iat: Type.Integer(), exp: Type.Integer() });
export type Claims = Static<typeof Claims>;

export const ACCESS_TOKEN_S = 15 * 60;
/** Tokens that were found genuine and are not verified again; they come with every request. */
const GENUINE_MAX = 1_000;

export function makeSignIn({ people, sessions, ledger, passwords, throttle, tokens, clock }: SignInDeps): SignIn {
  const claimsOf = makeVerifier(tokens);

  function answer(user: UserRow, { session, refreshToken }: Opened): SignedIn {
    const iat = Math.floor(clock.nowMs() / 1000);
    const accessToken = tokens.sign({ sub: user.id, sid: session.id, iat, exp: iat + ACCESS_TOKEN_S });
    return {
      reply: { accessToken, expiresInS: ACCESS_TOKEN_S, user: toUser(user) },
      cookieMs: session.keep ? session.expiresMs - clock.nowMs() : undefined,
      ...(refreshToken === undefined ? {} : { refreshToken }),
    };
  }

  function open(user: UserRow, origin: Origin, keep = true): Decision<SignedIn> {
    const opened = sessions.open(user, origin, keep);
    return { changes: opened.changes, result: () => answer(user, opened) };
  }

  return {
    open,
    async login({ username, password, keep }, origin) {
      if (!people.hasOwner) throw new RucheError('SETUP_REQUIRED');
      const attempt = { account: username, address: origin.address };
      // Once before waiting in line, once more when its turn has come: a burst gets no more guesses than a queue.
      throttle.check(attempt);
      const known = people.byName(username);
      const isRight = await passwords.verify(password, known?.passwordHash, () => throttle.check(attempt));
      if (known === undefined || !isRight) {
        throttle.failed(attempt);
        throw new RucheError('AUTH_BAD_CREDENTIALS');
      }
      throttle.succeeded(attempt);
      return ledger(() => {
        const user = people.get(known.id);
        // Removed, or given another password, while this one was being checked.
        if (user?.passwordHash !== known.passwordHash) throw new RucheError('AUTH_BAD_CREDENTIALS');
        return open(user, origin, keep);
      });
    },

    async refresh(refreshToken, origin) {
      if (refreshToken === undefined) throw new RucheError('AUTH_REQUIRED', 'There is no refresh cookie.');
      const opened = await ledger<Opened | 'reused'>(() => {
        const presented = sessions.judge(refreshToken);
        if (presented.kind === 'unknown') throw new RucheError('AUTH_EXPIRED', 'The session has ended.');
        const { kind, session } = presented;
        if (kind === 'reused') return { changes: [sessions.end([session])], result: () => 'reused' };
        const next = kind === 'current' ? sessions.rotate(session, origin) : { session, changes: [] };
        return { changes: next.changes, result: () => next };
      });
      if (opened === 'reused') throw new RucheError('AUTH_REUSED');
      const user = people.get(opened.session.userId);
      if (user === undefined) throw new RucheError('AUTH_EXPIRED', 'The session has ended.');
      return answer(user, opened);
    },

    async logout(refreshToken, person) {
      await ledger(() => {
        const ending = new Set<SessionRow>();
        const presented = sessions.judge(refreshToken);
        // Also with a token that was used before: whoever copied it, the session had better be over.
        if (presented.kind !== 'unknown') ending.add(presented.session);
        const named = person === null ? undefined : sessions.alive(person.sessionId);
        if (named !== undefined) ending.add(named);
        return { changes: [sessions.end([...ending])], result: () => undefined };
      });
    },

    async principalOfToken(accessToken) {
      const claims = claimsOf(accessToken);
      const nowMs = clock.nowMs();
      if (claims === undefined || claims.exp * 1000 <= nowMs) throw new RucheError('AUTH_EXPIRED');
      const session = sessions.alive(claims.sid);
      const user = people.get(claims.sub);
      if (session === undefined || user === undefined || session.userId !== user.id) {
        throw new RucheError('AUTH_EXPIRED', 'The session has ended.');
      }
      // Told to the store at the next refresh; a write for every request would be too much.
      session.lastUsedMs = nowMs;
      return { kind: 'person', userId: user.id, username: user.username, role: user.role, sessionId: session.id };
    },
  };
}

/** What a token says, if it is one of ours; whether it still counts is asked each time. */
function makeVerifier(tokens: AccessTokens): (accessToken: string) => Claims | undefined {
  const genuine = new Map<string, Claims>();
  return (accessToken) => {
    const hash = hashSecret(accessToken);
    const known = genuine.get(hash);
    if (known !== undefined) return known;
    const claims = readClaims(tokens, accessToken);
    if (claims === undefined) return undefined;
    const [oldest] = genuine.keys();
    if (genuine.size >= GENUINE_MAX && oldest !== undefined) genuine.delete(oldest);
    genuine.set(hash, claims);
    return claims;
  };
}

function readClaims(tokens: AccessTokens, accessToken: string): Claims | undefined {
  try {
    const claims = tokens.verify(accessToken);
    return Value.Check(Claims, claims) ? claims : undefined;
  } catch {
    // Every failure of the verifier means the same here: this token is not one of ours.
    return undefined;
  }
}
