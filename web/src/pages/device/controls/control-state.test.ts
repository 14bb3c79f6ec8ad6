/** What a control shows. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../../hub/contract/command.ts';
import { ANSWER_MS, controlView, freePin, valueIn, withCommands } from './control-state.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const command = (state: Command['state'], more: Partial<Command> = {}): Command => ({
  id: 'c1',
  deviceId: 'pump',
  name: 'v0',
  value: 1,
  state,
  createdMs: T0,
  createdBy: 'ada',
  expiresMs: T0 + 60_000,
  sentMs: state === 'queued' ? null : T0,
  deliveredMs: null,
  endedMs: null,
  attempts: 1,
  via: 'mqtt',
  isConfirmed: true,
  message: null,
  bulkId: null,
  ...more,
});
const off = { value: 0, atMs: T0 - 5000 };
const view = (commands: Command[], reported = off, nowMs = T0 + 100) => {
  const { value, phase } = controlView('v0', commands, reported, nowMs);
  return `${value} ${phase}`;
};

describe('a control', () => {
  it('shows what the device reported until something is asked of it', () => {
    expect(view([])).toBe('0 idle');
    expect(controlView('v0', [], undefined, T0)).toEqual({ value: null, phase: 'idle', command: null });
  });

  it('shows what is wanted while it waits, and goes back when no answer comes', () => {
    expect(view([command('sent')])).toBe('1 pending');
    expect(view([command('delivered', { deliveredMs: T0 + 20 })])).toBe('1 pending');
    expect(view([command('delivered')], off, T0 + ANSWER_MS)).toBe('0 no-answer');
    expect(view([command('queued')], off, T0 + 3600_000)).toBe('1 queued');
  });

  it('goes back when it failed, expired or was cancelled', () => {
    for (const state of ['failed', 'expired', 'cancelled'] as const) {
      expect(view([command(state, { endedMs: T0 + 50 })])).toBe(`0 ${state}`);
    }
  });

  it('believes an acknowledgement, and a later report more', () => {
    const done = command('acknowledged', { endedMs: T0 + 50 });
    expect(view([done])).toBe('1 confirmed');
    expect(view([done], { value: 0, atMs: T0 + 900 })).toBe('0 confirmed');
    expect(view([command('failed', { id: 'c2', value: 0, createdMs: T0 + 99 }), done])).toBe('1 failed');
  });

  it('takes a value that was only asked for as no report', () => {
    const asked = { value: 1, atMs: T0 + 1 };
    const failed = command('failed', { endedMs: T0 + 50 });
    expect(controlView('v0', [failed], asked, T0 + 60).value).toBeNull();
  });
});

describe('commands', () => {
  it('are kept newest first, each as it is now', () => {
    const [older, newer] = [command('sent'), command('queued', { id: 'c2', createdMs: T0 + 1 })];
    const list = withCommands([older], [newer, { ...older, state: 'acknowledged' }]);
    expect(list.map(({ id, state }) => `${id} ${state}`)).toEqual(['c2 queued', 'c1 acknowledged']);
  });

  it('take what was typed for what it reads as', () => {
    expect(['', ' 12.5 ', '-3', 'true', 'auto', '1.2.3', '0x10'].map(valueIn)).toEqual([
      undefined,
      12.5,
      -3,
      true,
      'auto',
      '1.2.3',
      '0x10',
    ]);
    expect(freePin(new Set(['v0', 'v2']))).toBe('v1');
  });
});
