import { describe, expect, it } from 'vitest';
import { simon } from './simon.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const MAC = 'AABBCCDDEEFF';
const decodeText = (topic: string, text: string) => simon.decode(topic, Buffer.from(text), NOW);
const decode = (topic: string, value: unknown) => decodeText(topic, JSON.stringify(value));
const score = (parts: object) => decode('simon/scores', { device_id: MAC, username: '', score: 7, ...parts });
const ack = (parts: object) =>
  decode('simon/pair/ack', { device_id: MAC, username: 'Ada', status: 'paired', ...parts });

describe('a client id of seed 0', () => {
  it.each([
    [`ESP32-Simon-${MAC}`, MAC],
    ['ESP32-Simon-aa:bb:cc:dd:ee:ff', 'aa:bb:cc:dd:ee:ff'],
  ])('%s names the device', (clientId, name) => {
    expect(simon.identify(clientId)).toBe(name);
  });

  it.each([MAC, 'ESP32-Simon-', 'ESP32-Simon-kitchen', `esp32-simon-${MAC}`, `ESP32-Simon-${MAC}0`, '__proto__'])(
    '%s does not',
    (clientId) => {
      expect(simon.identify(clientId)).toBeUndefined();
    },
  );
});

describe('a score', () => {
  it('is taken as the seed sends it', () => {
    expect(score({})).toEqual({ reports: [{ kind: 'score', claimedId: MAC, score: 7, eventId: undefined }] });
    expect(score({ score: 0 })).toMatchObject({ reports: [{ score: 0 }] });
    expect(score({ score: 32, username: 'Ada' })).toMatchObject({ reports: [{ score: 32 }] });
  });

  it('may do without a user name, and may carry an id of its own', () => {
    expect(decode('simon/scores', { device_id: MAC, score: 3 })).toMatchObject({ reports: [{ score: 3 }] });
    expect(score({ event_id: 'g-1' })).toMatchObject({ reports: [{ eventId: 'g-1' }] });
  });

  it.each([
    ['score', { score: 33 }],
    ['score', { score: -1 }],
    ['score', { score: 1.5 }],
    ['score', { score: '7' }],
    ['score', { score: null }],
    ['score', { score: undefined }],
    ['device_id', { device_id: '' }],
    ['device_id', { device_id: 5 }],
    ['device_id', { device_id: undefined }],
    ['device_id', { device_id: 'x'.repeat(65) }],
    ['username', { username: 5 }],
    ['event_id', { event_id: 'x'.repeat(65) }],
    ['event_id', { event_id: 1 }],
  ])('with a wrong %s is refused with the field named', (field, parts) => {
    const decoded = score(parts);
    expect(decoded).toMatchObject({ code: 'PAYLOAD_INVALID' });
    expect(decoded).toHaveProperty('detail', expect.stringMatching(new RegExp(`^${field}: `)));
  });
});

describe('an answer to pairing', () => {
  it('says who the device now plays for, or nobody', () => {
    const report = { kind: 'pairing-answer', claimedId: MAC, username: 'Ada' };
    expect(ack({})).toEqual({ reports: [report] });
    expect(ack({ username: '' })).toEqual({ reports: [{ ...report, username: '' }] });
  });

  it.each([{ status: 'ok' }, { status: undefined }, { username: undefined }, { device_id: '' }])(
    'like %j is refused',
    (parts) => {
      expect(ack(parts)).toMatchObject({ code: 'PAYLOAD_INVALID' });
    },
  );
});

describe('a payload', () => {
  it.each(['', '{', '{"device_id": ', 'hello', "{'a':1}"])('that is not JSON (%j) is refused as that', (text) => {
    expect(decodeText('simon/scores', text)).toMatchObject({ code: 'PAYLOAD_NOT_JSON' });
  });

  it('that is not UTF-8 is refused as not JSON', () => {
    expect(simon.decode('simon/scores', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), NOW)).toMatchObject({
      code: 'PAYLOAD_NOT_JSON',
    });
  });

  it.each(['[]', 'null', '"text"', '5', 'true'])('that is JSON but no object (%s) is refused', (text) => {
    expect(decodeText('simon/scores', text)).toMatchObject({ code: 'PAYLOAD_INVALID' });
  });

  it('of more than 1 KiB is refused before it is read', () => {
    const filler = 'x'.repeat(1000);
    expect(score({ filler })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(score({ filler: 'x'.repeat(800) })).toHaveProperty('reports');
  });

  it('cannot lend fields through names of the prototype', () => {
    const text = `{"__proto__":{"device_id":"${MAC}","score":7}}`;
    expect(decodeText('simon/scores', text)).toMatchObject({ code: 'PAYLOAD_INVALID' });
    expect(decode('simon/scores', { device_id: '__proto__', score: 1 })).toMatchObject({
      reports: [{ claimedId: '__proto__' }],
    });
  });

  it('on another topic is not for this dialect, the pairing itself included', () => {
    expect(decode('simon/pair', { device_id: MAC, username: 'Ada' })).toBeUndefined();
    expect(decode('simon/scores/x', {})).toBeUndefined();
    expect(decode('ruche/a/score', {})).toBeUndefined();
  });
});
