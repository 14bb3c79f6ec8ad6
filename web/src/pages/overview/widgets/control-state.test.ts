import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../../hub/contract/command.ts';
import { ANSWER_AWAITED_MS, controlState, isSame } from './control-state.ts';

const NOW = 1_000_000;
const command = (more: Partial<Command>): Command => ({
  ...{ id: 'c1', deviceId: 'lamp', name: 'v0', value: 1, state: 'queued', createdMs: NOW - 1000, createdBy: 'owner' },
  ...{ expiresMs: NOW + 86_400_000, sentMs: null, deliveredMs: null, endedMs: null, attempts: 0, via: null },
  ...{ isConfirmed: true, message: null, bulkId: null },
  ...more,
});
const reported = (value: number, atMs: number) => ({ metric: 'v0', value, atMs });
const stateOf = (commands: readonly Command[], value = reported(0, NOW - 5000), nowMs = NOW) =>
  controlState({ commands, name: 'v0', reported: value, nowMs });

describe('a control', () => {
  it('stands where the device last said it is', () => {
    expect(stateOf([])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'idle' });
    expect(stateOf([command({ name: 'v1' })])).toMatchObject({ confirmed: 0, phase: 'idle' });
  });

  it('never shows what was asked for as done before the device says so', () => {
    for (const state of ['queued', 'sent', 'delivered'] as const) {
      expect(stateOf([command({ state, sentMs: NOW - 500 })])).toMatchObject({ confirmed: 0, wanted: 1 });
    }
  });

  it('believes an acknowledgement, until the device reports something later', () => {
    const done = command({ state: 'acknowledged', endedMs: NOW - 900 });
    expect(stateOf([done])).toMatchObject({ confirmed: 1, phase: 'confirmed' });
    expect(stateOf([done], reported(0, NOW - 100))).toMatchObject({ confirmed: 0 });
  });

  it('says that there was no answer, and goes back to what was confirmed', () => {
    const sent = command({ state: 'sent', sentMs: NOW - ANSWER_AWAITED_MS });
    expect(stateOf([sent])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'no-answer' });
    const delivered = command({ state: 'delivered', deliveredMs: NOW - ANSWER_AWAITED_MS });
    expect(stateOf([delivered])).toMatchObject({ confirmed: 0, wanted: undefined, phase: 'delivered' });
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
