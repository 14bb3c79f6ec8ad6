/** The map behind the fleet: applies snapshots and deltas to one signal per device. No I/O, so it is tested alone. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Device, DeviceStatus } from '../../../hub/contract/device.ts';
import type { LiveDevices } from '../../../hub/contract/live.ts';

export type StatusCounts = Readonly<Record<DeviceStatus, number>>;

export interface Fleet {
  /** Ids in order of name; changes only when a device comes, goes or is renamed. */
  readonly ids: ReadonlySignal<readonly string[]>;
  readonly counts: ReadonlySignal<StatusCounts>;
  /** The device's signal, also before it is known. */
  device(id: string): ReadonlySignal<Device | undefined>;
  /** What the device is called, its id until that is known: does not change with everything the device says. */
  name(id: string): ReadonlySignal<string>;
  replace(devices: readonly Device[]): void;
  apply(message: LiveDevices): void;
  put(device: Device): void;
  clear(): void;
}

export function makeFleet(): Fleet {
  const cells = new Map<string, Signal<Device | undefined>>();
  const names = new Map<string, ReadonlySignal<string>>();
  const ids = signal<readonly string[]>([]);
  const cellOf = (id: string): Signal<Device | undefined> => {
    const known = cells.get(id);
    if (known !== undefined) return known;
    const fresh: Signal<Device | undefined> = signal<Device | undefined>(undefined);
    cells.set(id, fresh);
    return fresh;
  };

  const nameOf = (id: string): ReadonlySignal<string> => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const cell = cellOf(id);
    const fresh = computed(() => cell.value?.name ?? id);
    names.set(id, fresh);
    return fresh;
  };

  function merge(change: Partial<Device> & { id: string }): boolean {
    const cell = cellOf(change.id);
    const before = cell.peek();
    const after = before === undefined ? change : { ...before, ...change };
    if (!isWhole(after)) return false; // a delta of a device whose snapshot is still on its way
    cell.value = after;
    return before === undefined || before.name !== after.name;
  }

  function drop(id: string): boolean {
    const cell = cells.get(id);
    if (cell === undefined || cell.peek() === undefined) return false;
    cell.value = undefined; // the cell stays: a page may be looking at it
    return true;
  }

  function sortIds(): void {
    const known = [...cells].flatMap(([id, cell]) => {
      const device = cell.peek();
      return device === undefined ? [] : [{ id, name: device.name }];
    });
    known.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.id < b.id ? -1 : 1));
    ids.value = known.map(({ id }) => id);
  }

  function replace(devices: readonly (Partial<Device> & { id: string })[]): void {
    batch(() => {
      const kept = new Set(devices.map(({ id }) => id));
      for (const id of cells.keys()) if (!kept.has(id)) drop(id);
      for (const device of devices) merge(device);
      sortIds();
    });
  }

  return {
    ids,
    counts: computed(() => countStatuses(ids.value.map((id) => cellOf(id).value))),
    device: cellOf,
    name: nameOf,
    replace,
    apply(message) {
      if (message.snapshot) {
        replace(message.devices);
        return;
      }
      batch(() => {
        let isListChanged = false;
        for (const change of message.devices) isListChanged = merge(change) || isListChanged;
        for (const id of message.removed) isListChanged = drop(id) || isListChanged;
        if (isListChanged) sortIds();
      });
    },
    put(device) {
      batch(() => {
        if (merge(device)) sortIds();
      });
    },
    clear: () => replace([]),
  };
}

function countStatuses(devices: readonly (Device | undefined)[]): StatusCounts {
  const counts = { online: 0, late: 0, asleep: 0, offline: 0, never: 0 };
  for (const device of devices) if (device !== undefined) counts[device.status] += 1;
  return counts;
}

function isWhole(device: Partial<Device>): device is Device {
  return device.name !== undefined && device.status !== undefined && device.pulse !== undefined;
}
