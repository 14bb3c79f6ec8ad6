import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type AnswerServer, type Asked, startAnswerServer } from '../../tests/helpers/answer-server.ts';
import { call } from './api.ts';
import { forget, session, signIn } from './session.ts';

const USER = { id: 'u1', username: 'lea', role: 'owner', createdMs: 1 };
const EXPIRED = { status: 401, code: 'AUTH_EXPIRED', title: 'Expired.', hint: 'Refresh.' };

/** A hub that accepts only its newest token. */
function makeHub() {
  const hub = { token: 0, canRefresh: true, refreshes: 0 };
  const login = (): Answer => {
    hub.token += 1;
    return { body: { accessToken: `t${hub.token}`, expiresInS: 900, user: USER } };
  };
  const answer = ({ url, authorization, body }: Asked): Answer => {
    if (url.endsWith('/login')) return login();
    if (url.endsWith('/refresh')) {
      hub.refreshes += 1;
      return hub.canRefresh ? login() : { status: 401, body: EXPIRED };
    }
    if (authorization !== `Bearer t${hub.token}`) return { status: 401, body: EXPIRED };
    if (body.includes('currentPassword')) {
      return { status: 401, body: { ...EXPIRED, code: 'AUTH_BAD_CREDENTIALS' } };
    }
    return { body: { items: [authorization] } };
  };
  return { hub, answer };
}

let server: AnswerServer;
let hub: ReturnType<typeof makeHub>['hub'];

beforeEach(async () => {
  const made = makeHub();
  hub = made.hub;
  server = await startAnswerServer(made.answer);
  await signIn({ username: 'lea', password: 'x' });
});
afterEach(async () => {
  forget();
  await server.close();
});

const people = () => call('GET /api/v1/users', { query: {} });

describe('call', () => {
  it('sends the token of the session', async () => {
    expect((await people()).items).toEqual(['Bearer t1']);
  });

  it('renews a refused token once, however many calls need it, and repeats them', async () => {
    hub.token += 1;
    const answers = await Promise.all([people(), people(), people()]);
    expect(answers.map(({ items }) => items)).toEqual([['Bearer t3'], ['Bearer t3'], ['Bearer t3']]);
    expect(hub.refreshes).toBe(1);
  });

  it('does not take a wrong password in the body for the end of the session', async () => {
    const body = { currentPassword: 'no', password: 'long enough' };
    await expect(call('PATCH /api/v1/auth/me', { body })).rejects.toMatchObject({ code: 'AUTH_BAD_CREDENTIALS' });
    expect([hub.refreshes, session.value.kind]).toEqual([0, 'signed-in']);
  });

  it('waits for a new sign-in when the session is over, and then goes on', async () => {
    hub.token += 1;
    hub.canRefresh = false;
    const waiting = people();
    await new Promise<void>((resolve) => {
      session.subscribe(({ kind }) => kind === 'ended' && resolve());
    });
    await signIn({ username: 'lea', password: 'x' });
    expect((await waiting).items).toEqual(['Bearer t3']);
  });

  it('fails when the reader leaves instead of signing in again', async () => {
    hub.token += 1;
    hub.canRefresh = false;
    const waiting = people();
    const failed = expect(waiting).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await new Promise<void>((resolve) => {
      session.subscribe(({ kind }) => kind === 'ended' && resolve());
    });
    forget();
    await failed;
    expect(session.value.kind).toBe('signed-out');
  });
});
