/** The web server with people on a store in memory, for tests. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import type { LoginReply } from '../contract/user.ts';
import { authRoutes } from '../features/users/auth-routes.ts';
import { makePasswords } from '../features/users/password.ts';
import { peopleRoutes } from '../features/users/people-routes.ts';
import { makeThrottle } from '../features/users/throttle.ts';
import { makeUsers, type Users, type UsersDeps } from '../features/users/users.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { openLevel } from '../store/level/open.ts';
import type { Store } from '../store/store.ts';
import { bareHttp } from './http.fixture.ts';

export const PASSWORD = 'a long password';
/** What a browser that is not on the hub's machine looks like. */
export const LAN = { remoteAddress: '192.168.1.7', headers: { host: '192.168.1.2:8080', 'user-agent': 'Firefox' } };

export interface Answer {
  readonly status: number;
  /** The parsed body; any, as tests look into it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
  /** `ruche_refresh=…` of Set-Cookie, and the whole line. */
  readonly cookie: string;
  readonly setCookie: string;
}

export interface PeopleHub {
  readonly users: Users;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly logged: readonly string[];
  readonly ended: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** 'POST /path'; options override address, headers, cookie and token. */
  ask(route: string, options?: Ask): Promise<Answer>;
  /** The first owner, signed in from this machine. */
  setUp(username?: string): Promise<LoginReply & { cookie: string }>;
  logIn(username: string, more?: Ask): Promise<LoginReply & { cookie: string }>;
}

export interface Ask {
  readonly body?: unknown;
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
  /** Sent as it is. */
  readonly payload?: string;
}

export async function startPeople(more: Partial<UsersDeps> = {}): Promise<PeopleHub> {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const { store } = await openLevel({
    dir: undefined,
    memory: () => new MemoryLevel(),
    durability: 'commit',
    log,
    clock,
  });
  const http = await bareHttp({ principalOfToken: (token) => users.principalOfToken(token) });
  const users: Users = await makeUsers({
    store,
    clock,
    tokens: http.jwt,
    // Cheap hashes: what they cost is tested in password.test.ts.
    passwords: makePasswords({ costLog2: 4 }),
    throttle: makeThrottle(clock),
    registration: 'open',
    version: '1.2.3',
    isConnected: () => false,
    log: http.log,
    ...more,
  });
  authRoutes(users)(http);
  peopleRoutes(users)(http);
  const [ended, changed, removed]: string[][] = [[], [], []];
  users.onSessionEnded((id) => void ended?.push(id));
  users.onPersonChanged((id) => void changed?.push(id));
  users.onUserRemoved((id) => void removed?.push(id));
  await http.ready();

  async function ask(route: string, options: Ask = {}): Promise<Answer> {
    const [method, url = '/'] = route.split(' ');
    const { token, cookie, body, payload, remoteAddress } = options;
    const answer = await http.inject({
      method: method === 'POST' || method === 'PATCH' || method === 'DELETE' ? method : 'GET',
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { cookie }),
        ...options.headers,
      },
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(body === undefined ? {} : { payload: Object(body) }),
      ...(payload === undefined ? {} : { payload }),
    });
    const setCookie = String(answer.headers['set-cookie'] ?? '');
    const text = answer.body;
    return {
      status: answer.statusCode,
      body: text === '' ? undefined : answer.json(),
      headers: answer.headers,
      cookie: setCookie.split(';')[0] ?? '',
      setCookie,
    };
  }

  async function enter(route: string, username: string, options: Ask): Promise<LoginReply & { cookie: string }> {
    const answer = await ask(route, { body: { username, password: PASSWORD }, ...options });
    if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer.body)}`);
    return { ...answer.body, cookie: answer.cookie };
  }

  return {
    users,
    clock,
    store,
    logged: http.logged,
    ended: ended ?? [],
    changed: changed ?? [],
    removed: removed ?? [],
    ask,
    setUp: (username = 'Ada') => enter('POST /api/v1/setup', username, {}),
    logIn: (username, options = {}) => enter('POST /api/v1/auth/login', username, options),
  };
}
