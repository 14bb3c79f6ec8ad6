import { describe, expect, it } from 'vitest';
import { decide, mayPublish, mayRead, maySubscribe } from './acl.ts';
import { parseRules, rulesetFor } from './acl-rules.ts';
import type { Person, Principal } from './principal.ts';

const person = (role: Person['role']): Person => ({ kind: 'person', userId: 'u', username: 'u', role, sessionId: 's' });
const RULES = parseRules(['topic readwrite kitchen/#', 'topic $live/#', 'topic $SYS/#', 'topic simon/scores']);
const MAC = 'AABBCCDDEEFF';
const who = {
  owner: person('owner'),
  operator: person('operator'),
  viewer: person('viewer'),
  device: { kind: 'device', deviceId: MAC, names: new Set([MAC, 'kitchen']), isProtected: true },
  account: { kind: 'account', name: 'z2m', rules: rulesetFor(RULES, { clientId: 'c', username: 'z2m' }) },
  waiting: { kind: 'waiting', waitingId: 'w', deviceId: MAC },
  stranger: { kind: 'waiting', waitingId: 'w', deviceId: undefined },
  open: { kind: 'open' },
} as const satisfies Record<string, Principal>;
type Who = keyof typeof who;
const EVERYBODY = [
  'owner',
  'operator',
  'viewer',
  'device',
  'account',
  'waiting',
  'stranger',
  'open',
] as const satisfies Who[];

const allowed = (verdictOf: (principal: Principal) => boolean): Who[] =>
  EVERYBODY.filter((name) => verdictOf(who[name]));

describe('mayPublish', () => {
  it.each<[string, Who[]]>([
    [`ruche/${MAC}/telemetry`, ['owner', 'operator', 'device', 'open']],
    ['ruche/aa:bb:cc:dd:ee:ff/status', ['owner', 'operator', 'device', 'open']],
    ['ruche/kitchen/score', ['owner', 'operator', 'device', 'open']],
    ['ruche/Kitchen/score', ['owner', 'operator', 'open']],
    [`ruche/${MAC}`, ['owner', 'operator', 'open']],
    ['ruche/other/telemetry', ['owner', 'operator', 'open']],
    ['ruche//telemetry', ['owner', 'operator', 'open']],
    ['simon/scores', ['owner', 'operator', 'device', 'account', 'open']],
    ['simon/pair/ack', ['owner', 'operator', 'device', 'open']],
    ['simon/pair', ['owner', 'operator', 'open']],
    ['fajma/esp32/data', ['owner', 'operator', 'device', 'open']],
    ['fajma/esp32/commands', ['owner', 'operator', 'open']],
    ['sensor/motion', ['owner', 'operator', 'device', 'open']],
    ['sensor/motion/x', ['owner', 'operator', 'open']],
    ['application/a/device/b/event/up', ['owner', 'operator', 'open']],
    ['v3/a/devices/b/up', ['owner', 'operator', 'open']],
    ['kitchen/lamp', ['owner', 'operator', 'account', 'open']],
    ['__proto__', ['owner', 'operator', 'open']],
    ['$live/devices', []],
    ['$SYS/broker/uptime', []],
  ])('lets exactly the right ones publish on %s', (topic, expected) => {
    expect(allowed((principal) => mayPublish(principal, topic).allowed)).toEqual(expected);
  });

  it('says why not', () => {
    expect(mayPublish(who.owner, '$SYS/x')).toMatchObject({ code: 'PUBLISH_RESERVED' });
    expect(mayPublish(who.viewer, 'x')).toMatchObject({ code: 'PUBLISH_FORBIDDEN' });
    expect(mayPublish(who.waiting, 'simon/scores')).toMatchObject({ code: 'PUBLISH_WAITING' });
  });
});

const PEOPLE: Who[] = ['owner', 'operator', 'viewer'];

