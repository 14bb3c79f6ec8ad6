/** What people do to alerts and their rules, with real devices, ingest and store. */
import { describe, expect, it, vi } from 'vitest';
import { event, makeWorld, readings } from '../../app/happenings.fixture.ts';
import type { AlertRuleBody } from '../../contract/alert.ts';
import { ALERT_RULES_MAX, ALERT_RULES_PER_DEVICE_MAX } from '../../contract/limits.ts';
import { WAITING_MAX } from './alert-limits.ts';

const WARM: AlertRuleBody = { kind: 'threshold', metric: 't', direction: 'above', limit: 30, hysteresis: 2 };
describe('what people do', () => {
  it('is stored when it is answered, and refused for what is not there', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    const [alert] = world.alerts.standing();
    const id = alert?.id ?? '';
    await world.alerts.acknowledge(id, 'ada', 'seen');
    expect(await world.store.alerts.get(id)).toMatchObject({ state: 'acknowledged', ackedBy: 'ada', note: 'seen' });
    await expect(world.alerts.acknowledge('none', 'ada', undefined)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' });
    await world.alerts.snooze(id, world.clock.nowMs() + 10_000, undefined);
    expect((await world.store.alerts.get(id))?.snoozedUntilMs).toBe(world.clock.nowMs() + 10_000);
    await world.wait(11);
    expect(world.alerts.standing()[0]?.snoozedUntilMs).toBeNull();
    await world.say('d', readings({ t: 1 }));
    await world.settled();
    await expect(world.alerts.snooze(id, world.clock.nowMs() + 1, undefined)).rejects.toMatchObject({
      code: 'ALERT_CLEARED',
    });
  });

  it('to the name of a rule is told apart from the sentence of a rule without one', async () => {
    const { alerts } = await makeWorld();
    const { id, named } = await alerts.createRule({ kind: 'no-data', afterS: 60 }, 'ada');
    expect([named, (await alerts.patchRule(id, { afterS: 90 })).named]).toEqual([false, false]);
    expect((await alerts.patchRule(id, { name: 'No milk' })).named).toBe(true);
    expect([alerts.rule(id).named, alerts.rules().map((rule) => rule.named)]).toEqual([true, [true]]);
  });

  it('to a rule is told, also when it goes with its device', async () => {
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

  it('is listed as it is, also when it is stored while the list is being read', async () => {
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

  it('has not happened when it is told that the store fails, now or later', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [before] = world.alerts.standing();
    const id = before?.id ?? '';
    world.faults.isFailing = true;
    const failed = { code: 'STORE_UNAVAILABLE' };
    await expect(world.alerts.acknowledge(id, 'ada', undefined)).rejects.toMatchObject(failed);
    await expect(world.alerts.snooze(id, world.clock.nowMs() + 60_000, undefined)).rejects.toMatchObject(failed);
    await expect(world.alerts.createRule(WARM, 'ada')).rejects.toMatchObject(failed);
    expect(world.alerts.rules()).toHaveLength(1);
    expect([world.alerts.standing(), world.told]).toEqual([[before], ['raised threshold d']]);
    world.faults.isFailing = false;
    await world.wait(12);
    expect([world.alerts.standing(), await world.store.alerts.get(id)]).toEqual([[before], before]);
  });

  it('is kept beside what happened to the alert while it was being stored', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'event', eventType: 'bell' }, 'ada');
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', event('bell'), readings({ t: 31 }));
    await world.settled();
    const [rung] = world.added;
    const [{ id = '' } = {}] = world.alerts.about({ deviceId: 'd', type: 'bell' });
    const release = world.hold();
    const acknowledging = world.alerts.acknowledge(id, 'ada', 'heard');
    await world.settled();
    expect((await world.alerts.get(id))?.state).toBe('open');
    if (rung !== undefined) world.alerts.eventAdded(rung);
    release();
    const both = { state: 'acknowledged', ackedBy: 'ada', note: 'heard', count: 2 };
    expect(await acknowledging).toMatchObject(both);
    await world.settled();
    expect(await world.store.alerts.get(id)).toMatchObject(both);
  });

  it('does not bring back an alert that was over while it was being stored', async () => {
    const world = await makeWorld();
    const { id: ruleId } = await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [{ id = '' } = {}] = world.alerts.standing();
    const release = world.hold();
    const snoozing = world.alerts.snooze(id, world.clock.nowMs() + 60_000, 'later');
    await world.settled();
    world.alerts.committed([{ deviceId: 'd', report: readings({ t: 1 }, world.clock.nowMs()) }]);
    release();
    const over = { ruleId, state: 'cleared', clearedBecause: 'recovered', snoozedUntilMs: null, note: 'later' };
    expect(await snoozing).toMatchObject(over);
    await world.settled();
    expect([world.alerts.standing(), await world.store.alerts.get(id)]).toMatchObject([[], over]);
  });

  it('that waits where too much waits is refused, and what happens by itself is still stored', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [{ id = '' } = {}] = world.alerts.standing();
    const release = world.hold();
    const asked = Array.from({ length: WAITING_MAX + 1 }, () => world.alerts.acknowledge(id, 'ada', undefined));
    const outcomes = Promise.allSettled(asked);
    await expect(asked.at(-1)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    world.alerts.committed([{ deviceId: 'd', report: readings({ t: 1 }, world.clock.nowMs()) }]);
    release();
    expect((await outcomes).filter(({ status }) => status === 'fulfilled')).toHaveLength(WAITING_MAX);
    await world.wait(2);
    expect(await world.store.alerts.get(id)).toMatchObject({ state: 'cleared', ackedBy: 'ada' });
  });
});

describe('the number of rules', () => {
  it('is bounded for one device, also when a rule is moved there', async () => {
    const { alerts, say } = await makeWorld();
    await say('d', readings({ t: 1 }));
    const rules = [];
    for (let n = 0; n < ALERT_RULES_PER_DEVICE_MAX; n++)
      rules.push(await alerts.createRule({ ...WARM, deviceId: 'd' }, 'ada'));
    const full = { code: 'ALERT_RULES_DEVICE_FULL' };
    await expect(alerts.createRule({ ...WARM, deviceId: 'd' }, 'bob')).rejects.toMatchObject(full);
    const { id } = await alerts.createRule(WARM, 'ada');
    await expect(alerts.patchRule(id, { deviceId: 'd' })).rejects.toMatchObject(full);
    expect(alerts.rule(id).deviceId).toBeNull();
    expect(await alerts.patchRule(rules[0]?.id ?? '', { limit: 31 })).toMatchObject({ deviceId: 'd', limit: 31 });
    await alerts.removeRule(rules[1]?.id ?? '');
    expect(await alerts.patchRule(id, { deviceId: 'd' })).toMatchObject({ deviceId: 'd' });
  });

  it('is bounded for one person and for the hub', async () => {
    const { alerts } = await makeWorld();
    for (let n = 0; n < 3; n++) await alerts.createRule(WARM, 'vera', 3);
    await expect(alerts.createRule(WARM, 'vera', 3)).rejects.toMatchObject({ code: 'ALERT_RULES_OWN_FULL' });
    for (let n = 3; n < ALERT_RULES_MAX; n++) await alerts.createRule(WARM, 'ada');
    await expect(alerts.createRule(WARM, 'ada')).rejects.toMatchObject({ code: 'ALERT_RULES_FULL' });
  });
});
