import { expect, it } from 'vitest';
import type { Command } from '../../../hub/contract/command.ts';
import { withCommands } from './device-commands.ts';

const command = (id: string, createdMs: number, state: Command['state']): Command => ({
  ...{ id, deviceId: 'lamp', name: 'v0', value: 1, state, createdMs, createdBy: 'owner', expiresMs: 1e6 },
  ...{ sentMs: null, deliveredMs: null, endedMs: null, attempts: 0, via: null, isConfirmed: true },
  ...{ message: null, bulkId: null },
});
const told = (commands: readonly Command[]) => commands.map(({ id, state }) => `${id} ${state}`);

it('commands are kept newest first, each as it is now; a snapshot replaces them', () => {
  const known = [command('c1', 1, 'sent')];
  const commands = [command('c2', 2, 'queued'), command('c1', 1, 'acknowledged'), command('c3', 2, 'queued')];
  expect(told(withCommands(known, { snapshot: false, commands }))).toEqual([
    'c3 queued',
    'c2 queued',
    'c1 acknowledged',
  ]);
  expect(told(withCommands(known, { snapshot: true, commands: [] }))).toEqual([]);
});
