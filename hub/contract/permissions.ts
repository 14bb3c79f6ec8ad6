/** Who may do what over HTTP. Imports nothing: the web app hides what the hub would refuse. */

export const ROLES = ['owner', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * A permission ending in `.own` is also granted to the person who owns the device in question;
 * the handler checks that, the guard only checks that the role has a chance.
 */
export const PERMISSIONS = [
  'devices.read',
  'devices.adopt',
  'devices.create',
  'devices.manage', // rename, token, delete: any device
  'devices.manage.own',
  'pairing.self', // pair a device with oneself
  'pairing.others',
  'scores.read',
  'scores.remove',
  'events.read', // alerts, their rules and the mode too
  'events.post', // in the name of a device, over HTTP
  'events.post.own',
  'alerts.manage', // acknowledge, snooze, rules: any device
  'alerts.manage.own',
  'mode.change',
  'commands.read',
  'commands.send', // to any device
  'commands.send.own',
  'widgets.read',
  'widgets.own', // make widgets, change one's own
  'widgets.manage', // those of others too
  'boards.read',
  'boards.own', // make boards, change one's own
  'boards.manage', // the shared ones
  'demo.run',
  'refusals.read',
  'topics.read',
  'topics.publish', // also the saved ones
  'retained.delete', // and restore
  'health.read',
  'access.test', // ask whether somebody would be allowed something
  'forwarding.read',
  'forwarding.manage', // also pause, resend, discard
  'accounts.manage',
  'people.manage',
  'sessions.own',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: readonly Permission[] = [
  'devices.read',
  'devices.adopt',
  'devices.manage.own',
  'pairing.self',
  'scores.read',
  'events.read',
  'events.post.own',
  'alerts.manage.own',
  'commands.read',
  'commands.send.own',
  'widgets.read',
  'widgets.own',
  'boards.read',
  'boards.own',
  'topics.read',
  'sessions.own',
];
const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'devices.create',
  'devices.manage',
  'pairing.others',
  'events.post',
  'alerts.manage',
  'mode.change',
  'commands.send',
  'widgets.manage',
  'boards.manage',
  'demo.run',
  'refusals.read',
  'topics.publish',
  'retained.delete',
  'health.read',
  'access.test',
  'forwarding.read',
];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: PERMISSIONS,
  operator: OPERATOR,
  viewer: VIEWER,
};

/**
 * Every HTTP route declares one of these in `config.access`; a route without it does not start. `device`: devices with
 * their own credentials, and accounts of programs as far as their rules reach.
 */
export type Access = 'public' | 'loopback' | 'device' | Permission;

export function mayRole(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}
