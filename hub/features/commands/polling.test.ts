import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import { RucheError } from '../../contract/errors.ts';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { type Commands, createCommands } from './commands.ts';
import { type CommandsDeps, POLL_ECHO_MS } from './commands-deps.ts';

const OLGA: Person = { kind: 'person', userId: 'o', username: 'olga', role: 'operator', sessionId: 's' };
const LINK = { key: 'device:4:lamp:lamp' };

let clock: FakeClock;
let deps: CommandsDeps;
let commands: Commands;
let isFailing: boolean;
/** Whether it listens over MQTT as well; it acknowledges what it hears at once. */
let isListening: boolean;

beforeEach(async () => {
  clock = new FakeClock();
  isFailing = false;
  isListening = false;
  const log = pino({ level: 'silent' });
  const { store } = await openLevel({
    dir: undefined,
    memory: () => new MemoryLevel(),
    durability: 'commit',
    log,
    clock,
  });
  const commit: typeof store.commit = async (writes) => {
    if (isFailing) throw new RucheError('STORE_UNAVAILABLE');
    await store.commit(writes);
  };
  deps = {
    store: { commands: store.commands, bulks: store.bulks, commit },
    clock,
    log,
    devices: {
      find: (name) =>
        name === 'lamp'
          ? { id: 'lamp', ownerId: null, dialects: isListening ? ['ruche', 'thingsnxt'] : ['thingsnxt'] }
          : undefined,
      all: () => [],
      clientOf: () => (isListening ? LINK.key : undefined),
    },
    broker: {
      session: () => LINK,
      listens: () => 1,
      filters: () => [],
      async handOver(_message, to, writes) {
        await commit(writes);
        to.taken();
      },
    },
  };
  commands = await createCommands(deps);
});

const send = (name: string, value: number, ttlS?: number) =>
  commands.issue(OLGA, 'lamp', { name, value, ...(ttlS === undefined ? {} : { ttlS }) });
const stateOf = async ({ id }: { id: string }) => (await commands.get('lamp', id)).state;
/** The hub is started again. */
async function reload(): Promise<void> {
  commands.close();
  commands = await createCommands(deps);
}
/** What the device says, as ingest keeps it. */
async function report(values: Record<string, number>): Promise<void> {
  const metrics = new Map(Object.entries(values));
  const said: Report = { kind: 'readings', claimedId: 'lamp', atMs: clock.nowMs(), isDated: true, metrics };
  const accepted = { deviceId: 'lamp', report: said };
  await deps.store.commit(commands.writesFor(accepted, clock.nowMs()));
  commands.settle(accepted, true);
}

