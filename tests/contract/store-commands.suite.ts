/** What the store promises of commands, bulk commands, widgets and boards. */
import { describe, expect, it } from 'vitest';
import type { BoardRow, WidgetRow } from '../../hub/store/board-store.ts';
import type { BulkRow, CommandRow } from '../../hub/store/command-store.ts';
import type { Store } from '../../hub/store/store.ts';
import { deviceRow, T0 } from './store-rows.ts';

const commandRow = (command: Partial<CommandRow> = {}): CommandRow => ({
  id: 'c1',
  deviceId: 'd1',
  name: 'relay',
  value: true,
  state: 'queued',
  createdMs: T0,
  createdBy: 'Ada',
  expiresMs: T0 + 1000,
  sentMs: null,
  deliveredMs: null,
  endedMs: null,
  attempts: 0,
  via: null,
  isConfirmed: true,
  message: null,
  bulkId: null,
  ...command,
});
const bulkRow = (bulk: Partial<BulkRow> = {}): BulkRow => ({
  id: 'b1',
  name: 'relay',
  value: 'auto',
  createdMs: T0,
  createdBy: 'Ada',
  rows: [{ deviceId: 'd1', commandId: '', code: 'DEVICE_UNKNOWN', detail: 'no' }],
  ...bulk,
});
const widgetRow = (widget: Partial<WidgetRow> = {}): WidgetRow => ({
  id: 'w1',
  type: 'switch',
  name: 'Pump',
  deviceId: 'd1',
  metric: null,
  pin: 'v0',
  optionsJson: '{}',
  ownerId: null,
  createdMs: T0,
  ...widget,
});
const boardRow = (board: Partial<BoardRow> = {}): BoardRow => ({
  id: 'b1',
  name: 'Garden',
  shared: true,
  ownerId: 'u1',
  tilesJson: '[]',
  revision: 1,
  createdMs: T0,
  changedMs: T0,
  changedBy: 'Ada',
  ...board,
});
const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);

export function describeCommands(storeNow: () => Store): void {
  describe('commands', () => {
    it('are listed newest first, those of one device, a page at a time', async () => {
      const { commands, commit } = storeNow();
      const rows = ['c1', 'c2', 'c3'].map((id) => commandRow({ id }));
      await commit([...rows, commandRow({ id: 'c4', deviceId: 'd10' })].map((row) => commands.put(row)));
      const first = await commands.list('d1', { limit: 2 });
      expect(idsOf(first.items)).toEqual(['c3', 'c2']);
      expect(idsOf((await commands.list('d1', { limit: 2, cursor: first.nextCursor })).items)).toEqual(['c1']);
      expect(await commands.get('d1', 'c2')).toEqual(rows[1]);
      expect(await commands.get('d10', 'c2')).toBeUndefined();
    });

    it('are open until they have ended, by device, oldest first', async () => {
      const { commands, commit } = storeNow();
      const put = (...changes: Partial<CommandRow>[]) => commit(changes.map((one) => commands.put(commandRow(one))));
      await put({ id: 'c2', deviceId: 'd2' }, { id: 'c3' }, { id: 'c1' });
      expect(idsOf(await commands.open(10))).toEqual(['c1', 'c3', 'c2']);
      expect(idsOf(await commands.open(1))).toEqual(['c1']);
      await put({ id: 'c3', state: 'failed', endedMs: T0 }, { id: 'c1', state: 'sent', via: 'mqtt', sentMs: T0 });
      expect(idsOf(await commands.open(10))).toEqual(['c1', 'c2']);
      await commit([commands.remove('d1', 'c1')]);
      expect(idsOf(await commands.open(10))).toEqual(['c2']);
    });

    it('stay known when they ended without an answer of a device that may have had them, the newest of all', async () => {
      const { commands, commit } = storeNow();
      const put = (...changes: Partial<CommandRow>[]) => commit(changes.map((one) => commands.put(commandRow(one))));
      const over = { endedMs: T0 };
      await put(
        { ...over, id: 'c4', state: 'expired', attempts: 1 },
        { ...over, id: 'c2', state: 'delivered', deviceId: 'd0' },
        { ...over, id: 'c3', state: 'sent', deviceId: 'd2' },
        { ...over, id: 'c5', state: 'expired' },
        { ...over, id: 'c6', state: 'acknowledged', attempts: 1 },
        { ...over, id: 'c7', state: 'cancelled', attempts: 1 },
        { id: 'c8', state: 'delivered' },
      );
      expect(idsOf(await commands.unanswered(9)).sort()).toEqual(['c2', 'c3', 'c4']);
      expect(idsOf(await commands.unanswered(2)).sort()).toEqual(['c3', 'c4']);
      await put({ ...over, id: 'c4', state: 'acknowledged', attempts: 1 });
      await commit([commands.remove('d0', 'c2')]);
      expect(idsOf(await commands.unanswered(9))).toEqual(['c3']);
    });

    it('go with their device', async () => {
      const { commands, devices, commit } = storeNow();
      await commit([
        devices.put(deviceRow()),
        commands.put(commandRow()),
        commands.put(commandRow({ id: 'c2', state: 'expired', attempts: 1, endedMs: T0 })),
        commands.put(commandRow({ deviceId: 'd2' })),
      ]);
      await commit([devices.remove('d1')]);
      expect((await commands.list('d1', { limit: 9 })).items).toEqual([]);
      expect((await commands.open(9)).map(({ deviceId }) => deviceId)).toEqual(['d2']);
      expect(await commands.unanswered(9)).toEqual([]);
    });
  });

  describe('bulk commands', () => {
    it('are found by id, and named oldest first', async () => {
      const { bulks, commit } = storeNow();
      await commit([bulkRow({ id: 'x', createdMs: T0 + 1 }), bulkRow()].map((row) => bulks.put(row)));
      expect(await bulks.get('b1')).toEqual(bulkRow());
      expect(await bulks.oldest(5)).toEqual(['b1', 'x']);
      await commit([bulks.remove('b1')]);
      expect(await bulks.oldest(5)).toEqual(['x']);
    });
  });

  describe('widgets and boards', () => {
    it('are listed in the order they were made, and changed by putting them again', async () => {
      const { widgets, boards, commit } = storeNow();
      await commit([
        ...[widgetRow({ id: 'w0', createdMs: T0 + 1 }), widgetRow()].map((row) => widgets.put(row)),
        ...[boardRow({ id: 'a', createdMs: T0 + 1 }), boardRow()].map((row) => boards.put(row)),
      ]);
      await commit([widgets.put(widgetRow({ name: 'Well' })), boards.put(boardRow({ revision: 2 }))]);
      expect((await widgets.list({ limit: 9 })).items.map(({ name }) => name)).toEqual(['Well', 'Pump']);
      expect((await boards.list({ limit: 9 })).items.map(({ revision }) => revision)).toEqual([2, 1]);
      await commit([widgets.remove('w0'), boards.remove('a')]);
      expect(await widgets.get('w0')).toBeUndefined();
      expect(await boards.get('a')).toBeUndefined();
      expect([await widgets.get('w1'), await boards.get('b1')]).toMatchObject([{ pin: 'v0' }, { shared: true }]);
    });
  });
}
