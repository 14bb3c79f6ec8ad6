/** $live/devices: the fleet and the waiting room, as changes. */
import type { Device, WaitingDevice } from '../../contract/device.ts';
import type { LiveDevices } from '../../contract/live.ts';
import { mayRole } from '../../contract/permissions.ts';
import type { Person } from '../../domain/principal.ts';
import { maySeeNetwork, waitingFor } from '../../domain/visibility.ts';
import type { Source } from './channel.ts';
import { type Change, changeOf, wholeDevice, withoutNetwork } from './device-patch.ts';

export interface FleetViews {
  /** Complete, as their owner sees them; what others may not see is left out here. */
  devices(): Device[];
  device(id: string): Device | undefined;
  waiting(): WaitingDevice[];
}

export class DevicesSource implements Source {
  readonly #views: FleetViews;
  /** What every watcher that is not behind has been shown; one per device. */
  readonly #shown = new Map<string, Device>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  #isWaitingChanged = false;

  constructor(views: FleetViews) {
    this.#views = views;
  }

  deviceChanged(id: string): void {
    this.#removed.delete(id);
    this.#changed.add(id);
  }

  deviceRemoved(id: string): void {
    this.#changed.delete(id);
    this.#removed.add(id);
  }

  waitingChanged(): void {
    this.#isWaitingChanged = true;
  }

  snapshot(): (person: Person) => string | undefined {
    const devices = this.#views.devices();
    // What is already shown stays: watchers of longer standing may still have to hear how it differs from now.
    for (const device of devices) if (!this.#shown.has(device.id)) this.#shown.set(device.id, device);
    const changes = devices.map(wholeDevice);
    return textsFor({ snapshot: true, changes, removed: [], waiting: this.#views.waiting() });
  }

  update(): (person: Person) => string | undefined {
    const changes: Change[] = [];
    for (const id of this.#changed) {
      const device = this.#views.device(id);
      const change = device && changeOf(this.#shown.get(id), device);
      if (device === undefined || change === undefined) continue;
      this.#shown.set(id, device);
      changes.push(change);
    }
    const removed = [...this.#removed];
    for (const id of removed) this.#shown.delete(id);
    const waiting = this.#isWaitingChanged ? this.#views.waiting() : undefined;
    this.#changed.clear();
    this.#removed.clear();
    this.#isWaitingChanged = false;
    return textsFor({ snapshot: false, changes, removed, waiting });
  }

  reset(): void {
    this.#shown.clear();
    this.#changed.clear();
    this.#removed.clear();
    this.#isWaitingChanged = false;
  }
}

interface News {
  readonly snapshot: boolean;
  readonly changes: readonly Change[];
  readonly removed: string[];
  readonly waiting: WaitingDevice[] | undefined;
}

/** Encoded once for all who may see the same; owners of a device that is part of the news see more than others. */
function textsFor(news: News): (person: Person) => string | undefined {
  const owners = new Set(news.changes.map((change) => change.owner));
  const texts = new Map<string, string | undefined>();
  return (person) => {
    const audience = audienceOf(person, owners);
    if (!texts.has(audience)) texts.set(audience, encode(news, person));
    return texts.get(audience);
  };
}

function audienceOf(person: Person, owners: ReadonlySet<string | null>): string {
  if (mayRole(person.role, 'devices.manage')) return 'all who manage';
  return owners.has(person.username) ? `owner ${person.username}` : 'others';
}

function encode({ snapshot, changes, removed, waiting }: News, person: Person): string | undefined {
  const devices = changes
    .map((change) => (maySeeNetwork(person, change.owner) ? change.patch : withoutNetwork(change)))
    .filter((patch) => patch !== undefined);
  if (!snapshot && devices.length === 0 && removed.length === 0 && waiting === undefined) return undefined;
  const message: LiveDevices = { snapshot, devices, removed };
  if (waiting !== undefined) message.waiting = waiting.map((one) => waitingFor(person, one));
  return JSON.stringify(message);
}
