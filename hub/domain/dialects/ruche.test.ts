import { describe, expect, it } from 'vitest';
import type { Report } from '../report.ts';
import { ruche } from './ruche.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const decodeText = (kind: string, text: string) => ruche.decode(`ruche/serre/${kind}`, Buffer.from(text), NOW);
const decode = (kind: string, value: unknown) => decodeText(kind, JSON.stringify(value));

function only(decoded: ReturnType<typeof decode>): Report {
  if (decoded === undefined || !('reports' in decoded) || decoded.reports.length !== 1)
    throw new Error('not one report');
  const [report] = decoded.reports;
  if (report === undefined) throw new Error('no report');
  return report;
}
const refusal = (field: string) => ({ code: 'PAYLOAD_INVALID', detail: expect.stringContaining(field) });

describe('telemetry', () => {
  it('gives every metric with its value', () => {
    const report = only(decode('telemetry', { v: { temp: 21.5, open: false, mode: 'éco' }, seq: 4, boot: 'b1' }));
    const metrics = new Map<string, unknown>([
      ['temp', 21.5],
      ['open', false],
      ['mode', 'éco'],
    ]);
    expect(report).toEqual({ kind: 'readings', claimedId: 'serre', atMs: NOW, isDated: false, metrics });
  });

  it.each([
    ['its own time', { t: NOW / 1000 - 60 }, NOW - 60_000],
    ['its age', { age_ms: 60_000 }, NOW - 60_000],
    ['the time of reception when it has none', { t: 12 }, NOW],
  ])('has %s', (_what, parts, atMs) => {
    expect(only(decode('telemetry', { v: { temp: 1 }, ...parts }))).toMatchObject({ atMs });
  });

  it('skips a metric the sensor could not measure', () => {
    expect(only(decode('telemetry', { v: { temp: null, hum: 40 } }))).toMatchObject({
      metrics: new Map([['hum', 40]]),
    });
  });

  it('keeps names that are traps elsewhere as plain names', () => {
    const report = only(decodeText('telemetry', '{"v":{"__proto__":1,"constructor":2}}'));
    expect(report).toHaveProperty(
      'metrics',
      new Map([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
    );
  });

  it('holds 64 metrics and texts of 256 characters, and not more', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_none, at) => [`m${at}`, at]));
    expect(decode('telemetry', { v: many(64) })).toHaveProperty('reports');
    expect(decode('telemetry', { v: many(65) })).toMatchObject(refusal('64'));
    expect(decode('telemetry', { v: { text: 'x'.repeat(256) } })).toHaveProperty('reports');
    expect(decode('telemetry', { v: { text: 'x'.repeat(257) } })).toMatchObject(refusal('v.text'));
    expect(decode('telemetry', { v: { x: 'x'.repeat(33 * 1024) } })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    ['v', '{}'],
    ['v', '{"v":[]}'],
    ['v', '{"v":5}'],
    ['v.temp', '{"v":{"temp":[1]}}'],
    ['v.temp', '{"v":{"temp":{"c":1}}}'],
    ['v.temp', '{"v":{"temp":1e999}}'],
    ['names', '{"v":{"":1}}'],
    ['names', `{"v":{"${'m'.repeat(65)}":1}}`],
    ['names', '{"v":{"a\\u0000b":1}}'],
  ])('with a wrong %s (%s) is refused', (field, text) => {
    expect(decodeText('telemetry', text)).toMatchObject(refusal(field));
  });

  it('nested a thousand times over is refused, not followed', () => {
    expect(decodeText('telemetry', `${'['.repeat(30_000)}`)).toMatchObject({ code: 'PAYLOAD_NOT_JSON' });
    const deep = `{"v":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    expect(decodeText('telemetry', deep)).toMatchObject({ code: 'PAYLOAD_INVALID' });
  });
});

describe('a status', () => {
  it('is JSON with what it knows', () => {
    const report = only(decode('status', { status: 'online', uptime: 12.5, sleep_s: 600 }));
    expect(report).toEqual({ kind: 'heartbeat', claimedId: 'serre', status: 'online', uptimeS: 12.5, sleepS: 600 });
    expect(only(decode('status', { status: 'low battery' }))).toMatchObject({ sleepS: undefined, uptimeS: undefined });
  });

  it.each(['online', 'offline', 'Offline', ' online\n'])('may be the plain word %j', (word) => {
    expect(only(decodeText('status', word))).toMatchObject({ kind: 'heartbeat', status: word.trim().toLowerCase() });
  });

  it('of other plain words, or empty, is not JSON', () => {
    expect(decodeText('status', 'asleep')).toMatchObject({ code: 'PAYLOAD_NOT_JSON' });
    expect(decodeText('status', '')).toMatchObject({ code: 'PAYLOAD_NOT_JSON' });
  });

  it.each([
    ['status', {}],
    ['status', { status: 1 }],
    ['sleep_s', { status: 'online', sleep_s: -1 }],
    ['sleep_s', { status: 'online', sleep_s: '600' }],
    ['uptime', { status: 'online', uptime: 'long' }],
  ])('with a wrong %s is refused', (field, value) => {
    expect(decode('status', value)).toMatchObject(refusal(field));
  });
});

describe('a game', () => {
  it('tells its round while it goes on, and its score at the end', () => {
    expect(only(decode('score', { round: 5 }))).toEqual({ kind: 'round', claimedId: 'serre', round: 5 });
    expect(only(decode('score', { score: 4, event_id: 'g1' }))).toEqual({
      kind: 'score',
      claimedId: 'serre',
      score: 4,
      eventId: 'g1',
    });
  });

  it.each([{}, { round: 33 }, { round: '5' }, { score: 33 }, { score: '4', round: 4 }])(
    'like %j is refused',
    (value) => {
      expect(decode('score', value)).toMatchObject({ code: 'PAYLOAD_INVALID' });
    },
  );
});

describe('a topic', () => {
  it.each([
    'ruche/serre',
    'ruche/serre/cmd',
    'ruche/serre/config',
    'ruche/serre/status/x',
    'ruches/serre/status',
    'status',
  ])('%s is not for this dialect to read', (topic) => {
    expect(ruche.decode(topic, Buffer.from('{}'), NOW)).toBeUndefined();
  });

  it('without a device is refused', () => {
    expect(ruche.decode('ruche//status', Buffer.from('online'), NOW)).toMatchObject(refusal('device'));
    expect(ruche.decode(`ruche/${'x'.repeat(65)}/status`, Buffer.from('online'), NOW)).toMatchObject(refusal('device'));
  });
});

describe('a client id of our firmware', () => {
  it('names the device', () => {
    expect(ruche.identify('ruche-serre')).toBe('serre');
    expect(ruche.identify('ruche-')).toBeUndefined();
    expect(ruche.identify('ruche-a b')).toBeUndefined();
    expect(ruche.identify('serre')).toBeUndefined();
  });
});
