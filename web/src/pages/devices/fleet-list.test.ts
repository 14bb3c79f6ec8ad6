/** The device list's decisions. */
import { describe, expect, it } from 'vitest';
import { deviceOf as device } from '../../state/device.fixture.ts';
import {
  countByStatus,
  DEFAULT_VIEW,
  type FleetView,
  keepOrder,
  matchesSearch,
  matchesView,
  queryOfView,
  sortedIds,
  viewFromQuery,
} from './fleet-list.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

describe('searching', () => {
  const simon = device('AABBCCDDEEFF', { name: 'Été', player: 'Léa', dialects: ['simon'], clientId: 'ESP32-Simon-1' });

  it('finds by name, player, dialect and client id without minding case or accents', () => {
    for (const q of ['ete', 'LEA', 'simon', 'esp32-simon', '']) expect(matchesSearch(simon, q)).toBe(true);
    expect(matchesSearch(simon, 'tasmota')).toBe(false);
  });

  it('finds a MAC typed with colons', () => {
    expect(matchesSearch(simon, 'aa:bb:cc')).toBe(true);
  });

  it('wants every word', () => {
    expect(matchesSearch(simon, 'lea simon')).toBe(true);
    expect(matchesSearch(simon, 'lea vending')).toBe(false);
  });

  it('is combined with the status', () => {
    expect(matchesView(simon, { ...DEFAULT_VIEW, status: 'offline' })).toBe(false);
    expect(matchesView(simon, { ...DEFAULT_VIEW, status: 'online', q: 'lea' })).toBe(true);
  });
});

describe('order', () => {
  const fleet = [
    device('b', { name: 'simon 10', lastSeenMs: 5, messages: 3, status: 'offline' }),
    device('a', { name: 'simon 9', lastSeenMs: 9, messages: 3, player: 'Zoé' }),
    device('c', { name: 'simon 1', lastSeenMs: null, messages: 8, player: 'Ali', status: 'late' }),
  ];
  const order = (view: Partial<FleetView>) => sortedIds(fleet, { ...DEFAULT_VIEW, ...view }, collator).join('');

  it('reads numbers in names as numbers', () => {
    expect(order({ sort: 'name' })).toBe('cab');
    expect(order({ sort: 'name', descending: true })).toBe('bac');
  });

  it('puts the most recently seen first and the never seen last', () => {
    expect(order({ sort: 'seen' })).toBe('abc');
  });

  it('puts devices without a player last', () => {
    expect(order({ sort: 'player' })).toBe('cab');
  });

  it('breaks ties by name, in both directions', () => {
    expect(order({ sort: 'messages' })).toBe('cab');
    expect(order({ sort: 'messages', descending: true })).toBe('abc');
  });

  it('puts the worst state first when status is turned around', () => {
    expect(order({ sort: 'status' })).toBe('acb');
    expect(order({ sort: 'status', descending: true })).toBe('bca');
  });

  it('never moves what is shown: new ones come last and gone ones leave', () => {
    expect(keepOrder(['c', 'a', 'b'], ['a', 'b', 'd', 'c'])).toEqual(['c', 'a', 'b', 'd']);
    expect(keepOrder(['c', 'a', 'b'], ['b'])).toEqual(['b']);
  });
});

describe('address bar', () => {
  it('carries search, status and sort there and back', () => {
    const view: FleetView = { q: 'salon', status: 'late', sort: 'seen', descending: true };
    const query = Object.entries(queryOfView(view)).flatMap(([key, value]) => (value ? [[key, value]] : []));
    expect(viewFromQuery(new URLSearchParams(query))).toEqual(view);
  });

  it('leaves out what is default and ignores nonsense', () => {
    expect(queryOfView(DEFAULT_VIEW)).toEqual({ q: undefined, status: undefined, sort: undefined });
    expect(viewFromQuery(new URLSearchParams('status=asleep&sort=weight'))).toEqual({
      ...DEFAULT_VIEW,
      status: 'asleep',
    });
  });
});

it('counts every state', () => {
  expect(countByStatus([device('a'), device('b', { status: 'never' })])).toEqual({
    online: 1,
    late: 0,
    asleep: 0,
    offline: 0,
    never: 1,
  });
});
