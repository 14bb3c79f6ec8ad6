/** Every dialect against its own fixtures, and against what no device should say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../topic-filter.ts';
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';
import type { Dialect, Understood } from './dialect.ts';
import { announcementIn, bodyReader, DIALECTS, decode, decoderOf, isSharedDown, isSharedUp } from './dialects.ts';

const HOSTILE = [
  ...['', '{', '[]', 'null', '"x"', '{"device_id":5}', '{"device_id":"x","timestamp":{}}', '[[[[[]]]]]'],
  ...['{"__proto__":{"x":1},"device_id":"a"}', '{"v":{"__proto__":1}}', '{"deviceInfo":5}', '{"measurements":5}'],
  `{"device_id":"a","x":"${'y'.repeat(100_000)}"}`,
];

async function fixturesOf({ id }: Dialect): Promise<readonly DialectFixture[]> {
  const module: { fixtures?: readonly DialectFixture[] } = await import(`./${id}.fixture.ts`);
  return module.fixtures ?? [];
}

const isTopic = ({ door }: DialectFixture): boolean => !door.startsWith('POST ') && !door.startsWith('/');

function bytesOf({ says }: DialectFixture): Buffer {
  return Buffer.from(typeof says === 'string' ? says : JSON.stringify(says));
}

function understood(dialect: Dialect, fixture: DialectFixture): Understood {
  const { door, says, claimedId } = fixture;
  const answer = isTopic(fixture)
    ? dialect.decode(door, bytesOf(fixture), RECEIVED_MS)
    : bodyReader(dialect.id, door).read(says, { receivedMs: RECEIVED_MS, claimedId });
  if (answer === undefined || 'code' in answer) throw new Error(`not understood: ${JSON.stringify(answer)}`);
  return answer;
}

const readable = ({ reports }: Understood): object[] =>
  reports.map((report) => ('metrics' in report ? { ...report, metrics: Object.fromEntries(report.metrics) } : report));

describe.each(DIALECTS)('the dialect $id', (dialect) => {
  it('has fixtures for each of its topics and doors, and understands them', async () => {
    const fixtures = await fixturesOf(dialect);
    for (const fixture of fixtures) {
      const answer = understood(dialect, fixture);
      expect(readable(answer), fixture.what).toMatchObject(fixture.means);
      expect(answer.reports, fixture.what).toHaveLength(fixture.means.length);
      expect(answer.bad ?? [], fixture.what).toEqual(fixture.bad ?? []);
      if (isTopic(fixture)) {
        expect(decode(fixture.door, bytesOf(fixture), RECEIVED_MS), fixture.what).toMatchObject({
          dialect: dialect.id,
        });
      }
    }
    const doors = fixtures.map(({ door }) => door);
    for (const filter of dialect.topics.up)
      expect(
        doors.some((door) => matchesFilter(filter, door)),
        filter,
      ).toBe(true);
    for (const { door } of dialect.bodies ?? []) expect(doors).toContain(door);
  });

  it('says in a sentence what it is for', () => {
    expect(dialect.about).toMatch(/^[A-Z].{20,200}\.$/);
  });

  it('never throws over what strangers say, and names what is wrong', () => {
    for (const filter of dialect.topics.up) {
      const topic = filter.replaceAll('+', 'x');
      for (const text of HOSTILE) {
        const answer = dialect.decode(topic, Buffer.from(text), RECEIVED_MS);
        if (answer === undefined || 'reports' in answer) continue;
        expect(answer.detail.length, `${topic} ${text.slice(0, 40)}`).toBeGreaterThan(5);
      }
    }
    for (const { read } of dialect.bodies ?? []) {
      for (const text of HOSTILE.filter((one) => one.startsWith('[') || one.startsWith('{"'))) {
        const answer = read(JSON.parse(text), { receivedMs: RECEIVED_MS, claimedId: 'a' });
        if ('code' in answer) expect(answer.detail.length).toBeGreaterThan(5);
      }
    }
  });
});

/** The names dialects look for, with whatever somebody puts there. */
const anyFields = (): fc.Arbitrary<object> => {
  const names = [
    ...['device_id', 'type', 'timestamp', 'data', 'details', 'measurements', 'v', 'event_id', 'status', 'location'],
    ...['deviceInfo', 'object', 'rxInfo', 'fPort', 'end_device_ids', 'uplink_message', 'score', 'id', 'level'],
  ];
  const value = fc.oneof(fc.jsonValue(), fc.constant('a'), fc.constant(1_700_000_000));
  return fc.dictionary(fc.constantFrom(...names), value);
};

