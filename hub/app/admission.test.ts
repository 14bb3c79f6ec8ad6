/** Who is asked about a connection, and who is not let in by anybody. */
import { expect, it } from 'vitest';
import { RucheError } from '../contract/errors.ts';
import { NO_RULES } from '../domain/acl-rules.ts';
import type { AccountPrincipal, Person } from '../domain/principal.ts';
import { DEMO_ADDRESS, DEMO_DEVICE_ID, isDemoClient } from '../features/demo/demo.ts';
import { simonClientId } from '../features/demo/virtual-simon.ts';
import { makeAdmission } from './admission.ts';

const ADA: Person = { kind: 'person', userId: 'u', username: 'ada', role: 'viewer', sessionId: 's' };
const Z2M: AccountPrincipal = { kind: 'account', name: 'z2m', rules: NO_RULES };
const ANONYMOUS: AccountPrincipal = { kind: 'account', name: 'anonymous', rules: NO_RULES };
let hasAnonymous = false;
const TOKEN = 'a.b.c';
const admit = makeAdmission({
  users: {
    async principalOfToken(token) {
      if (token !== TOKEN) throw new RucheError('AUTH_EXPIRED');
      return ADA;
    },
  },
  accounts: {
    has: (name) => name === 'anonymous' && hasAnonymous,
    principalOf: () => ANONYMOUS,
    async admit({ username, password }) {
      if (username !== 'z2m') return undefined;
      return password === 'of.an.account' ? { ok: true, principal: Z2M } : { ok: false, code: 'AUTH_BAD_CREDENTIALS' };
    },
  },
  devices: { admit: () => ({ ok: true, principal: { kind: 'open' } }) },
  isDemoForged: ({ clientId, address }) => isDemoClient(clientId) && address !== DEMO_ADDRESS,
});
const attempt = (more: { username?: string | undefined; clientId?: string; password?: string; address?: string }) =>
  admit({ clientId: 'c', username: 'ada', password: undefined, address: '10.0.0.9', transport: 'tcp', ...more });

it('an access token is a person, everything else is asked of the devices', async () => {
  expect(await attempt({ password: TOKEN })).toEqual({ ok: true, principal: ADA });
  expect(await attempt({ password: 'x.y.z' })).toMatchObject({ ok: false, code: 'AUTH_EXPIRED' });
  expect(await attempt({ password: 'a device token' })).toMatchObject({ principal: { kind: 'open' } });
});

it('a person comes before an account, an account before a device', async () => {
  expect(await attempt({ username: 'z2m', password: TOKEN })).toEqual({ ok: true, principal: ADA });
  expect(await attempt({ username: 'z2m', password: 'of.an.account' })).toEqual({ ok: true, principal: Z2M });
  expect(await attempt({ username: 'z2m', password: 'x.y.z' })).toMatchObject({ code: 'AUTH_BAD_CREDENTIALS' });
  expect(await attempt({ username: 'z2m' })).toMatchObject({ code: 'AUTH_BAD_CREDENTIALS' });
});

it('where strangers are let in, the account named "anonymous" says what they may do', async () => {
  hasAnonymous = true;
  expect(await attempt({ username: undefined })).toEqual({ ok: true, principal: ANONYMOUS });
  expect(await attempt({ username: 'z2m', password: 'of.an.account' })).toEqual({ ok: true, principal: Z2M });
  expect(await attempt({ password: TOKEN })).toEqual({ ok: true, principal: ADA });
  hasAnonymous = false;
});

it('nobody outside the hub is the demonstration, with or without credentials', async () => {
  const clientId = simonClientId(DEMO_DEVICE_ID);
  expect(await attempt({ clientId })).toMatchObject({ ok: false, code: 'CONNECT_REFUSED' });
  expect(await attempt({ clientId, password: TOKEN })).toMatchObject({ ok: false, code: 'CONNECT_REFUSED' });
  expect(await attempt({ clientId, address: DEMO_ADDRESS })).toMatchObject({ ok: true });
});
