/** What the store promises of events, alerts, their rules and the mode. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../hub/store/store.ts';
import { alertRow, alertRuleRow, eventRow, modeRow } from './event-rows.ts';
import { T0 } from './store-rows.ts';
import { everyPage } from './store-under-test.ts';

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);

export function describeEvents(storeNow: () => Store, reopen: () => Promise<Store>): void {
  describe('events', () => {
    const put = async (store: Store, ...rows: ReturnType<typeof eventRow>[]): Promise<void> =>
      store.commit(rows.map((row) => store.events.put(row)));

    it('come back as they were put, also with nothing but what is needed', async () => {
      const store = storeNow();
      const bare = eventRow({
        id: 'e2',
        deviceId: '',
        eventId: null,
        originalTimestamp: 'noon',
        dataJson: '',
        topic: null,
      });
      await put(store, eventRow(), bare);
      expect(await store.events.get('e1')).toEqual(eventRow());
      expect(await store.events.get('e2')).toEqual(bare);
      expect(await store.events.get('e3')).toBeUndefined();
    });

    it('are listed newest first, as they were received, page by page', async () => {
      const store = storeNow();
      await put(
        store,
        ...[3, 1, 2].map((at) => eventRow({ id: `e${at}`, atMs: T0 + at })),
        eventRow({ id: 'a9', atMs: T0, receivedMs: T0 + 2, seq: 1 }),
      );
      const rows = await everyPage((page) => store.events.list(page), 2);
      expect(idsOf(rows)).toEqual(['e3', 'a9', 'e2', 'e1']);
    });

    it('are filtered by device, severity, type without case, and time', async () => {
      const store = storeNow();
      await put(
        store,
        eventRow({ id: 'e1', atMs: T0 }),
        eventRow({ id: 'e2', atMs: T0 + 1, deviceId: 'd2' }),
        eventRow({ id: 'e3', atMs: T0 + 2, severity: 'critical', type: 'fever\nhigh' }),
        eventRow({ id: 'e4', atMs: T0 + 3, severity: 'warning', type: 'Fever' }),
      );
      const list = async (filter: Partial<Parameters<Store['events']['list']>[0]>) =>
        idsOf((await store.events.list({ limit: 10, ...filter })).items);
      expect(await list({ deviceId: 'd1' })).toEqual(['e4', 'e3', 'e1']);
      expect(await list({ deviceId: 'd' })).toEqual([]);
      expect(await list({ severities: ['warning', 'critical'] })).toEqual(['e4', 'e3']);
      expect(await list({ severities: [] })).toEqual([]);
      expect(await list({ type: 'FEVER\nHIGH' })).toEqual(['e3']);
      expect(await list({ type: 'motion_detected', deviceId: 'd1' })).toEqual(['e1']);
      expect(await list({ fromMs: T0 + 1, toMs: T0 + 3 })).toEqual(['e3', 'e2']);
      expect(await list({ deviceId: 'd1', fromMs: T0, toMs: T0 })).toEqual([]);
      // Told late: by when it happened, it belongs there.
      await put(store, eventRow({ id: 'e5', atMs: T0 + 1, receivedMs: T0 + 60_000 }));
      expect(await list({ fromMs: T0 + 1, toMs: T0 + 3 })).toEqual(['e5', 'e3', 'e2']);
      await store.commit([store.events.remove('e5')]);
      expect(idsOf(await everyPage((page) => store.events.list({ ...page, severities: ['info'] }), 1))).toEqual([
        'e2',
        'e1',
      ]);
    });

    it('are found oldest first, of everybody and of one device, and as marks', async () => {
      const store = storeNow();
      await put(
        store,
        eventRow({ id: 'e2', atMs: T0 + 2 }),
        eventRow({ id: 'e1', deviceId: '' }),
        eventRow({ id: 'e3', atMs: T0 + 3 }),
      );
      expect(idsOf(await store.events.oldest(2))).toEqual(['e1', 'e2']);
      expect(idsOf(await store.events.oldest(5, 'd1'))).toEqual(['e2', 'e3']);
      const marks = await everyPage((page) => store.events.marks(page), 2);
      expect(marks).toEqual([
        { id: 'e1', deviceId: '' },
        { id: 'e2', deviceId: 'd1' },
        { id: 'e3', deviceId: 'd1' },
      ]);
    });

    it('are one when put twice, and in no list when removed', async () => {
      const store = storeNow();
      await put(store, eventRow());
      await put(store, eventRow({ atMs: T0 + 7, severity: 'critical' }));
      expect((await store.events.list({ limit: 9 })).items).toEqual([eventRow({ atMs: T0 + 7, severity: 'critical' })]);
      await store.commit([store.events.remove('e1'), store.events.remove('never')]);
      expect((await store.events.list({ limit: 9 })).items).toEqual([]);
      expect((await store.events.list({ limit: 9, deviceId: 'd1' })).items).toEqual([]);
      expect((await store.events.marks({ limit: 9 })).items).toEqual([]);
    });
  });

  describe('alerts', () => {
    it('are listed newest first, by state and by device; those that stand are apart', async () => {
      const store = storeNow();
      const cleared = alertRow({
        id: 'a2',
        raisedMs: T0 + 1,
        state: 'cleared',
        clearedMs: T0 + 9,
        clearedBecause: 'recovered',
      });
      const acked = alertRow({
        id: 'a3',
        raisedMs: T0 + 2,
        state: 'acknowledged',
        deviceId: 'd2',
        ackedBy: 'Ada',
        ackedMs: T0,
      });
      await store.commit([alertRow(), cleared, acked].map((row) => store.alerts.put(row)));
      const list = async (filter: Partial<Parameters<Store['alerts']['list']>[0]>) =>
        idsOf((await store.alerts.list({ limit: 10, ...filter })).items);
      expect(await list({})).toEqual(['a3', 'a2', 'a1']);
      expect(await list({ states: ['open', 'acknowledged'] })).toEqual(['a3', 'a1']);
      expect(await list({ states: ['cleared'], deviceId: 'd1' })).toEqual(['a2']);
      expect(idsOf(await store.alerts.standing(10))).toEqual(['a1', 'a3']);
      expect(await store.alerts.oldestCleared(10)).toEqual([cleared]);
      await store.commit([
        store.alerts.put({ ...alertRow(), state: 'cleared', clearedMs: T0 + 3, clearedBecause: 'quiet' }),
      ]);
      expect(idsOf(await store.alerts.standing(10))).toEqual(['a3']);
      expect(idsOf(await store.alerts.oldestCleared(10))).toEqual(['a1', 'a2']);
      await store.commit([store.alerts.remove('a1')]);
      expect(await list({})).toEqual(['a3', 'a2']);
      expect(await store.alerts.get('a1')).toBeUndefined();
    });
  });

  describe('alert rules', () => {
    it('are listed in the order in which they were made, and stay where they are when changed', async () => {
      const store = storeNow();
      const rules = [alertRuleRow({ id: 'z' }), alertRuleRow({ id: 'b', createdMs: T0 + 1 })];
      await store.commit(rules.map((rule) => store.alertRules.put(rule)));
      await store.commit([store.alertRules.put(alertRuleRow({ id: 'z', enabled: false, changedMs: T0 + 5 }))]);
      expect((await store.alertRules.list({ limit: 9 })).items).toEqual([
        alertRuleRow({ id: 'z', enabled: false, changedMs: T0 + 5 }),
        alertRuleRow({ id: 'b', createdMs: T0 + 1 }),
      ]);
      await store.commit([store.alertRules.remove('z')]);
      expect(idsOf((await store.alertRules.list({ limit: 9 })).items)).toEqual(['b']);
    });
  });

  describe('the mode', () => {
    it('is absent until it is put, and is there after the store was opened again', async () => {
      expect(await storeNow().mode.get()).toBeUndefined();
      await storeNow().commit([storeNow().mode.put(modeRow())]);
      const store = await reopen();
      expect(await store.mode.get()).toEqual(modeRow());
    });

    it('is refused with a window that could not be read back', () => {
      const [window] = modeRow().windows;
      const windows = [{ ...window, days: [Number.NaN], from: '1', to: '2' }];
      expect(() => storeNow().mode.put(modeRow({ windows }))).toThrow(TypeError);
    });
  });
}
