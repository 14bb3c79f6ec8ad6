import { describe, expect, it } from 'vitest';
import { decoderOf } from '../../domain/dialects/dialects.ts';
import { ruche } from '../../domain/dialects/ruche.ts';
import { MAC, person, SIMON_CLIENT } from '../devices/devices.fixture.ts';
import { DecoderFailures } from './decoder-failures.ts';
import { device, fail, setUp, values } from './ingest.fixture.ts';
import { Latest } from './latest.ts';

const HOUR_MS = 3_600_000;
const score = (deviceId: string) => ({ device_id: deviceId, username: '', score: 7 });

describe('what a device says', () => {
  it('is taken under each of its names, and stored by whoever keeps such reports', async () => {
    const { devices, accept, asked, extra, store } = await setUp();
    await devices.create({ id: MAC }, 'u');
    extra.push(store.latest.put(MAC, 1, [['x', 1]]));
    for (const name of [MAC, 'aa:bb:cc:dd:ee:ff', 'ESP32_x']) {
      const outcome = accept(device(MAC, 'ESP32_x'), 'simon/scores', score(name));
      expect(outcome).toMatchObject({ kind: 'taken', deviceId: MAC, reports: [{ deviceId: MAC }] });
      expect(outcome).toHaveProperty('writes', expect.arrayContaining(extra));
    }
    expect(asked.map(({ report }) => report.kind)).toEqual(['score', 'score', 'score']);
  });

  it('can be taken again when it is values that say their date, and the date is not long ago', async () => {
    const { devices, accept, clock } = await setUp();
    await devices.create({ id: MAC }, 'u');
    const nowMs = clock.nowMs();
    const isRepeatable = (parts: object): unknown => {
      const outcome = accept(device(MAC), `ruche/${MAC}/telemetry`, values({ temp: 1 }, parts));
      return outcome.kind === 'taken' ? outcome.isRepeatable : outcome;
    };
    expect([{ t: nowMs }, { t: nowMs - 12 * HOUR_MS + 1 }, { t: nowMs + HOUR_MS }].map(isRepeatable)).toEqual([
      true,
      true,
      true,
    ]);
    const others = [{}, { t: 5000 }, { age_ms: 5000 }, { t: nowMs - 12 * HOUR_MS }, { t: nowMs + 25 * HOUR_MS }];
    expect(others.map(isRepeatable)).toEqual(others.map(() => false));
    // Another value of the same time has another place, and would take this one after a restart.
    const [first, second] = [1, 2].map((temp) =>
      accept(device(MAC), `ruche/${MAC}/telemetry`, values({ temp }, { t: nowMs })),
    );
    expect([first, second]).toMatchObject([{ isRepeatable: true }, { isRepeatable: false }]);
    expect(accept(device(MAC), 'simon/scores', score(MAC))).toMatchObject({ isRepeatable: false });
  });

  it('is told to others only after it was stored', async () => {
    const { devices, ingest, accept, commit } = await setUp();
    await devices.create({ id: MAC }, 'u');
    const heard: string[] = [];
    ingest.onCommitted((accepted) => heard.push(...accepted.map(({ report }) => report.kind)));
    const outcome = accept(device(MAC), 'simon/scores', score(MAC));
    expect(heard).toEqual([]);
    await commit(outcome);
    expect(heard).toEqual(['score']);
  });

  it('is told to nobody when it could not be stored, and whoever counted on it learns so', async () => {
    const { devices, ingest, accept, endings } = await setUp();
    await devices.create({ id: MAC }, 'u');
    let told = 0;
    ingest.onCommitted(() => {
      told += 1;
    });
    ingest.settled(accept(device(MAC), 'simon/scores', score(MAC)), false);
    ingest.settled(accept(device(MAC), 'kitchen/lamp', 'on'), true);
    expect(told).toBe(0);
    expect(endings).toEqual(['score not stored']);
  });

  it('is refused when it speaks for another device', async () => {
    const { devices, accept } = await setUp();
    await devices.create({ id: MAC }, 'u');
    for (const [topic, payload] of [
      ['simon/scores', score('001122334455')],
      ['ruche/other/telemetry', values({ temp: 1 })],
      ['ruche/other/status', 'offline'],
    ] as const) {
      const outcome = accept(device(MAC), topic, payload);
      expect(outcome).toMatchObject({ kind: 'refused', code: 'DEVICE_MISMATCH', deviceId: MAC });
    }
  });

  it('is refused with the reason when it cannot be understood', async () => {
    const { devices, accept } = await setUp();
    await devices.create({ id: MAC }, 'u');
    const refuse = (payload: unknown) => accept(device(MAC), 'simon/scores', payload);
    expect(refuse('{')).toMatchObject({ kind: 'refused', code: 'PAYLOAD_NOT_JSON', deviceId: MAC });
    const wrong = { kind: 'refused', code: 'PAYLOAD_INVALID', detail: expect.stringContaining('score') };
    expect(refuse({ device_id: MAC, score: '7' })).toMatchObject(wrong);
    expect(refuse('x'.repeat(2000))).toMatchObject({ kind: 'refused', code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is refused when the device was deleted a moment ago', async () => {
    const { accept } = await setUp();
    expect(accept(device(MAC), 'simon/scores', score(MAC))).toMatchObject({ kind: 'refused', code: 'DEVICE_UNKNOWN' });
  });

  it('on a topic of no dialect is passed on as it is', async () => {
    const { devices, accept } = await setUp();
    await devices.create({ id: MAC }, 'u');
    for (const topic of ['kitchen/lamp', `ruche/${MAC}/cmd`, 'simon/pair']) {
      expect(accept(device(MAC), topic, 'anything')).toEqual({ kind: 'pass' });
    }
  });
});

describe('who is no device', () => {
  it('waits, and nothing it says is taken on any topic', async () => {
    const { accept, connect, asked } = await setUp();
    const { principal } = connect(SIMON_CLIENT);
    for (const topic of ['simon/scores', 'kitchen/lamp', `ruche/${MAC}/status`]) {
      expect(accept(principal, topic, score(MAC))).toMatchObject({ kind: 'refused', code: 'PUBLISH_WAITING' });
    }
    expect(asked).toEqual([]);
  });

  it('is a person, and cannot speak for a device, but for themselves', async () => {
    const { devices, accept } = await setUp();
    await devices.create({ id: MAC }, 'id-of-ada');
    const ada = person('ada', 'owner');
    expect(accept(ada, 'simon/scores', score(MAC))).toMatchObject({ kind: 'refused', code: 'DEVICE_MISMATCH' });
    expect(accept(ada, 'simon/scores', '{')).toMatchObject({ kind: 'refused', code: 'DEVICE_MISMATCH' });
    expect(accept(ada, 'kitchen/lamp', 'on')).toEqual({ kind: 'pass' });
    expect(accept(ada, 'simon/pair', '{}')).toEqual({ kind: 'pass' });
  });
});

describe('in open mode', () => {
  it('a payload makes the device it names, in the same commit', async () => {
    const { devices, connect, accept, commit, store } = await setUp({ anonymous: 'open' });
    const { principal } = connect(SIMON_CLIENT);
    const outcome = accept(principal, 'simon/scores', score('aa:bb:cc:dd:ee:ff'), SIMON_CLIENT);
    await commit(outcome);
    expect(await store.devices.get(MAC)).toMatchObject({ id: MAC, dialects: ['simon'], ownerId: null });
    expect(devices.view(MAC)).toMatchObject({ status: 'online', connected: true, clientId: SIMON_CLIENT });
  });

  it('a gateway speaks for many, whose presence follows their messages', async () => {
    const { devices, connect, accept } = await setUp({ anonymous: 'open' });
    const { principal } = connect('gateway');
    for (const id of ['a', 'b']) accept(principal, `ruche/${id}/telemetry`, values({ temp: 1 }), 'gateway');
    expect(devices.view('a')).toMatchObject({ status: 'online', reason: 'rhythm', connected: false });
    expect(devices.view('b')).toMatchObject({ status: 'online', reason: 'rhythm', connected: false });
  });

  it('nobody speaks for a device that has a token, and nobody makes ids that are none', async () => {
    const { devices, connect, accept } = await setUp({ anonymous: 'open' });
    await devices.create({ id: MAC }, 'u');
    const { principal } = connect('c');
    const refuse = (id: string) => accept(principal, 'simon/scores', score(id));
    expect(refuse(MAC)).toMatchObject({ kind: 'refused', code: 'CREDENTIALS_REQUIRED' });
    expect(refuse('a b')).toMatchObject({ kind: 'refused', code: 'DEVICE_ID_INVALID' });
    expect(refuse('waiting')).toMatchObject({ kind: 'refused', code: 'DEVICE_ID_INVALID' });
  });
});

describe('an empty retained message, which takes back what was retained', () => {
  it('passes on topics of dialects, and nothing is kept of it', async () => {
    const { devices, connect, clear, asked } = await setUp({ anonymous: 'open' });
    await devices.create({ id: MAC }, 'u');
    const { principal } = connect('c');
    expect(clear(device(MAC), `ruche/${MAC}/telemetry`)).toEqual({ kind: 'pass' });
    for (const topic of ['ruche/x/telemetry', 'sensor/motion', 'simon/scores', 'kitchen/lamp']) {
      expect(clear(principal, topic)).toEqual({ kind: 'pass' });
    }
    expect(asked).toEqual([]);
  });

  it('is refused from whoever may not speak there', async () => {
    const { devices, connect, clear } = await setUp({ anonymous: 'open' });
    await devices.create({ id: MAC }, 'u');
    const refusals = [
      clear(device(MAC), 'sensor/motion'),
      clear(device(MAC), 'simon/scores'),
      clear(person('ada', 'owner'), `ruche/${MAC}/telemetry`),
      clear(connect('c').principal, `ruche/${MAC}/telemetry`),
    ];
    const mismatch = { kind: 'refused', code: 'DEVICE_MISMATCH' };
    const needsToken = { kind: 'refused', code: 'CREDENTIALS_REQUIRED' };
    expect(refusals).toMatchObject([mismatch, mismatch, mismatch, needsToken]);
  });
});

describe('the latest values', () => {
  const serre = device('serre');
  async function withSerre() {
    const test = await setUp();
    await test.devices.create({ id: 'serre' }, 'u');
    const say = (payload: object) => test.commit(test.accept(serre, 'ruche/serre/telemetry', payload));
    return { ...test, say };
  }

  it('are one per metric, with the time the device means', async () => {
    const { say, latest, clock } = await withSerre();
    await say(values({ temp: 20, open: true }));
    await say(values({ temp: 21 }, { age_ms: 0 }));
    expect(await latest.list('serre')).toEqual([
      { metric: 'open', value: true, atMs: clock.nowMs() },
      { metric: 'temp', value: 21, atMs: clock.nowMs() },
    ]);
  });

  it('are not replaced by older ones that come late, also after a restart', async () => {
    const { say, latest, store, clock } = await withSerre();
    await say(values({ temp: 21 }));
    await say(values({ temp: 5 }, { age_ms: 60_000 }));
    expect(await latest.list('serre')).toMatchObject([{ value: 21 }]);
    const reloaded = new Latest(store, fail);
    await reloaded.load(['serre', 'nobody']);
    const late = {
      kind: 'readings',
      claimedId: 'serre',
      atMs: clock.nowMs() - 1,
      isDated: true,
      metrics: new Map([['temp', 5]]),
    } as const;
    expect(reloaded.writesFor({ deviceId: 'serre', report: late }, clock.nowMs())).toEqual([]);
    const newer = { ...late, atMs: clock.nowMs() };
    expect(reloaded.writesFor({ deviceId: 'serre', report: newer }, clock.nowMs())).toHaveLength(1);
  });

  it('go on when the clock of the device was hours ahead and is put right', async () => {
    const { say, latest, clock } = await withSerre();
    await say(values({ temp: 21 }, { t: clock.nowMs() + 2 * 3_600_000 }));
    await say(values({ temp: 22 }, { t: clock.nowMs() }));
    expect(latest.values('serre')).toMatchObject([{ value: 22 }]);
    await say(values({ temp: 5 }, { t: clock.nowMs() - 60_000 }));
    expect(latest.values('serre')).toMatchObject([{ value: 22 }]);
  });

  it('go on when the clock of the hub is set back', async () => {
    const { say, latest, clock } = await withSerre();
    await say(values({ temp: 21 }));
    clock.jump(-3 * 366 * 86_400_000);
    await say(values({ temp: 22 }));
    expect(await latest.list('serre')).toEqual([{ metric: 'temp', value: 22, atMs: clock.nowMs() }]);
    expect(latest.values('serre')).toMatchObject([{ value: 22 }]);
    await say(values({ temp: 5 }, { age_ms: 60_000 }));
    expect(latest.values('serre')).toMatchObject([{ value: 22 }]);
  });

  it('are as if nothing had been said when it was not stored', async () => {
    const { say, accept, ingest, latest, clock } = await withSerre();
    await say(values({ temp: 21 }));
    const said = values({ temp: 22, open: true }, { t: clock.nowMs() + 60_000 });
    ingest.settled(accept(serre, 'ruche/serre/telemetry', said), false);
    await say(values({ temp: 23 }));
    expect(await latest.list('serre')).toMatchObject([{ metric: 'temp', value: 23 }]);
  });

  it('are kept for at most 256 metrics of a device, and somebody is told of more', async () => {
    const { say, latest, clock } = await withSerre();
    const told: string[] = [];
    latest.onTooManyMetrics(({ code, deviceId, detail }) => void told.push(`${code} ${deviceId}: ${detail}`));
    for (let message = 0; message < 5; message++) {
      const names = Array.from({ length: 60 }, (_none, at) => [`m${message}-${at}`, at]);
      await say(values(Object.fromEntries(names)));
    }
    expect(await latest.list('serre')).toHaveLength(256);
    const sentence = 'METRICS_TOO_MANY serre: "m4-16" is not stored: serre has 256 metrics already.';
    expect(told).toEqual([sentence]);
    clock.advance(60_000);
    await say(values({ 'm4-16': 1 }));
    expect(told).toEqual([sentence, sentence]);
    await say(values({ 'm0-0': 999 }));
    expect((await latest.list('serre')).find(({ metric }) => metric === 'm0-0')?.value).toBe(999);
  });
});

describe('a dialect that fails', () => {
  const broken = { ...ruche, decode: () => Reflect.get(Object(undefined), 'x').y };

  it('does not stop the message from being delivered, and is counted, and logged once per device and minute', async () => {
    const { devices, accept, failures, clock } = await setUp({ decode: decoderOf([broken]) });
    await devices.create({ id: MAC }, 'u');
    expect(accept(device(MAC), `ruche/${MAC}/telemetry`, values({ temp: 1 }))).toEqual({ kind: 'pass' });
    expect(failures).toMatchObject([{ dialect: 'ruche', speaker: MAC, error: expect.any(TypeError) }]);
    const logged: object[] = [];
    const log = { info: () => {}, warn: () => {}, error: (fields: object) => void logged.push(fields) };
    const kept = new DecoderFailures(clock, log);
    const [failure] = failures;
    if (failure === undefined) throw new Error('nothing failed');
    for (let again = 0; again < 5; again++) kept.add(failure);
    kept.add({ ...failure, speaker: 'another' });
    expect(logged).toHaveLength(2);
    clock.advance(60_000);
    kept.add(failure);
    expect(logged).toHaveLength(3);
    expect(kept.counts).toEqual(new Map([['ruche', 7]]));
  });
});