describe('whatever comes', () => {
  it('is read or named, and reports are what the store can keep', () => {
    const isKeepable = ({ reports }: Understood): boolean =>
      reports.every((report) => {
        const isDated = !('atMs' in report) || (Number.isInteger(report.atMs) && report.atMs >= 0);
        const isNamed = typeof report.claimedId === 'string';
        const metrics = 'metrics' in report ? [...report.metrics.values()] : [];
        return isDated && isNamed && metrics.every((one) => typeof one !== 'number' || Number.isFinite(one));
      });
    fc.assert(
      fc.property(anyFields(), (fields) => {
        for (const dialect of DIALECTS) {
          for (const filter of dialect.topics.up) {
            const bytes = Buffer.from(JSON.stringify(fields));
            const answer = dialect.decode(filter.replaceAll('+', 'x'), bytes, RECEIVED_MS);
            if (answer !== undefined && 'reports' in answer) expect(isKeepable(answer)).toBe(true);
          }
          for (const { read } of dialect.bodies ?? []) {
            const answer = read(fields, { receivedMs: RECEIVED_MS, claimedId: 'a' });
            if ('reports' in answer) expect(isKeepable(answer)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('which dialect', () => {
  const [simon] = DIALECTS;
  if (simon === undefined) throw new Error('no dialects');

  it('is asked only for topics that begin like one of its own', () => {
    const asked: string[] = [];
    const spy: Dialect = {
      ...simon,
      topics: { up: ['a/+', 'a/b/c'], down: [] },
      decode(topic) {
        asked.push(topic);
        return undefined;
      },
    };
    const decodeWith = decoderOf([spy]);
    for (const topic of ['a/x', 'b/x', 'a', 'ab/x', '__proto__/x', '']) decodeWith(topic, Buffer.alloc(0), 0);
    expect(asked).toEqual(['a/x', 'a']);
  });

  it('fails for itself alone', () => {
    const broken: Dialect = {
      ...simon,
      decode() {
        throw new TypeError('a mistake');
      },
    };
    expect(decoderOf([broken])('simon/scores', Buffer.alloc(0), 0)).toMatchObject({
      dialect: 'simon',
      failure: expect.any(TypeError),
    });
  });

  it('has topics that devices share', () => {
    for (const topic of ['simon/scores', 'fajma/esp32/alert', 'sensor/motion', 'sensor/anything']) {
      expect(isSharedUp(topic), topic).toBe(true);
    }
    for (const topic of [
      'simon/pair',
      'fajma/esp32/commands',
      'sensor/a/b',
      'sensor',
      'ruche/x/status',
      'v3/a/devices/b/up',
    ]) {
      expect(isSharedUp(topic), topic).toBe(false);
    }
    expect([isSharedDown('simon/pair'), isSharedDown('fajma/esp32/commands'), isSharedDown('sensor/x')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('tells who a stranger is, unless a network server speaks for it', async () => {
    for (const dialect of DIALECTS) {
      for (const fixture of (await fixturesOf(dialect)).filter(isTopic)) {
        const said = announcementIn(fixture.door, bytesOf(fixture), RECEIVED_MS);
        if (dialect.namedBy === 'gateway') expect(said, fixture.what).toBeUndefined();
        else expect(said, fixture.what).toMatchObject({ dialect: dialect.id });
      }
    }
    const bad = JSON.stringify({ device_id: 'a b', type: 'X' });
    expect(announcementIn('sensor/motion', Buffer.from(bad), RECEIVED_MS)).toBeUndefined();
  });
});

describe("somebody else's sensors", () => {
  it('cannot make the dialect fail with data that are nested too deeply', () => {
    const data = '['.repeat(7900) + ']'.repeat(7900);
    const payload = Buffer.from(`{"device_id":"d","type":"A","data":${data}}`);
    expect(decode('sensor/motion', payload, RECEIVED_MS)).toMatchObject({ decoded: { code: 'PAYLOAD_INVALID' } });
  });

  it("on sensor/<name> stay free: what is no event is nobody's", () => {
    for (const text of ['21.5', 'on', '{"value":21.5}', '{"device_id":"a"}']) {
      expect(decode('sensor/kitchen', Buffer.from(text), RECEIVED_MS), text).toBeUndefined();
      expect(decode('sensor/motion', Buffer.from(text), RECEIVED_MS), text).toMatchObject({
        decoded: { code: expect.any(String) },
      });
    }
  });
});
