/** Widgets: kept by themselves so that boards, pages and programs can name them, and set through them. */
import { RucheError } from '../../contract/errors.ts';
import { PAGE_LIMIT_MAX, WIDGETS_MAX, WIDGETS_PER_DEVICE_MAX, WIDGETS_PER_PERSON_MAX } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import type { Widget, WidgetPatch, WidgetSpec } from '../../contract/widget.ts';
import type { PinValue } from '../../domain/commands.ts';
import type { Person } from '../../domain/principal.ts';
import type { ReadingsReport } from '../../domain/report.ts';
import { isControl, stateOf, targetOf, whyNotWidget } from '../../domain/widgets.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { WidgetRow } from '../../store/board-store.ts';
import type { PageOf, PageRequest, Store, Write } from '../../store/store.ts';

/** A command that goes into the commit of the value it sets. */
export interface CommandDraft {
  readonly command: { readonly id: string; readonly state: string };
  readonly writes: readonly Write[];
  settle(isStored: boolean): void;
}

export interface WidgetsDeps {
  readonly store: Pick<Store, 'widgets' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly devices: { find(name: string): { readonly id: string } | undefined };
  usernameOf(userId: string): string | undefined;
  /** Throws NOT_YOURS, COMMAND_UNSUPPORTED, COMMANDS_FULL. */
  draft(person: Person, deviceId: string, command: { name: string; value: PinValue }): CommandDraft;
  /** The value is stored as the device's, with these writes. */
  note(noted: {
    deviceId: string;
    report: ReadingsReport;
    receivedMs: number;
    also: readonly Write[];
  }): Promise<unknown>;
}

export interface StateSet {
  readonly widget: Widget;
  readonly value: PinValue;
  readonly command: { readonly id: string; readonly state: string };
}

/** People who wait to make or change one. */
const WAITING_MAX = 100;

