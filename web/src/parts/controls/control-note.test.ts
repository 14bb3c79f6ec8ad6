import { beforeEach, expect, it } from 'vitest';
import { en } from '../../i18n/en/catalog.ts';
import { use } from '../../i18n/language.ts';
import { queuedText, unansweredText } from './control-note.tsx';

beforeEach(() => use('en', en));
const device: NonNullable<Parameters<typeof queuedText>[0]> = {
  id: 'serre',
  dialects: [],
  connected: false,
  status: 'offline',
  lastSeenMs: null,
  expectedIntervalMs: null,
};

it('a command that waits says for what: for the device to come back, to wake, or to subscribe', () => {
  expect(queuedText(undefined)).toBe('Queued: sent when the device is there');
  expect(queuedText(device)).toBe('Queued: sent when the device is there');
  expect(queuedText({ ...device, status: 'asleep' })).toBe('Queued: sent when it wakes');
  expect(queuedText({ ...device, status: 'online', connected: true })).toBe(
    'Queued: it is connected, but not subscribed to ruche/serre/cmd',
  );
  expect(queuedText({ ...device, connected: true, dialects: ['fajma'] })).toContain('fajma/esp32/commands');
});

it('silence is told apart from what was taken without a word', () => {
  expect(unansweredText('no-answer', 'Serre').replaceAll('\u202f', ' ')).toBe('No answer from Serre after 10 s.');
  expect(unansweredText('delivered', 'Serre')).toContain('Serre has it');
});
