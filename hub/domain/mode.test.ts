/** The mode: arming, noticing, countdowns, schedule. */
import { describe, expect, it } from 'vitest';
import { entryOver, isArmed, type ModeFacts, NEVER_SET, noticed, saysNobody, scheduled, switched } from './mode.ts';

const T = 1_000_000;
const MOTION = { deviceId: 'd', type: 'motion_detected', isAbsence: false };
const arm = (facts: Partial<ModeFacts> = {}, nowMs = T): ModeFacts =>
  switched({ ...NEVER_SET, ...facts }, 'surveillance', { by: 'ada', nowMs });

describe('arming', () => {
  it('says who did it and when, at once or after the exit delay', () => {
    expect(arm()).toMatchObject({ mode: 'surveillance', by: 'ada', sinceMs: T, armsAtMs: null, bySchedule: false });
    expect(isArmed(arm(), T)).toBe(true);
    const leaving = arm({ exitDelayS: 30 });
    expect([isArmed(leaving, T + 29_999), isArmed(leaving, T + 30_000)]).toEqual([false, true]);
  });

  it('again changes neither who nor when', () => {
    const facts = arm();
    expect(switched(facts, 'surveillance', { by: 'bob', nowMs: T + 1 })).toBe(facts);
  });
});

describe('what is noticed', () => {
  it('is an intrusion only while armed, of a watched type in any case, and when somebody is there', () => {
    expect(noticed(NEVER_SET, MOTION, T).isIntrusion).toBe(false);
    expect(noticed(arm({ exitDelayS: 30 }), MOTION, T + 1).isIntrusion).toBe(false);
    expect(noticed(arm(), MOTION, T).isIntrusion).toBe(true);
    expect(noticed(arm(), { ...MOTION, type: 'DOOR' }, T).isIntrusion).toBe(false);
    expect(noticed(arm(), { ...MOTION, isAbsence: true }, T).isIntrusion).toBe(false);
  });

  it('with an entry delay becomes an alert once, when the countdown is over, and is forgotten by disarming', () => {
    const { facts, isIntrusion } = noticed(arm({ entryDelayS: 20 }), MOTION, T);
    expect([isIntrusion, facts.entryEndsMs, facts.entryDeviceId]).toEqual([false, T + 20_000, 'd']);
    expect(noticed(facts, { ...MOTION, deviceId: 'e' }, T + 5000)).toEqual({ facts, isIntrusion: false });
    expect(entryOver(facts, T + 19_999).sighting).toBeUndefined();
    const over = entryOver(facts, T + 20_000);
    expect(over.sighting).toEqual({ ...MOTION });
    expect(entryOver(over.facts, T + 21_000).sighting).toBeUndefined();
    // From now on there is no second countdown.
    expect(noticed(over.facts, MOTION, T + 22_000).isIntrusion).toBe(true);
    const home = switched(facts, 'active', { by: 'ada', nowMs: T + 10_000 });
    expect(entryOver(home, T + 60_000).sighting).toBeUndefined();
  });
});

describe('a sensor', () => {
  it.each([false, 0, -0, '0', 'false', 'False', ' FALSE ', 'off', 'no'])(
    'says with %j that there is nobody',
    (said) => {
      expect(saysNobody(said)).toBe(true);
    },
  );

  it.each([true, 1, 0.5, '1', 'true', 'on', '', 'none of these', null, undefined, [], {}, Number.NaN])(
    'does not say with %j that there is nobody',
    (said) => {
      expect(saysNobody(said)).toBe(false);
    },
  );
});

describe('the schedule', () => {
  const on = { ...NEVER_SET, scheduleEnabled: true, exitDelayS: 30 };

  it('arms and disarms at its edges, without a delay and in nobody’s name', () => {
    const night = scheduled(scheduled(on, false, T), true, T + 1);
    expect(night).toMatchObject({ mode: 'surveillance', by: null, bySchedule: true, armsAtMs: null, sinceMs: T + 1 });
    expect(scheduled(night, false, T + 2)).toMatchObject({ mode: 'active', bySchedule: true });
  });

  it('leaves alone what a person did until its next edge', () => {
    const night = scheduled(on, true, T);
    const awake = switched(night, 'active', { by: 'ada', nowMs: T + 1 });
    expect(scheduled(awake, true, T + 2)).toBe(awake);
    expect(scheduled(scheduled(awake, false, T + 3), true, T + 4).mode).toBe('surveillance');
  });

  it('switched on outside of its windows does not disarm, switched off changes nothing', () => {
    const armed = { ...arm(), scheduleEnabled: true };
    expect(scheduled(armed, false, T).mode).toBe('surveillance');
    expect(scheduled({ ...armed, scheduleEnabled: false, scheduled: true }, false, T)).toMatchObject({
      mode: 'surveillance',
      scheduled: null,
    });
  });
});
