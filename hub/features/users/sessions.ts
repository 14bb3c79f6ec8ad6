/** Sessions: one per sign-in, renewed by a refresh token that is good for one use. All in memory, like the people. */
import type { Clock } from '../../lib/clock.ts';
import { hashSecret, isSameHash, newId, newSecret } from '../../lib/ids.ts';
import type { SessionRow, SessionStore, UserRow } from '../../store/store.ts';
import type { Change } from './ledger.ts';

/** Where a sign-in or refresh came from, for the list of sessions. */
export interface Origin {
  readonly address: string;
  /** User-Agent, as the browser or program named itself. */
  readonly agent: string;
}

/** `refreshToken`: only when a new one was made; it is told once and kept as a hash. */
export interface Opened {
  readonly session: SessionRow;
  readonly refreshToken?: string;
  readonly changes: readonly Change[];
}

/** What a refresh token turned out to be. */
export type Presented =
  | { readonly kind: 'current' | 'previous' | 'reused'; readonly session: SessionRow }
  | { readonly kind: 'unknown' };

export interface Sessions {
  /** Undefined when it ended or expired. */
  alive(id: string): SessionRow | undefined;
  ofUser(userId: string): SessionRow[];
  expired(): SessionRow[];
  /** A new session; the least recently used one of that person goes when they have too many. */
  open(user: UserRow, origin: Origin, keep: boolean): Opened;
  judge(refreshToken: string | undefined): Presented;
  rotate(session: SessionRow, origin: Origin): Opened;
  end(ending: readonly SessionRow[]): Change;
}

export interface SessionsDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  /** Called after the end is stored. */
  readonly onEnded: (sessionId: string) => void;
}

const DAY_MS = 24 * 60 * 60_000;
/** Counted from the last refresh. */
export const KEPT_MS = 30 * DAY_MS;
/** Without "keep me signed in" the browser drops the cookie when it closes; the hub forgets it after a day. */
export const NOT_KEPT_MS = DAY_MS;
/** Two tabs that refresh at the same moment send the same token; later than this it is a copy. */
export const REUSE_GRACE_MS = 10_000;
export const SESSIONS_PER_USER_MAX = 20;
const AGENT_LENGTH_MAX = 200;
const LOAD_PAGE = 200;

export async function loadSessions({ store, clock, onEnded }: SessionsDeps): Promise<Sessions> {
  const byId = new Map<string, SessionRow>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: LOAD_PAGE, cursor });
    for (const row of page.items) byId.set(row.id, row);
    cursor = page.nextCursor;
  } while (cursor !== undefined);

  const isAlive = (row: SessionRow): boolean => row.expiresMs > clock.nowMs();
  const keep = (row: SessionRow): Change => ({ writes: [store.put(row)], apply: () => byId.set(row.id, row) });
  const lifeMs = (isKept: boolean): number => (isKept ? KEPT_MS : NOT_KEPT_MS);

  function end(ending: readonly SessionRow[]): Change {
    return {
      writes: ending.map((row) => store.remove(row)),
      apply() {
        for (const { id } of ending) if (byId.delete(id)) onEnded(id);
      },
    };
  }

  function ofUser(userId: string): SessionRow[] {
    return [...byId.values()].filter((row) => row.userId === userId);
  }

  return {
    alive(id) {
      const row = byId.get(id);
      return row !== undefined && isAlive(row) ? row : undefined;
    },
    ofUser,
    expired: () => [...byId.values()].filter((row) => !isAlive(row)),
    open(user, origin, isKept) {
      const nowMs = clock.nowMs();
      const secret = newSecret();
      const session: SessionRow = {
        id: newId(),
        userId: user.id,
        username: user.username,
        refreshHash: hashSecret(secret),
        previousHash: null,
        rotatedMs: nowMs,
        createdMs: nowMs,
        lastUsedMs: nowMs,
        expiresMs: nowMs + lifeMs(isKept),
        ...clipped(origin),
        keep: isKept,
      };
      const stale = ofUser(user.id)
        .sort((a, b) => b.lastUsedMs - a.lastUsedMs)
        .slice(SESSIONS_PER_USER_MAX - 1);
      return { session, refreshToken: tokenOf(session, secret), changes: [end(stale), keep(session)] };
    },
    judge(refreshToken) {
      const [id = '', secret = ''] = refreshToken?.split('.') ?? [];
      const session = byId.get(id);
      if (session === undefined || !isAlive(session)) return { kind: 'unknown' };
      const hash = hashSecret(secret);
      if (isSameHash(hash, session.refreshHash)) return { kind: 'current', session };
      const isRecent = clock.nowMs() - session.rotatedMs <= REUSE_GRACE_MS;
      const isPrevious = session.previousHash !== null && isSameHash(hash, session.previousHash);
      // Anything older also counts as reused: whoever knows the id of a session once held a token of it.
      return { kind: isPrevious && isRecent ? 'previous' : 'reused', session };
    },
    rotate(session, origin) {
      const nowMs = clock.nowMs();
      const secret = newSecret();
      const renewed: SessionRow = {
        ...session,
        refreshHash: hashSecret(secret),
        previousHash: session.refreshHash,
        rotatedMs: nowMs,
        lastUsedMs: nowMs,
        expiresMs: nowMs + lifeMs(session.keep),
        ...clipped(origin),
      };
      return { session: renewed, refreshToken: tokenOf(renewed, secret), changes: [keep(renewed)] };
    },
    end,
  };
}

/** The id in front lets the hub find the session without keeping an index of hashes. */
const tokenOf = (session: SessionRow, secret: string): string => `${session.id}.${secret}`;

const clipped = ({ address, agent }: Origin): Origin => ({ address, agent: agent.slice(0, AGENT_LENGTH_MAX) });
