import { beforeEach, expect, it } from 'vitest';
import type { Refusal } from '../../../../hub/contract/refusal.ts';
import { en } from '../../i18n/en/catalog.ts';
import { fr } from '../../i18n/fr/catalog.ts';
import { use } from '../../i18n/language.ts';
import { whyOf } from './reasons.ts';

const refusal = (more: Partial<Refusal>): Refusal => ({
  ...{
    id: 'r',
    code: 'PUBLISH_FORBIDDEN',
    action: 'publish',
    title: '',
    hint: '',
    count: 1,
    firstAtMs: 0,
    lastAtMs: 0,
  },
  ...more,
});
const ofDevice = refusal({ rule: 'not-own', detail: 'Device "serre" publishes only under its own name.' });

beforeEach(() => use('fr', fr));

it('what a device may not do is said in the language of the reader', () => {
  expect(whyOf(ofDevice)).toEqual({ text: fr.messages['reason.notOwn'] });
  use('en', en);
  expect(whyOf(ofDevice)).toEqual({ text: en.messages['reason.notOwn'] });
});

it('what only says the title again is left out', () => {
  expect(whyOf(refusal({ code: 'PAYLOAD_NOT_JSON', detail: 'It is not valid JSON.' }))).toBeUndefined();
});

it('the line of a rule is not said twice', () => {
  const more = { account: 'z2m', rule: 'topic deny home/#', detail: 'Its rule says no.' };
  expect(whyOf(refusal(more))).toBeUndefined();
});

it('a field that is named only in English is marked as English', () => {
  const invalid = refusal({ code: 'PAYLOAD_INVALID', detail: 'v: must be a JSON object.' });
  expect(whyOf(invalid)).toEqual({ text: 'v: must be a JSON object.', lang: 'en' });
  use('en', en);
  expect(whyOf(invalid)).toEqual({ text: 'v: must be a JSON object.' });
});
