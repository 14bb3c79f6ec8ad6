import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALERT_CODES } from '../../../hub/contract/alert.ts';
import { EVENT_CODES } from '../../../hub/contract/event.ts';
import { en, messages } from './en/catalog.ts';
import { fr } from './fr/catalog.ts';
import { typographic } from './french.ts';
import { sentenceOf, t, use } from './language.ts';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const keys = Object.keys(messages);
const placeholders = (message: unknown): string =>
  [...new Set([...JSON.stringify(message).matchAll(/\{\w+\}/g)].map(([name]) => name))].sort().join();

beforeEach(() => use('en', en));

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(fr.messages).sort()).toEqual([...keys].sort());
  });

  it('have the same placeholders in every sentence', () => {
    const french = new Map<string, unknown>(Object.entries(fr.messages));
    const different = Object.entries(messages).filter(
      ([key, message]) => placeholders(message) !== placeholders(french.get(key)),
    );
    expect(different).toEqual([]);
  });

  it('have a sentence for everything that the hub says itself, and for nothing else', () => {
    const said = keys.filter((key) => key.startsWith('notice.')).sort();
    expect(said).toEqual([...EVENT_CODES, ...ALERT_CODES].map((code) => `notice.${code}`).sort());
  });

  it('say every colon themselves: it stands apart in French', () => {
    const glued = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\./.test(path))
      .filter((path) => readFileSync(`${SOURCES}/${path}`, 'utf8').includes('}: ${'));
    expect(glued).toEqual([]);
  });

  it('have no key that nothing says', () => {
    const text = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\./.test(path) && !/^i18n[\\/](?:en|fr)[\\/]/.test(path))
      .map((path) => readFileSync(`${SOURCES}/${path}`, 'utf8'))
      .join('\n');
    const said = new Set([...text.matchAll(/'([\w-]+\.[\w.-]+)'/g)].map(([, key]) => key));
    const families = [...text.matchAll(/`([\w.-]+)\$\{[^}]+\}([\w.-]*)`/g)].map(([, start = '', end = '']) => [
      start,
      end,
    ]);
    const unsaid = keys.filter(
      (key) =>
        !said.has(key) &&
        !families.some(([start = '', end = '']) => start.includes('.') && key.startsWith(start) && key.endsWith(end)),
    );
    expect(unsaid).toEqual([]);
  });

  it('leave no plain space before French high punctuation', () => {
    expect(JSON.stringify(fr).match(/[^ ]+ [;:!?»]/g)).toBeNull();
  });
});

describe('t', () => {
  it('fills placeholders and writes numbers in the language', () => {
    expect(t('link.version', { version: '1.0', uptime: '3 d' })).toBe('v1.0 · up 3 d');
    use('fr', fr);
    expect(t('sessions.othersRevoked', { count: 1200 })).toBe('1\u202f200 sessions sont terminées.');
  });

  it('chooses the plural form of the language', () => {
    expect([t('setup.arrived', { count: 0 }), t('setup.arrived', { count: 1 })]).toEqual([
      '0 devices are here',
      '1 device is here',
    ]);
    use('fr', fr);
    expect(t('setup.arrived', { count: 0 })).toBe('0 appareil est là');
  });

  it('knows the sentence of an error code', () => {
    expect(sentenceOf('LAST_OWNER')?.title).toBe('This is the last owner.');
    use('fr', fr);
    expect(sentenceOf('LAST_OWNER')?.title).toBe('C’est le dernier propriétaire.');
    expect(sentenceOf('NEVER_HEARD')).toBeUndefined();
  });
});

describe('typographic', () => {
  it('puts thin spaces where French wants them and nowhere else', () => {
    expect(typographic('Retirer « Léa » ? Oui : 10 s, 5 minutes')).toBe(
      'Retirer «\u202fLéa\u202f»\u202f? Oui\u202f: 10\u202fs, 5 minutes',
    );
    expect(typographic('http://a:1')).toBe('http://a:1');
  });
});
