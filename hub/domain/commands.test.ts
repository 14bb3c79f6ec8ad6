import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandFacts,
  type CommandStep,
  isAnswerable,
  isEcho,
  isOpen,
  mustBeSent,
  stepCommand,
} from './commands.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const EXPIRES_MS = T0 + 60_000;

const facts = (changes: Partial<CommandFacts> = {}): CommandFacts => ({
  id: 'c1',
  deviceId: 'pump',
  name: 'relay',
  value: 1,
  state: 'queued',
  createdMs: T0,
  createdBy: 'ada',
  expiresMs: EXPIRES_MS,
  sentMs: null,
  deliveredMs: null,
  endedMs: null,
  attempts: 0,
  via: null,
  isConfirmed: true,
  message: null,
  bulkId: null,
  ...changes,
});

const anyStep: fc.Arbitrary<CommandStep> = fc.oneof(
  fc.record({ kind: fc.constant('sent' as const), isConfirmed: fc.boolean() }),
  fc.record({ kind: fc.constant('delivered' as const), via: fc.constantFrom('mqtt' as const, 'http' as const) }),
  fc.record({
    kind: fc.constant('answered' as const),
    isOk: fc.boolean(),
    message: fc.option(fc.string({ maxLength: 600 })),
  }),
  fc.constantFrom<CommandStep>({ kind: 'due' }, { kind: 'unawaited' }, { kind: 'cancelled' }, { kind: 'superseded' }),
);
const history = fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: 30_000 })), { maxLength: 12 });

/** Everything it has been. */
function lived(steps: readonly (readonly [CommandStep, number])[]): { path: CommandFacts[]; nowMs: number } {
  const path = [facts()];
  let nowMs = T0;
  for (const [step, passedMs] of steps) {
    nowMs += passedMs;
    const next = stepCommand(path.at(-1) ?? facts(), step, nowMs);
    if (next !== undefined) path.push(next);
  }
  return { path, nowMs };
}

const FOLLOWS: Readonly<Record<CommandFacts['state'], readonly CommandFacts['state'][]>> = {
  queued: ['queued', 'sent', 'delivered', 'expired', 'cancelled'],
  sent: ['sent', 'delivered', 'acknowledged', 'failed', 'expired', 'cancelled'],
  delivered: ['delivered', 'acknowledged', 'failed'],
  expired: ['expired', 'acknowledged', 'failed'],
  acknowledged: [],
  failed: [],
  cancelled: [],
};

describe('whatever happens to a command', () => {
  it('it goes only from one state to one that may follow', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { path } = lived(steps);
        for (const [at, { state }] of path.slice(1).entries()) {
          expect(FOLLOWS[path[at]?.state ?? 'queued']).toContain(state);
        }
      }),
    );
  });

  it('it is never sent after it was delivered, answered, cancelled or had expired', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { path } = lived(steps);
        const over = path.findIndex((one) => !mustBeSent(one));
        if (over < 0) return;
        const attempts = path.slice(over).map((one) => one.attempts);
        expect(new Set(attempts).size).toBe(1);
      }),
    );
  });

  it('it ends once, except that a late answer corrects an end without one, and is over for good soon after its time', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { path, nowMs } = lived(steps);
        const ends = path.filter((one) => !isOpen(one));
        expect(ends.length).toBeLessThanOrEqual(ends[0] !== undefined && isAnswerable(ends[0]) ? 2 : 1);
        const last = path.at(-1) ?? facts();
        if (isOpen(last)) {
          const end = stepCommand(last, { kind: 'due' }, Math.max(nowMs, EXPIRES_MS));
          expect(end).toBeDefined();
          expect(end && isOpen(end)).toBe(false);
        }
      }),
    );
  });

  it('one that nobody awaited any longer is not delivered afterwards', () => {
    const steps: [CommandStep, number][] = [
      [{ kind: 'sent', isConfirmed: false }, 0],
      [{ kind: 'unawaited' }, 0],
      [{ kind: 'delivered', via: 'http' }, 0],
      [{ kind: 'answered', isOk: true, message: null }, 0],
    ];
    expect(lived(steps).path.map(({ state }) => state)).toEqual(['queued', 'sent', 'sent', 'acknowledged']);
  });

  it('what it is never changes: id, device, name, value, who asked for it and when', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { id, deviceId, name, value, createdMs, createdBy, expiresMs } = facts();
        for (const one of lived(steps).path) {
          expect(one).toMatchObject({ id, deviceId, name, value, createdMs, createdBy, expiresMs });
          expect(one.message?.length ?? 0).toBeLessThanOrEqual(256);
        }
      }),
    );
  });
});

describe('a report', () => {
  const taken = facts({ state: 'delivered' });
  const shows = (command: CommandFacts, value: number | boolean | string) =>
    isEcho(command, new Map([['relay', value]]));

  it('shows that a command was done when it has its name and value, a switch as a number or not', () => {
    expect([shows(taken, 1), shows(taken, true), shows(taken, 0), shows(taken, '1')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(shows(facts({ state: 'delivered', value: 'auto' }), 'auto')).toBe(true);
    expect(isEcho(taken, new Map([['other', 1]]))).toBe(false);
  });

  it('shows nothing of one that the device cannot have, or that has no value', () => {
    for (const one of [facts(), facts({ state: 'sent' }), facts({ state: 'delivered', value: null })]) {
      expect(shows(one, 1)).toBe(false);
    }
    expect(shows(facts({ state: 'sent', isConfirmed: false }), 1)).toBe(true);
  });
});
