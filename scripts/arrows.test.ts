/** The rules of the house, each shown by the smallest tree that breaks it. */
import { describe, expect, test } from 'vitest';
import { currentSizes, lowerRatchet } from './arrows/sizes.mjs';
import { readSource } from './arrows/source-file.mjs';
import { checkArrows } from './arrows.mjs';

const RATCHET = { fileCodeLines: 300, functionCodeLines: 60 };

/** The problems of a tree; every file gets its opening sentence. */
function problemsOf(tree: Record<string, string>): string[] {
  const texts = new Map(Object.entries(tree).map(([path, text]) => [path, `/** A file. */\n${text}\n`]));
  return checkArrows(texts, RATCHET).problems;
}

describe('layers', () => {
  test.each([
    ['main may start the app', 'hub/main.ts', "import { hub } from './app/hub.ts';"],
    ['app may know the store engine', 'hub/app/hub.ts', "import { open } from '../store/level/open.ts';"],
    [
      'a feature may use the store seam',
      'hub/features/simon/pair.ts',
      "import type { Store } from '../../store/store.ts';",
    ],
    [
      'a feature may use what all features share',
      'hub/features/simon/routes.ts',
      "import { personOf } from '../route.ts';",
    ],
    ['a feature may use its own files', 'hub/features/simon/routes.ts', "import { pair } from './pair.ts';"],
    ['the store engine may use its own files', 'hub/store/level/open.ts', "import { keys } from './keys.ts';"],
    ['contract may use typebox', 'hub/contract/score.ts', "import { Type } from 'typebox';"],
    [
      'the web app may use any contract type',
      'web/src/state/a.ts',
      "import type { Score } from '../../../hub/contract/score.ts';",
    ],
    [
      'the web app may use browser-safe values',
      'web/src/a.ts',
      "import { SCORE_MAX } from '../../hub/contract/limits.ts';",
    ],
    ['inline types are types', 'web/src/a.ts', "import { type Score } from '../../hub/contract/score.ts';"],
    ['tests may import anything', 'hub/lib/ids.test.ts', "import { hub } from '../app/hub.ts';"],
  ])('%s', (_, path, text) => {
    expect(problemsOf({ [path]: text })).toEqual([]);
  });

  test.each([
    [
      'lib looks up',
      'hub/lib/ids.ts',
      "import { topics } from '../contract/topics.ts';",
      'lib may not import contract',
    ],
    [
      'domain reads the store',
      'hub/domain/acl.ts',
      "import type { Store } from '../store/store.ts';",
      'domain may not import store',
    ],
    [
      'the store knows the domain',
      'hub/store/store.ts',
      "import { acl } from '../domain/acl.ts';",
      'store may not import domain',
    ],
    [
      'a feature knows the app',
      'hub/features/simon/a.ts',
      "import { config } from '../../app/config.ts';",
      'features may not import app',
    ],
    [
      'a feature knows another',
      'hub/features/simon/a.ts',
      "import { b } from '../users/b.ts';",
      'a feature never imports another',
    ],
    [
      'what features share knows one',
      'hub/features/route.ts',
      "import { b } from './users/b.ts';",
      'a feature never imports another',
    ],
    [
      'a feature knows the engine',
      'hub/features/simon/a.ts',
      "import { open } from '../../store/level/open.ts';",
      'only app may know',
    ],
    ['the seam knows the engine', 'hub/store/store.ts', "import { open } from './level/open.ts';", 'only app may know'],
    ['contract does I/O', 'hub/contract/score.ts', "import fs from 'node:fs';", 'typebox only'],
    ['a browser file imports', 'hub/contract/topics.ts', "import { Type } from 'typebox';", 'imports nothing'],
    ['domain uses Node', 'hub/domain/acl.ts', "import { join } from 'node:path';", 'domain is pure'],
    [
      'the hub uses a test helper',
      'hub/app/hub.ts',
      "import { until } from '../../tests/helpers/until.ts';",
      'outside hub/',
    ],
    [
      'the web app takes a schema',
      'web/src/a.ts',
      "import { Score } from '../../hub/contract/score.ts';",
      'import type',
    ],
    [
      'the web app takes it lazily',
      'web/src/a.ts',
      "const s = await import('../../hub/contract/score.ts');",
      'import type',
    ],
    ['the web app re-exports it', 'web/src/a.ts', "export * from '../../hub/contract/score.ts';", 'import type'],
    [
      'the web app enters the hub',
      'web/src/a.ts',
      "import type { Clock } from '../../hub/lib/clock.ts';",
      'nothing else of the hub',
    ],
    ['a stray folder', 'hub/services/a.ts', "import { b } from './b.ts';", 'in no layer'],
  ])('%s: refused', (_, path, text, why) => {
    const problems = problemsOf({ [path]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(why);
    expect(problems[0]).toContain(`${path}:2`);
  });
});

describe('sizes', () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `const a${index} = ${index};`).join('\n');

  test('a file over the ratchet is refused, comments and blanks not counted', () => {
    const comments = '// why\n\n'.repeat(30);
    expect(problemsOf({ 'hub/lib/a.ts': `${comments}${lines(300)}` })).toEqual([]);
    expect(problemsOf({ 'hub/lib/a.ts': lines(301) })).toEqual([
      'hub/lib/a.ts has 301 code lines; the ratchet stands at 300 and only falls',
    ]);
  });

  test('a file over 400 lines is refused whatever they hold', () => {
    expect(problemsOf({ 'hub/lib/a.ts': '// why\n'.repeat(400) })[0]).toContain('400 at most');
  });

  test('a long function is refused; the functions inside it count for themselves', () => {
    const inner = `const f = () => {\n${lines(40)}\n};`;
    expect(problemsOf({ 'hub/lib/a.ts': `function make() {\n${inner}\n${inner.replace('f ', 'g ')}\n}` })).toEqual([]);
    expect(problemsOf({ 'hub/lib/a.ts': `function make() {\n${lines(59)}\n}` })).toEqual([
      'hub/lib/a.ts:2 make has 61 code lines, 60 at most',
    ]);
  });

  test('the ratchet only falls', () => {
    const current = currentSizes([readSource('hub/lib/a.ts', lines(100))]);
    expect(current).toEqual({ fileCodeLines: 100, functionCodeLines: 0 });
    expect(lowerRatchet({ fileCodeLines: 90, functionCodeLines: 60 }, current)).toEqual({
      fileCodeLines: 90,
      functionCodeLines: 0,
    });
  });
});

