/** Rows that an earlier version of the hub wrote. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { alertRow, eventRow } from '../../../tests/contract/event-rows.ts';
import { systemClock } from '../../lib/clock.ts';
import { openLevel } from './open.ts';

it('events and alerts of a hub that knew no codes are read as words that are nobody’s to translate', async () => {
  const level = new MemoryLevel<string, string>();
  const place = { dir: undefined, memory: () => level };
  const open = () => openLevel({ ...place, durability: 'commit', log: pino({ level: 'silent' }), clock: systemClock });
  const { store } = await open();
  await store.commit([store.events.put(eventRow()), store.alerts.put(alertRow())]);
  for await (const [key, text] of level.iterator()) {
    await level.put(key, text.replace(/"code":(null|"[\w-]+"),/, '').replace('"afterS":null,', ''));
  }
  const event = eventRow({ code: null });
  expect(await store.events.get('e1')).toEqual(event);
  expect((await store.events.list({ limit: 5 })).items).toEqual([event]);
  expect(await store.events.oldest(5)).toEqual([event]);
  const alert = alertRow({ code: null });
  expect(await store.alerts.get('a1')).toEqual(alert);
  expect((await store.alerts.list({ limit: 5 })).items).toEqual([alert]);
  expect(await store.alerts.standing(5)).toEqual([alert]);
  await store.close();
});
