import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../hub/contract/device.ts';
import { deviceOf } from './device.fixture.ts';
import { makeFleet } from './fleet.ts';

const device = (id: string, fields: Partial<Device> = {}): Device => deviceOf(id, { clientId: id, ...fields });
const delta = (devices: (Partial<Device> & { id: string })[], removed: string[] = []) => ({
  snapshot: false,
  devices,
  removed,
});

describe('fleet', () => {
  it('orders by name the way people count', () => {
    const fleet = makeFleet();
    fleet.replace([
      device('a', { name: 'Simon 10' }),
      device('b', { name: 'Simon 2' }),
      device('c', { name: 'atelier' }),
    ]);
    expect(fleet.ids.value).toEqual(['c', 'b', 'a']);
  });

  it('touches only the signal of the device that changed', () => {
    const fleet = makeFleet();
    fleet.replace([device('a'), device('b')]);
    let runsOfA = 0;
    let runsOfIds = 0;
    effect(() => {
      fleet.device('a').value;
      runsOfA += 1;
    });
    effect(() => {
      fleet.ids.value;
      runsOfIds += 1;
    });
    fleet.apply(delta([{ id: 'b', status: 'late' }]));
    expect([runsOfA, runsOfIds, fleet.device('b').value?.status]).toEqual([1, 1, 'late']);
  });

  it('keeps the fields a delta does not name', () => {
    const fleet = makeFleet();
    fleet.replace([device('a', { name: 'Salon', messages: 3 })]);
    fleet.apply(delta([{ id: 'a', messages: 4 }]));
    expect(fleet.device('a').value).toMatchObject({ name: 'Salon', messages: 4 });
  });

  it('lets a device come, be renamed and go while a page looks at it', () => {
    const fleet = makeFleet();
    const cell = fleet.device('b');
    expect(cell.value).toBeUndefined();
    fleet.replace([device('a')]);
    fleet.apply(delta([device('b')]));
    fleet.apply(delta([{ id: 'b', name: 'A first' }]));
    expect([fleet.ids.value, cell.value?.name]).toEqual([['a', 'b'], 'A first']);
    fleet.apply(delta([], ['b', 'unknown']));
    expect([fleet.ids.value, cell.value]).toEqual([['a'], undefined]);
  });

  it('tells a name only when it changes, whatever else the device says', () => {
    const fleet = makeFleet();
    const heard: string[] = [];
    const stop = fleet.name('a').subscribe((name) => heard.push(name));
    fleet.replace([device('a', { name: 'Salon' })]);
    fleet.apply(delta([{ id: 'a', messages: 7 }]));
    fleet.apply(delta([{ id: 'a', name: 'Cuisine' }]));
    stop();
    expect(heard).toEqual(['a', 'Salon', 'Cuisine']);
  });

  it('takes a snapshot at any time as the whole truth', () => {
    const fleet = makeFleet();
    fleet.replace([device('a'), device('b')]);
    fleet.apply({ snapshot: true, devices: [device('b', { status: 'offline' }), device('c')], removed: [] });
    expect(fleet.ids.value).toEqual(['b', 'c']);
    expect(fleet.counts.value).toEqual({ online: 1, late: 0, asleep: 0, offline: 1, never: 0 });
  });

  it('waits for the whole device before it shows one it only heard a change of', () => {
    const fleet = makeFleet();
    fleet.apply(delta([{ id: 'a', status: 'late' }]));
    expect(fleet.ids.value).toEqual([]);
  });
});