describe('words', () => {
  test.each([
    ['a cast', 'hub/features/a/b.ts', 'const a = b as string;', 'casts with "as"'],
    ['an environment read', 'hub/features/a/b.ts', 'const a = process.env.HOME;', 'only reader'],
    ['an exit', 'hub/app/hub.ts', 'process.exit(1);', 'only hub/main.ts'],
    ['a print', 'hub/app/hub.ts', "console.log('hello');", 'use the logger'],
    ['chance', 'hub/features/a/b.ts', 'const a = Math.random();', 'random comes from'],
    ['the clock in domain', 'hub/domain/acl.ts', 'const a = new Date();', 'asks the clock'],
    ['a timer in domain', 'hub/domain/acl.ts', 'setTimeout(go, 5);', 'calls setTimeout'],
    ['a promise in domain', 'hub/domain/acl.ts', 'export async function f() {}', 'is async'],
    ['unfinished work', 'hub/lib/a.ts', `// TO${'DO'} later`, 'finish it'],
    ['a name that says nothing', 'hub/lib/utils.ts', 'export {};', 'name it after'],
    ['a name in camel case', 'hub/lib/myThing.ts', 'export {};', 'kebab-case'],
  ])('%s is refused', (_, path, text, why) => {
    const problems = problemsOf({ [path]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(why);
  });

  test('what only looks like it is let through', () => {
    const text = "const a = ['x'] as const;\nconst b = 'process.env is a word';\nconst at = new Date(0);\n// as any";
    expect(problemsOf({ 'hub/domain/acl.ts': text })).toEqual([]);
    expect(problemsOf({ 'hub/contract/api.ts': 'const a = b as string;' })).toEqual([]);
    expect(problemsOf({ 'hub/app/config.ts': 'const a = process.env;' })).toEqual([]);
  });

  test('a file without its opening sentence is refused', () => {
    const { problems } = checkArrows(new Map([['hub/lib/a.ts', 'export {};\n']]), RATCHET);
    expect(problems).toEqual(['hub/lib/a.ts: begin with one sentence saying what the file is']);
  });

  test('JSX text with an apostrophe is no string', () => {
    expect(problemsOf({ 'web/src/a.tsx': "export const A = () => <p>Don't process.exit</p>;" })).toEqual([]);
  });
});
