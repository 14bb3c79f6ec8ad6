/** What a person may do with a device. */
import { describe, expect, it } from 'vitest';
import type { Role } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import { mayWithDevice, mustWithDevice } from './own-device.ts';

const person = (role: Role): Person => ({ kind: 'person', userId: 'u', username: 'Ada', role, sessionId: 's' });

describe('a matter of one device', () => {
  it('is for those who manage all devices, and for the person it belongs to', () => {
    const may = (role: Role, ownerId: string | null): boolean => mayWithDevice(person(role), 'alerts.manage', ownerId);
    expect([may('owner', null), may('operator', 'somebody'), may('viewer', 'u')]).toEqual([true, true, true]);
    expect([may('viewer', 'somebody'), may('viewer', null)]).toEqual([false, false]);
    expect(() => mustWithDevice(person('viewer'), 'alerts.manage', null)).toThrow('somebody else');
  });
});
