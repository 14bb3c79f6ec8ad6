/** The editor and the hub must agree on what a rule is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../../hub/domain/acl-rules.ts';
import { countRules, problemOf, problemsIn, rulesOf } from './rule-lines.ts';

const word = fc.constantFrom('topic', 'pattern', 'user', 'read', 'write', 'readwrite', 'deny', '#', 'a', 'a/b', '+/x');
const odd = fc.constantFrom(' ', '  ', '\t', 'a+', '#/a', '%c', '\u00a0', 'é', '\r', '\n', '\0', '');
const line = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, odd), { maxLength: 5 })
  .chain((words) => fc.constantFrom(words.join(' '), words.join(''), ` ${words.join(' ')} `));

describe('the rules editor', () => {
  it('refuses exactly the lines that the hub refuses', () => {
    fc.assert(
      fc.property(fc.oneof(line, fc.string()), (text) => {
        expect(problemOf(text) !== undefined).toBe(typeof parseLine(text) === 'string');
      }),
      { numRuns: 3000 },
    );
  });

  it('names the line and what is wrong in it', () => {
    expect(problemsIn('# mine\ntopic reed a\n\ntopic a+\ntopic')).toEqual([
      { line: 2, key: 'rules.wrongAccess', word: 'reed' },
      { line: 4, key: 'rules.wrongFilter', word: 'a+' },
      { line: 5, key: 'rules.wrongEmpty', word: 'topic' },
    ]);
  });

  it('sends what was typed without the empty end', () => {
    expect(rulesOf('# mine\n\ntopic a\n\n')).toEqual(['# mine', '', 'topic a']);
    expect(rulesOf('\n \n')).toEqual([]);
    expect(countRules('# mine\n\n topic a\n')).toBe(1);
  });
});
