import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../hub/contract/command.ts';
import { ANSWER_AWAITED_MS, controlState, isSame } from './control-state.ts';

const NOW = 1_000_000;
const command = (more: Partial<Command>): Command => ({
  ...{ id: 'c1', deviceId: 'lamp', name: 'v0', value: 1, state: 'queued', createdMs: NOW - 1000, createdBy: 'owner' },
  ...{ expiresMs: NOW + 86_400_000, sentMs: null, deliveredMs: null, endedMs: null, attempts: 0, via: null },
  ...{ isConfirmed: true, message: null, bulkId: null },
  ...more,
});
const reported = (value: number, atMs: number) => ({ value, atMs });
const stateOf = (commands: readonly Command[], value = reported(0, NOW - 5000), nowMs = NOW) =>
  controlState({ commands, name: 'v0', reported: value, nowMs });

describe('a control', () => {
  it('stands where the device last said it is; without a word of it nobody knows', () => {
    expect(stateOf([])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'idle' });
    expect(stateOf([command({ name: 'v1' })])).toMatchObject({ confirmed: 0, phase: 'idle' });
    const unheard = controlState({ commands: [], name: 'v0', reported: undefined, nowMs: NOW });
    expect(unheard).toEqual({ confirmed: undefined, wanted: undefined, phase: 'idle', command: undefined });
  });

  it('knows what is wanted while that is on its way, and never takes it for done before the device says so', () => {
    for (const state of ['queued', 'sent', 'delivered'] as const) {
      expect(stateOf([command({ state, sentMs: NOW - 500 })])).toMatchObject({ confirmed: 0, wanted: 1 });
    }
    const asleep = stateOf([command({})], reported(0, NOW - 5000), NOW + 3_600_000);
    expect(asleep).toMatchObject({ phase: 'queued', wanted: 1 });
  });

  it('goes back to what was confirmed when it failed, expired or was taken back', () => {
    for (const state of ['failed', 'expired'] as const) {
      expect(stateOf([command({ state, endedMs: NOW })])).toMatchObject({
        confirmed: 0,
        wanted: undefined,
        phase: state,
      });
    }
    expect(stateOf([command({ state: 'cancelled', endedMs: NOW })])).toMatchObject({ confirmed: 0, phase: 'idle' });
  });

  it('believes an acknowledgement, until the device reports something later', () => {
    const done = command({ state: 'acknowledged', endedMs: NOW - 900 });
    expect(stateOf([done])).toMatchObject({ confirmed: 1, phase: 'confirmed' });
    expect(stateOf([done], reported(0, NOW - 100))).toMatchObject({ confirmed: 0 });
    const failed = command({ id: 'c2', value: 0, state: 'failed', endedMs: NOW });
    expect(stateOf([failed, done])).toMatchObject({ confirmed: 1, phase: 'failed' });
  });

  it('takes a value that was only asked for as no report', () => {
    const failed = command({ state: 'failed', endedMs: NOW });
    expect(stateOf([failed], reported(1, NOW - 999)).confirmed).toBeUndefined();
    expect(stateOf([failed], reported(1, NOW - 500)).confirmed).toBe(1);
  });

  it('says that there was no answer, and goes back to what was confirmed', () => {
    const sent = command({ state: 'sent', sentMs: NOW - ANSWER_AWAITED_MS });
    expect(stateOf([sent])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'no-answer' });
    const delivered = command({ state: 'delivered', deliveredMs: NOW - ANSWER_AWAITED_MS });
    expect(stateOf([delivered])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'delivered' });
  });

  it('waits for an answer from when the device had it, not from when it was first sent', () => {
    const late = command({ state: 'delivered', sentMs: NOW - ANSWER_AWAITED_MS, deliveredMs: NOW - 20 });
    expect(stateOf([late])).toMatchObject({ wanted: 1, phase: 'sent' });
  });

  it('keeps a failure in view for a minute, and until the device has spoken again', () => {
    const failed = command({ state: 'failed', endedMs: NOW });
    expect(stateOf([failed], reported(0, NOW + 1), NOW + 30_000).phase).toBe('failed');
    expect(stateOf([failed], reported(0, NOW - 1), NOW + 90_000).phase).toBe('failed');
    expect(stateOf([failed], reported(0, NOW + 1), NOW + 90_000).phase).toBe('idle');
  });

  it('follows the newest command only', () => {
    const [newer, older] = [command({ id: 'c2', state: 'queued' }), command({ state: 'failed', endedMs: NOW })];
    expect(stateOf([newer, older])).toMatchObject({ phase: 'queued', wanted: 1 });
  });
});

it('takes 1 and true for the same position, and words only for themselves', () => {
  expect([isSame(true, 1), isSame(0, false), isSame('1', 1), isSame('eco', 'eco'), isSame(undefined, 0)]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
});