export async function createWidgets(deps: WidgetsDeps): Promise<Widgets> {
  const rows: WidgetRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.widgets.list({ limit: PAGE_LIMIT_MAX, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return new Widgets(deps, rows);
}

export class Widgets {
  readonly #deps: WidgetsDeps;
  readonly #rows: Map<string, WidgetRow>;
  readonly #changed = makeSlot<[]>((error) => this.#deps.log.error({ err: error }, 'a listener of widgets failed'));
  /** One was made, changed or removed, and that is stored. */
  readonly onChanged = this.#changed.slot;
  readonly #turnstile = makeTurnstile({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });

  constructor(deps: WidgetsDeps, rows: readonly WidgetRow[]) {
    this.#deps = deps;
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  /** Oldest first. */
  async list(page: PageRequest): Promise<PageOf<Widget>> {
    const { items, ...rest } = await this.#deps.store.widgets.list(page);
    return { ...rest, items: items.map((row) => this.#view(row)) };
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** What people call the pins of a device, by pin: the newest name counts. */
  pinNames(deviceId: string): ReadonlyMap<string, string> {
    const mine = [...this.#rows.values()].filter((row) => row.deviceId === deviceId);
    return new Map(mine.flatMap(({ pin, name }) => (pin === null ? [] : [[pin, name]])));
  }

  /** Throws WIDGET_INVALID, WIDGETS_FULL, WIDGETS_OWN_FULL, WIDGETS_DEVICE_FULL. */
  create(person: Person, spec: WidgetSpec): Promise<Widget> {
    return this.#turnstile(async () => {
      this.#mustHaveRoomFor(person);
      const made = { id: newId(), ownerId: person.userId, createdMs: this.#deps.clock.nowMs() };
      return this.#keepOn({ ...this.#fieldsOf(spec), ...made }, null);
    });
  }

  /** What is not named stays; a pin takes the place of a metric and the other way round. Throws WIDGET_… */
  change(person: Person, id: string, patch: WidgetPatch): Promise<Widget> {
    return this.#turnstile(async () => {
      const row = this.#owned(person, id);
      const { metric, pin, ...rest } = this.#view(row);
      const { type, name, deviceId, options } = rest;
      const isRetargeted = patch.pin !== undefined || patch.metric !== undefined;
      const kept = pin === undefined ? { ...(metric === undefined ? {} : { metric }) } : { pin };
      const target = isRetargeted ? {} : kept;
      const spec = { type, name, options, ...(deviceId === undefined ? {} : { deviceId }), ...target, ...patch };
      const made = { id, ownerId: row.ownerId, createdMs: row.createdMs };
      return this.#keepOn({ ...this.#fieldsOf(spec), ...made }, row.deviceId);
    });
  }

  /** Throws WIDGET_UNKNOWN, WIDGET_NOT_YOURS. */
  remove(person: Person, id: string): Promise<void> {
    return this.#turnstile(async () => {
      this.#owned(person, id);
      await this.#deps.store.commit([this.#deps.store.widgets.remove(id)]);
      this.#rows.delete(id);
      this.#changed.fire();
    });
  }

  /** The person is gone: what was theirs belongs to nobody. */
  release(userId: string): Promise<void> {
    return this.#turnstile(async () => {
      const theirs = [...this.#rows.values()].filter(({ ownerId }) => ownerId === userId);
      for (const row of theirs) await this.#keep({ ...row, ownerId: null });
    });
  }

  /**
   * Seed 3, S3-4: the value becomes the device's, and a command tells the device; both or neither are stored.
   * Throws WIDGET_UNKNOWN, WIDGET_NOT_YOURS, WIDGET_INVALID, and what `draft` throws.
   */
  async set(person: Person, id: string, state: PinValue): Promise<StateSet> {
    const widget = this.#view(this.#owned(person, id));
    const target = targetOf(widget);
    if (!isControl(widget.type) || target === undefined || widget.deviceId === undefined) {
      throw new RucheError('WIDGET_INVALID', `state: a ${widget.type} cannot be set.`);
    }
    const setting = stateOf(widget, state);
    if ('problem' in setting) throw new RucheError('WIDGET_INVALID', setting.problem);
    const { deviceId } = widget;
    const { value } = setting;
    const draft = this.#deps.draft(person, deviceId, { name: target, value });
    await this.#store(deviceId, { name: target, value }, draft);
    return { widget, value, command: draft.command };
  }

  async #store(
    deviceId: string,
    { name, value }: { name: string; value: PinValue },
    draft: CommandDraft,
  ): Promise<void> {
    const atMs = this.#deps.clock.nowMs();
    const metrics = new Map([[name, value]]);
    const report: ReadingsReport = { kind: 'readings', claimedId: deviceId, atMs, isDated: false, metrics };
    try {
      await this.#deps.note({ deviceId, report, receivedMs: atMs, also: draft.writes });
    } catch (error) {
      draft.settle(false);
      throw error;
    }
    draft.settle(true);
  }

  #mustHaveRoomFor(person: Person): void {
    if (this.#rows.size >= WIDGETS_MAX) throw new RucheError('WIDGETS_FULL');
    if (mayRole(person.role, 'widgets.manage')) return;
    const own = [...this.#rows.values()].filter(({ ownerId }) => ownerId === person.userId);
    if (own.length >= WIDGETS_PER_PERSON_MAX) throw new RucheError('WIDGETS_OWN_FULL');
  }

  /** Throws WIDGET_UNKNOWN, WIDGET_NOT_YOURS. */
  #owned(person: Person, id: string): WidgetRow {
    const row = this.#rows.get(id);
    if (row === undefined) throw new RucheError('WIDGET_UNKNOWN');
    if (row.ownerId !== person.userId && !mayRole(person.role, 'widgets.manage')) {
      throw new RucheError('WIDGET_NOT_YOURS');
    }
    return row;
  }

  /** `beforeId`: the device it was about until now. Throws WIDGETS_DEVICE_FULL. */
  #keepOn(row: WidgetRow, beforeId: string | null): Promise<Widget> {
    const { deviceId } = row;
    if (deviceId !== null && deviceId !== beforeId) {
      const others = [...this.#rows.values()].filter((other) => other.deviceId === deviceId);
      if (others.length >= WIDGETS_PER_DEVICE_MAX) throw new RucheError('WIDGETS_DEVICE_FULL');
    }
    return this.#keep(row);
  }

  async #keep(row: WidgetRow): Promise<Widget> {
    await this.#deps.store.commit([this.#deps.store.widgets.put(row)]);
    this.#rows.set(row.id, row);
    this.#changed.fire();
    return this.#view(row);
  }

  #fieldsOf(spec: WidgetSpec): Omit<WidgetRow, 'id' | 'ownerId' | 'createdMs'> {
    const problem = whyNotWidget(spec);
    if (problem !== undefined) throw new RucheError('WIDGET_INVALID', problem);
    const { type, name, deviceId, metric = null, pin = null, options = {} } = spec;
    const device = deviceId === undefined ? null : this.#deps.devices.find(deviceId);
    if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
    return { type, name, deviceId: device?.id ?? null, metric, pin, optionsJson: JSON.stringify(options) };
  }

  #view({ type, name, deviceId, metric, pin, optionsJson, ownerId, id, createdMs }: WidgetRow): Widget {
    return {
      id,
      type,
      name,
      ...(deviceId === null ? {} : { deviceId }),
      ...(metric === null ? {} : { metric }),
      ...(pin === null ? {} : { pin }),
      options: JSON.parse(optionsJson),
      owner: ownerId === null ? null : (this.#deps.usernameOf(ownerId) ?? null),
      createdMs,
    };
  }
}
