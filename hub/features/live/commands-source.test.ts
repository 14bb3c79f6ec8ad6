import { describe, expect, it } from 'vitest';
import type { Command } from '../../contract/command.ts';
import type { Person } from '../../domain/principal.ts';
import { COMMANDS_SHOWN_MAX, CommandsSource } from './commands-source.ts';

const ADA: Person = { kind: 'person', userId: 'u', username: 'ada', role: 'viewer', sessionId: 's' };
const command = (id: string, state: Command['state'] = 'queued'): Command => ({
  ...{ id, deviceId: 'pump', name: 'relay', value: 1, state, createdMs: 1, createdBy: 'ada', expiresMs: 2 },
  ...{ sentMs: null, deliveredMs: null, endedMs: null, attempts: 0, via: null, isConfirmed: true },
  ...{ message: null, bulkId: null },
});
const read = (textFor: (person: Person) => string | undefined) => {
  const text = textFor(ADA);
  return text === undefined ? undefined : JSON.parse(text);
};
const idsOf = (message: { snapshot: boolean; commands: Command[] } | undefined) =>
  message && [message.snapshot, ...message.commands.map(({ id, state }) => `${id} ${state}`)];

describe('the commands of a device', () => {
  it('are not shown before they were read, and then newest first, with what changed meanwhile', () => {
    const source = new CommandsSource();
    source.changed(command('c2', 'sent'));
    expect(read(source.snapshot())).toBeUndefined();
    expect(read(source.update())).toBeUndefined();
    source.load([command('c2'), command('c1')]);
    expect(idsOf(read(source.update()))).toEqual([true, 'c2 sent', 'c1 queued']);
    expect(read(source.update())).toBeUndefined();
  });

  it('go on with those that changed', () => {
    const source = new CommandsSource();
    source.load([command('c1')]);
    source.update();
    source.changed(command('c1', 'delivered'));
    source.changed(command('c2'));
    expect(idsOf(read(source.update()))).toEqual([false, 'c1 delivered', 'c2 queued']);
    expect(idsOf(read(source.snapshot()))).toEqual([true, 'c2 queued', 'c1 delivered']);
  });

  it('are bounded in number', () => {
    const source = new CommandsSource();
    source.load([]);
    for (let at = 0; at < 1000; at++) source.changed(command(`c${at}`));
    expect(read(source.snapshot()).commands).toHaveLength(COMMANDS_SHOWN_MAX);
  });
});
