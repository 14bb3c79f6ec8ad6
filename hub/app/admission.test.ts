/** Who is asked about a connection, and who is not let in by anybody. */
import { expect, it } from 'vitest';
import { RucheError } from '../contract/errors.ts';
import type { Person } from '../domain/principal.ts';
import { DEMO_ADDRESS, DEMO_DEVICE_ID, isDemoClient } from '../features/demo/demo.ts';
import { simonClientId } from '../features/demo/virtual-simon.ts';
import { makeAdmission } from './admission.ts';

const ADA: Person = { kind: 'person', userId: 'u', username: 'ada', role: 'viewer', sessionId: 's' };
const TOKEN = 'a.b.c';
const admit = makeAdmission({
  users: {
    async principalOfToken(token) {
      if (token !== TOKEN) throw new RucheError('AUTH_EXPIRED');
      return ADA;
    },
  },
  devices: { admit: () => ({ ok: true, principal: { kind: 'open' } }) },
  isDemoForged: ({ clientId, address }) => isDemoClient(clientId) && address !== DEMO_ADDRESS,
});
const attempt = (more: { clientId?: string; password?: string; address?: string }) =>
  admit({ clientId: 'c', username: 'ada', password: undefined, address: '10.0.0.9', transport: 'tcp', ...more });

it('an access token is a person, everything else is asked of the devices', async () => {
  expect(await attempt({ password: TOKEN })).toEqual({ ok: true, principal: ADA });
  expect(await attempt({ password: 'x.y.z' })).toMatchObject({ ok: false, code: 'AUTH_EXPIRED' });
  expect(await attempt({ password: 'a device token' })).toMatchObject({ principal: { kind: 'open' } });
});

it('nobody outside the hub is the demonstration, with or without credentials', async () => {
  const clientId = simonClientId(DEMO_DEVICE_ID);
  expect(await attempt({ clientId })).toMatchObject({ ok: false, code: 'CONNECT_REFUSED' });
  expect(await attempt({ clientId, password: TOKEN })).toMatchObject({ ok: false, code: 'CONNECT_REFUSED' });
  expect(await attempt({ clientId, address: DEMO_ADDRESS })).toMatchObject({ ok: true });
});
