import { beforeEach, expect, it } from 'vitest';
import { ALERT_CODES, type Alert } from '../../../../hub/contract/alert.ts';
import { EVENT_CODES, type Event } from '../../../../hub/contract/event.ts';
import { en } from '../../i18n/en/catalog.ts';
import { fr } from '../../i18n/fr/catalog.ts';
import { use } from '../../i18n/language.ts';
import { alertSentence, clearsWhen, eventSentence, ruleSentence, typeWords } from './alert-words.ts';

beforeEach(() => use('en', en));
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

const hot = { kind: 'threshold', metric: 'temperature', direction: 'above', limit: 28, forS: 300 } as const;
const alert: Alert = {
  ...{ id: 'a', ruleId: 'r', ruleName: '', kind: 'threshold', deviceId: 'Kitchen', metric: 'temperature' },
  ...{
    eventType: null,
    severity: 'warning',
    message: '',
    code: 'value-above',
    state: 'open',
    raisedMs: 1,
    lastMs: 1,
    count: 1,
  },
  ...{ value: 31.25, limit: 28, direction: 'above', afterS: null, ackedBy: null, ackedMs: null, note: null },
  ...{ snoozedUntilMs: null, clearedMs: null, clearedBecause: null },
};

it('a rule is a sentence', () => {
  expect(plain(ruleSentence({ ...hot, deviceId: 'Kitchen' }))).toBe('Kitchen temperature above 28 °C for 5 min');
  expect(plain(ruleSentence({ ...hot, deviceId: 'Kitchen' }, true))).toBe('Temperature above 28 °C for 5 min');
  expect(plain(ruleSentence({ ...hot, deviceId: null, forS: 0 }))).toBe('Temperature of any device above 28 °C');
  const stuffy = { ...hot, metric: 'co2', limit: 900, forS: 0, deviceId: 'Kitchen' } as const;
  expect(plain(ruleSentence(stuffy))).toBe('Kitchen CO₂ above 900 ppm');
  expect(plain(ruleSentence({ ...stuffy, metric: 'spo2', limit: 99, deviceId: null }))).toBe(
    'Oxygen of any device above 99 %',
  );
  expect(ruleSentence({ kind: 'event', deviceId: null, eventType: 'DOOR_OPEN' })).toBe('Any device reports Door open');
  expect(ruleSentence({ kind: 'no-data' })).toBe('Any device goes offline');
  expect(plain(ruleSentence({ kind: 'no-data', deviceId: 'Hall', afterS: 90 }))).toBe(
    'No data from Hall for 1 min 30 s',
  );
});

it('the same in French', () => {
  use('fr', fr);
  expect(plain(ruleSentence({ ...hot, deviceId: 'Cuisine' }))).toBe(
    'Cuisine : température au-dessus de 28 °C pendant 5 min',
  );
});

it('an alert says what is, and what will end it', () => {
  expect(plain(alertSentence(alert))).toBe('Temperature is 31.25 °C, above 28 °C');
  expect(plain(clearsWhen(alert, undefined))).toBe('over when below 28 °C');
  const silent = { ...alert, kind: 'no-data', code: 'metric-silent', value: null, afterS: 90 } as const;
  expect(plain(alertSentence(silent))).toBe('Temperature is not reported for more than 1 min 30 s');
  const intrusion = { kind: 'surveillance', code: 'intrusion', metric: null, eventType: 'MOTION_DETECTED' } as const;
  expect(alertSentence({ ...alert, ...intrusion })).toBe('Motion while surveillance is on');
});

const went: Event = {
  ...{ id: 'e', deviceId: 'hall', type: 'DEVICE_OFFLINE', severity: 'warning', message: 'The device is offline.' },
  ...{ code: 'went-offline', source: 'hub', topic: null, data: { status: 'offline', reason: 'last-will', sinceMs: 1 } },
  ...{ atMs: 1, receivedMs: 1, ackedBy: null, ackedMs: null, note: null },
};

it('an event of the hub is said in the language of the reader', () => {
  use('fr', fr);
  expect(eventSentence(went)).toBe('son dernier message (last will) a été publié');
  const armed = { mode: 'surveillance', by: 'lea', bySchedule: false };
  const changed = { ...went, code: 'mode-changed', message: 'lea set the mode to surveillance.' } as const;
  expect(eventSentence({ ...changed, data: armed })).toBe('Surveillance, lea');
  expect(eventSentence({ ...changed, data: { mode: 'active', by: null, bySchedule: true } })).toBe(
    'Actif, le calendrier',
  );
  expect(eventSentence({ ...changed, data: { mode: 'active', by: null, bySchedule: false } })).toBe('Actif, quelqu’un');
});

it('what a device said, and what an earlier hub wrote, is shown as it is', () => {
  use('fr', fr);
  expect(eventSentence({ ...went, code: null })).toBe('The device is offline.');
  expect(eventSentence({ ...went, code: null, message: null, source: 'pir' })).toBeNull();
  expect(alertSentence({ ...alert, code: null, message: 'temperature is 31, above 28.' })).toBe(
    'temperature is 31, above 28.',
  );
  expect(alertSentence({ ...alert, kind: 'event', code: null, eventType: 'FEVER', message: 'High' })).toBe(
    'Fever · High',
  );
});

it.each(Object.entries({ en, fr }))('every sentence of the hub is whole in %s', (name, catalog) => {
  use(name === 'fr' ? 'fr' : 'en', catalog);
  const fallback = 'in English';
  const sentences = [
    ...ALERT_CODES.map((code) => alertSentence({ ...alert, code, eventType: 'FEVER', afterS: 60, message: fallback })),
    ...EVENT_CODES.map((code) => {
      const data = { reason: 'silent', mode: 'active', by: 'lea', bySchedule: false };
      return eventSentence({ ...went, code, data, message: fallback });
    }),
  ];
  for (const sentence of sentences) expect(sentence).toMatch(/^(?!in English)[^{}]+$/);
});

it('types of events that nobody translated are written as words', () => {
  expect(['MOTION_DETECTED', 'motion_detected', 'WATER_DETECTED', 'fever', 'doorBell', '_'].map(typeWords)).toEqual([
    ...['Motion', 'Motion', 'Water detected', 'Fever', 'DoorBell', '_'],
  ]);
});
