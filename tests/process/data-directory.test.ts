/** Data directories that cannot be used: exit code 1 with a sentence that names what is wrong, and no harm done. */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { keyOf } from '../../hub/store/level/keys.ts';
import { logIn, setUpOwner } from '../helpers/api-client.ts';
import { makeSmallDisk } from '../helpers/small-disk.ts';
import { type Hub, type StartHubOptions, startHub } from '../helpers/start-hub.ts';
import { makePlace, type Ran, runRuche } from './run-ruche.ts';

const MIB = 1024 * 1024;
let place: Awaited<ReturnType<typeof makePlace>>;

/** A hub that is gone after the test, whatever becomes of the test. */
async function start(options: StartHubOptions): Promise<Hub> {
  const hub = await startHub(options);
  onTestFinished(() => hub.close());
  return hub;
}

beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => place?.remove());

function expectSentence(ran: Ran, ...words: (string | RegExp)[]): void {
  expect(ran.code).toBe(1);
  for (const word of words) expect(ran.err).toMatch(word);
  expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
}

/** A hub that has run on this directory once. */
async function used(name: string): Promise<string> {
  const dataDir = place.path(name);
  const hub = await start({ dataDir });
  await hub.stop();
  return dataDir;
}

describe('a data directory', () => {
  it('is made for its user alone, with the key', async () => {
    const dataDir = await used('new/nested');
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'hub.key'))).mode & 0o777).toBe(0o600);
  });

  it('in use by another hub is named, and that hub goes on unharmed', async () => {
    const first = await start({ dataDir: place.path('shared') });
    await setUpOwner(first);
    const before = await readFile(join(first.dataDir, 'hub.key'));
    const second = await runRuche(['start'], first.dataDir);
    expectSentence(second, new RegExp(`Another hub uses ${first.dataDir}`), 'RUCHE_DATA_DIR');
    expect((await logIn(first)).user.role).toBe('owner');
    expect(await readFile(join(first.dataDir, 'hub.key'))).toEqual(before);
    expect(await first.stop()).toBe(0);
  });

  it('of two hubs that start at once belongs to one of them, whose key stays', async () => {
    const dataDir = place.path('race');
    const attempts = await Promise.allSettled([start({ dataDir }), start({ dataDir })]);
    const started = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(started).toHaveLength(1);
    for (const hub of started) {
      const owner = await setUpOwner(hub);
      await hub.stop();
      await hub.restart();
      // The access token was signed with the key of the first run.
      expect((await owner.fetch('/api/v1/devices')).status).toBe(200);
      await hub.stop();
    }
  });

  it('that is a file is called one', async () => {
    const path = place.path('file');
    await writeFile(path, 'something else');
    expectSentence(await runRuche(['start'], path), path, /not a directory/);
    expect(await readFile(path, 'utf8')).toBe('something else');
  });

  it('that cannot be made is named', async () => {
    await writeFile(place.path('parent'), '');
    expectSentence(await runRuche(['start'], place.path('parent/data')), place.path('parent/data'));
  });

  it.for(['new', 'used'])('that is read-only and %s is called read-only', async (state, test) => {
    const isRoot = process.getuid?.() === 0;
    const disk = isRoot ? await makeSmallDisk(32 * MIB) : undefined;
    const dataDir = disk?.dir ?? place.path(`read-only-${state}`);
    // No rights bind root, and no disk can be mounted here.
    if (isRoot && disk === undefined) return test.skip();
    await mkdir(dataDir, { recursive: true });
    if (state === 'used') await (await start({ dataDir })).stop();
    await (disk?.makeReadOnly() ?? chmod(dataDir, 0o500));
    try {
      expectSentence(await runRuche(['start'], dataDir), dataDir, /read-only|may not write/);
    } finally {
      await (disk?.remove() ?? chmod(dataDir, 0o700));
    }
  });
});

describe('data that does not fit', () => {
  it('is left alone when a newer version of Ruche wrote it', async () => {
    const dataDir = await used('newer');
    const level = new Level(join(dataDir, 'store'));
    await level.put(keyOf('meta', 'schema'), '99');
    await level.close();
    expectSentence(await runRuche(['start'], dataDir), /version 99/, /Update Ruche/);
    await level.open();
    expect(await level.get(keyOf('meta', 'schema'))).toBe('99');
    await level.close();
  });

  it.each([
    { what: 'cut off', bytes: 7 },
    { what: 'empty', bytes: 0 },
  ])('is not opened with a key that is $what', async ({ what, bytes }) => {
    const dataDir = await used(`key-${what}`);
    const key = join(dataDir, 'hub.key');
    await writeFile(key, Buffer.alloc(bytes));
    expectSentence(await runRuche(['start'], dataDir), key, /damaged/, /backup/);
    expect((await readFile(key)).length).toBe(bytes);
    expect(await readdir(dataDir)).not.toContain('hub.key.new');
  });

  it('is not opened with a key that cannot be read', async () => {
    const dataDir = await used('key-is-folder');
    await rm(join(dataDir, 'hub.key'));
    await mkdir(join(dataDir, 'hub.key'));
    expectSentence(await runRuche(['start'], dataDir), join(dataDir, 'hub.key'));
  });

  it('is not opened without the key that its secrets need, until there is one', async () => {
    const hub = await start({ dataDir: place.path('key-lost') });
    const owner = await setUpOwner(hub);
    await owner.call('POST /api/v1/devices', { body: { id: 'bench-1' } });
    await hub.stop();
    const key = join(hub.dataDir, 'hub.key');
    const kept = await readFile(key);
    await rm(key);
    expectSentence(await runRuche(['start'], hub.dataDir), key, /missing/, /backup/, /umask 077; head -c 32/);
    expect(await readdir(hub.dataDir)).not.toContain('hub.key');
    await writeFile(key, kept, { mode: 0o600 });
    await hub.restart();
    expect((await owner.fetch('/api/v1/devices/bench-1')).status).toBe(200);
    await hub.stop();
  });

  it('gets a new key while nothing was locked with the old one', async () => {
    const hub = await start({ dataDir: place.path('key-unused') });
    await setUpOwner(hub);
    await hub.stop();
    await rm(join(hub.dataDir, 'hub.key'));
    await hub.restart();
    expect((await logIn(hub)).user.role).toBe('owner');
    await hub.stop();
  });
});