describe('a device that polls', () => {
  it('is answered what its pins should be, and that counts as delivered', async () => {
    const [led, fan] = [await send('v0', 1), await send('v1', 30)];
    expect(commands.pins('lamp')).toEqual({ v0: 1, v1: 30 });
    expect(await stateOf(led)).toBe('queued');
    expect(await commands.poll('lamp')).toEqual({ v0: 1, v1: 30 });
    expect([await stateOf(led), await stateOf(fan)]).toEqual(['delivered', 'delivered']);
    expect(await commands.get('lamp', led.id)).toMatchObject({ via: 'http', attempts: 0, isConfirmed: true });
  });

  it('is answered the same until its report shows it, also when a report that was under way says otherwise', async () => {
    const led = await send('v0', 1);
    await report({ v0: 0 });
    await commands.poll('lamp');
    await report({ v0: 0 });
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
    await report({ v0: 1 });
    expect(await stateOf(led)).toBe('acknowledged');
    expect(await commands.poll('lamp')).toEqual({});
  });

  it('is not told for ever what it does not take', async () => {
    const led = await send('v0', 1);
    await commands.poll('lamp');
    clock.advance(POLL_ECHO_MS);
    expect(await commands.poll('lamp')).toEqual({});
    expect(await stateOf(led)).toBe('delivered');
  });

  it('is told the newest of several values; the older ones are cancelled and say why', async () => {
    const sent = [await send('v0', 1), await send('v0', 0), await send('v0', 1)];
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
    expect(await Promise.all(sent.map(stateOf))).toEqual(['cancelled', 'cancelled', 'delivered']);
    expect(await commands.get('lamp', sent[0]?.id ?? '')).toMatchObject({ message: 'superseded' });
  });

  it('is told an older value no more when it has shown the newer one', async () => {
    const on = await send('v0', 1);
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
    const off = await send('v0', 0);
    expect(await commands.poll('lamp')).toEqual({ v0: 0 });
    await report({ v0: 0 });
    expect([await stateOf(on), await stateOf(off)]).toEqual(['delivered', 'acknowledged']);
    expect(await commands.get('lamp', on.id)).toMatchObject({ endedMs: expect.any(Number) });
    expect(commands.pins('lamp')).toEqual({});
    await reload();
    expect(await commands.poll('lamp')).toEqual({});
  });

  it('is told the newest value also when it was told that one before, and another one in between', async () => {
    for (const value of [1, 0, 1]) {
      await send('v0', value);
      expect(await commands.poll('lamp')).toEqual({ v0: value });
    }
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
    await reload();
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
  });

  it('is told an older value no more when it heard the newer one over MQTT', async () => {
    await send('v0', 1);
    await send('v1', 5);
    expect(await commands.poll('lamp')).toEqual({ v0: 1, v1: 5 });
    isListening = true;
    const off = await send('v0', 0);
    await until(async () => (await stateOf(off)) === 'delivered');
    expect(await commands.poll('lamp')).toEqual({ v1: 5 });
  });

  it('is told the older value again when the newer one could not be stored', async () => {
    await send('v0', 1);
    await commands.poll('lamp');
    isFailing = true;
    await expect(send('v0', 0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    isFailing = false;
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
  });

  it('is told the newest of several values also when the first answer could not be stored', async () => {
    await send('v0', 1);
    await send('v0', 0);
    isFailing = true;
    await expect(commands.poll('lamp')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    isFailing = false;
    expect(await commands.poll('lamp')).toEqual({ v0: 0 });
  });

  it('is told nothing whose time is over', async () => {
    const led = await send('v0', 1, 10);
    clock.advance(10_000);
    expect(await commands.poll('lamp')).toEqual({});
    await deps.store.commit([]);
    expect(await stateOf(led)).toBe('expired');
  });

  it('is told again when it could not be stored that it was told', async () => {
    const led = await send('v0', 1);
    isFailing = true;
    await expect(commands.poll('lamp')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    isFailing = false;
    expect(await stateOf(led)).toBe('queued');
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
  });

  it('finds what was asked for while the hub was away', async () => {
    await send('v0', 1);
    await reload();
    expect(await commands.poll('lamp')).toEqual({ v0: 1 });
  });

  it('cannot be given what it could not read', async () => {
    await expect(commands.issue(OLGA, 'lamp', { name: 'restart' })).rejects.toMatchObject({
      code: 'COMMAND_UNSUPPORTED',
    });
  });
});

describe('a store that fails', () => {
  it('loses no command that was answered, and keeps none that was not', async () => {
    isFailing = true;
    await expect(send('v0', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    isFailing = false;
    expect(commands.pins('lamp')).toEqual({});
    expect((await commands.list('lamp', { limit: 9 })).items).toEqual([]);
  });

  it('is given what happened meanwhile later', async () => {
    const led = await send('v0', 1, 1);
    isFailing = true;
    clock.advance(1000);
    await new Promise(setImmediate);
    isFailing = false;
    expect(await stateOf(led)).toBe('queued');
    clock.advance(1000);
    await deps.store.commit([]);
    expect(await stateOf(led)).toBe('expired');
  });
});