describe('maySubscribe', () => {
  it.each<[string, Who[]]>([
    ['simon/pair', EVERYBODY.filter((name) => name !== 'account')],
    ['fajma/esp32/commands', EVERYBODY.filter((name) => name !== 'account')],
    ['fajma/esp32/+', [...PEOPLE, 'open']],
    ['sensor/motion', [...PEOPLE, 'open']],
    ['kitchen/+', [...PEOPLE, 'account', 'open']],
    ['$share/two/kitchen/+', [...PEOPLE, 'account', 'open']],
    ['$share/two/attic/+', [...PEOPLE, 'open']],
    ['simon/pair/#', [...PEOPLE, 'open']],
    ['simon/+', [...PEOPLE, 'account', 'open']],
    ['#', [...PEOPLE, 'account', 'open']],
    [`ruche/${MAC}/#`, [...PEOPLE, 'device', 'open']],
    [`ruche/${MAC}/+`, [...PEOPLE, 'device', 'open']],
    [`ruche/${MAC}/cmd`, [...PEOPLE, 'device', 'waiting', 'open']],
    ['ruche/AA-BB-CC-DD-EE-FF/pair', [...PEOPLE, 'device', 'waiting', 'open']],
    [`ruche/${MAC}/telemetry`, [...PEOPLE, 'device', 'open']],
    [`ruche/${MAC}/cmd/#`, [...PEOPLE, 'device', 'open']],
    ['ruche/+/cmd', [...PEOPLE, 'open']],
    ['ruche/#', [...PEOPLE, 'open']],
    ['ruche/other/cmd', [...PEOPLE, 'open']],
    ['$live/devices', PEOPLE],
    ['$live/#', PEOPLE],
    ['$SYS/#', [...PEOPLE, 'account', 'open']],
    ['a#', []],
    ['a/+b', []],
    ['#/a', []],
    ['', []],
  ])('grants %j exactly to the right ones', (filter, expected) => {
    expect(allowed((principal) => maySubscribe(principal, filter).allowed)).toEqual(expected);
  });

  it('does not take a device at its word when it calls itself a wildcard', () => {
    const sly: Principal = { kind: 'device', deviceId: '+', names: new Set(['+', '#']), isProtected: false };
    expect(maySubscribe(sly, 'ruche/+/cmd').allowed).toBe(false);
    expect(maySubscribe(sly, 'ruche/#').allowed).toBe(false);
  });
});

const pairing = (deviceId: unknown): Buffer => Buffer.from(JSON.stringify({ device_id: deviceId, username: 'ada' }));
const PLAIN = Buffer.from('x');

describe('mayRead', () => {
  it.each<[string, string, Buffer, Who[]]>([
    ['a pairing of the device', 'simon/pair', pairing(MAC), ['owner', 'operator', 'device', 'waiting', 'open']],
    [
      'the same with colons',
      'simon/pair',
      pairing('aa:bb:cc:dd:ee:ff'),
      ['owner', 'operator', 'device', 'waiting', 'open'],
    ],
    ['a command for it', 'fajma/esp32/commands', pairing(MAC), [...PEOPLE, 'device', 'waiting', 'open']],
    ["another's command", 'fajma/esp32/commands', pairing('other'), [...PEOPLE, 'open']],
    ["another's pairing", 'simon/pair', pairing('001122334455'), ['owner', 'operator', 'open']],
    ['a pairing of nobody', 'simon/pair', Buffer.from('{'), ['owner', 'operator', 'open']],
    ['a pairing of a number', 'simon/pair', pairing(7), ['owner', 'operator', 'open']],
    ['a pairing with an endless name', 'simon/pair', pairing('x'.repeat(2000)), ['owner', 'operator', 'open']],
    ['a command', `ruche/${MAC}/cmd`, PLAIN, [...PEOPLE, 'device', 'waiting', 'open']],
    ['its own telemetry', `ruche/${MAC}/telemetry`, PLAIN, [...PEOPLE, 'device', 'open']],
    ["another's command", 'ruche/other/cmd', PLAIN, [...PEOPLE, 'open']],
    ['scores', 'simon/scores', PLAIN, [...PEOPLE, 'account', 'open']],
    ["the broker's numbers", '$SYS/broker/uptime', PLAIN, [...PEOPLE, 'account', 'open']],
    ['a live message', '$live/devices', PLAIN, PEOPLE],
  ])('shows %s exactly to the right ones', (_what, topic, payload, expected) => {
    expect(allowed((principal) => mayRead(principal, topic, payload))).toEqual(expected);
  });
});

describe('every decision', () => {
  it('names what decided it', () => {
    const topics = ['kitchen/lamp', 'attic', 'simon/pair', `ruche/${MAC}/cmd`, '$live/devices', '$SYS/x', 'a/#'];
    for (const name of EVERYBODY) {
      for (const topic of topics) {
        for (const action of ['publish', 'subscribe', 'read'] as const) {
          expect(decide(who[name], action, topic).rule, `${name} ${action} ${topic}`).toMatch(/^[a-z]/);
        }
      }
    }
    expect(decide(who.account, 'read', 'kitchen/lamp')).toEqual({ allowed: true, rule: 'topic readwrite kitchen/#' });
    expect(decide(who.device, 'read', 'simon/pair')).toEqual({ allowed: true, rule: 'named-device' });
  });
});
