/** What is told of alerts and of their rules: as a code and facts, as names, at once, and as they are now. */
import { expect, it, vi } from 'vitest';
import { event, makeWorld, readings } from '../../app/happenings.fixture.ts';
import type { AlertRuleBody } from '../../contract/alert.ts';

const WARM: AlertRuleBody = { kind: 'threshold', metric: 't', direction: 'above', limit: 30, hysteresis: 2 };

it('every sentence of the hub has a code, and what a device says has none', async () => {
  const world = await makeWorld();
  const rules = [
    { kind: 'threshold', metric: 'hot', direction: 'above', limit: 30 },
    { kind: 'threshold', metric: 'cold', direction: 'below', limit: 10 },
    { kind: 'no-data' },
    { kind: 'no-data', afterS: 900 },
    { kind: 'no-data', metric: 'hot', afterS: 800 },
    { kind: 'event', eventType: 'bell' },
    { kind: 'event', eventType: 'fever' },
  ] as const;
  for (const rule of rules) await world.alerts.createRule(rule, 'ada');
  await world.say('d', readings({ hot: 31, cold: 1 }), event('bell'), event('fever', { message: 'High' }));
  world.alerts.intrusion({ deviceId: 'd', type: 'MOTION', atMs: world.clock.nowMs() });
  await world.wait(1000);
  const said = world.alerts.standing().map(({ code, message, afterS }) => [code, message, afterS]);
  expect(said.sort(([, a], [, b]) => String(a).localeCompare(String(b)))).toEqual([
    ['event-reported', 'bell was reported.', null],
    ['value-below', 'cold is 1, below 10.', null],
    [null, 'High', null],
    ['value-above', 'hot is 31, above 30.', null],
    ['intrusion', 'MOTION while the hub is armed.', null],
    ['device-silent', 'No data for more than 900 s.', 900],
    ['metric-silent', 'No hot for more than 800 s.', 800],
    ['device-offline', 'The device is offline.', null],
  ]);
  // The same alert may be raised by words of the device and by none.
  await world.say('d', event('bell', { message: 'Ding' }));
  expect(world.alerts.standing().find(({ eventType }) => eventType === 'bell')).toMatchObject({
    ...{ code: null, message: 'Ding', count: 2 },
  });
});

it('the name of a rule is told apart from the sentence of a rule without one', async () => {
  const { alerts } = await makeWorld();
  const { id, named } = await alerts.createRule({ kind: 'no-data', afterS: 60 }, 'ada');
  expect([named, (await alerts.patchRule(id, { afterS: 90 })).named]).toEqual([false, false]);
  expect((await alerts.patchRule(id, { name: 'No milk' })).named).toBe(true);
  expect([alerts.rule(id).named, alerts.rules().map((rule) => rule.named)]).toEqual([true, [true]]);
});

it('a change of a rule is told, also when it goes with its device', async () => {
  const world = await makeWorld();
  let told = 0;
  world.alerts.onRulesChanged(() => {
    told += 1;
  });
  await world.say('d', readings({ t: 1 }));
  const { id } = await world.alerts.createRule({ ...WARM, deviceId: 'd' }, 'ada');
  await world.alerts.patchRule(id, { name: 'Warm' });
  await expect(world.alerts.patchRule('none', { name: 'x' })).rejects.toMatchObject({ code: 'ALERT_RULE_UNKNOWN' });
  expect(told).toBe(2);
  await world.devices.remove('d');
  await world.settled();
  expect([told, world.alerts.rules()]).toEqual([3, []]);
});

it('an alert is listed as it is, also when it is stored while the list is being read', async () => {
  const world = await makeWorld();
  await world.alerts.createRule(WARM, 'ada');
  await world.say('d', readings({ t: 31 }));
  await world.settled();
  const { list } = world.store.alerts;
  vi.spyOn(world.store.alerts, 'list').mockImplementation(async (page) => {
    const found = await list(page);
    await world.settled();
    return found;
  });
  await world.say('d', readings({ t: 1 }));
  expect((await world.alerts.list({ state: 'all' })).items.map(({ state }) => state)).toEqual(['cleared']);
});
