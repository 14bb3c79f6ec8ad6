import { beforeEach, expect, it } from 'vitest';
import type { Alert } from '../../../../hub/contract/alert.ts';
import { en } from '../../i18n/en/catalog.ts';
import { fr } from '../../i18n/fr/catalog.ts';
import { use } from '../../i18n/language.ts';
import { alertSentence, clearsWhen, ruleSentence, typeWords } from './alert-words.ts';

beforeEach(() => use('en', en));
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

const hot = { kind: 'threshold', metric: 'temperature', direction: 'above', limit: 28, forS: 300 } as const;
const alert: Alert = {
  ...{ id: 'a', ruleId: 'r', ruleName: '', kind: 'threshold', deviceId: 'Kitchen', metric: 'temperature' },
  ...{ eventType: null, severity: 'warning', message: '', state: 'open', raisedMs: 1, lastMs: 1, count: 1 },
  ...{ value: 31.25, limit: 28, direction: 'above', ackedBy: null, ackedMs: null, note: null },
  ...{ snoozedUntilMs: null, clearedMs: null, clearedBecause: null },
};

it('a rule is a sentence', () => {
  expect(plain(ruleSentence({ ...hot, deviceId: 'Kitchen' }))).toBe('Kitchen temperature above 28 °C for 5 min');
  expect(plain(ruleSentence({ ...hot, deviceId: 'Kitchen' }, true))).toBe('Temperature above 28 °C for 5 min');
  expect(plain(ruleSentence({ ...hot, deviceId: null, forS: 0 }))).toBe('Temperature of any device above 28 °C');
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
  expect(alertSentence({ ...alert, kind: 'surveillance', metric: null, eventType: 'MOTION_DETECTED' })).toBe(
    'Motion while surveillance is on',
  );
});

it('types of events that nobody translated are written as words', () => {
  expect(['MOTION_DETECTED', 'motion_detected', 'WATER_DETECTED', 'fever', 'doorBell', '_'].map(typeWords)).toEqual([
    ...['Motion', 'Motion', 'Water detected', 'Fever', 'DoorBell', '_'],
  ]);
});
