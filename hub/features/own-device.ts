/** What a person may do with a device because of the role, or because the device is theirs. */
import { RucheError } from '../contract/errors.ts';
import { mayRole, type Permission } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';

/** `ownerId`: of the device in question; null when it has none, or when the matter is that of every device. */
export function mayWithDevice(person: Person, permission: Permission, ownerId: string | null): boolean {
  return mayRole(person.role, permission) || ownerId === person.userId;
}

/** Throws NOT_YOURS. */
export function mustWithDevice(person: Person, permission: Permission, ownerId: string | null): void {
  if (!mayWithDevice(person, permission, ownerId)) throw new RucheError('NOT_YOURS');
}
