/** What the check of the documentation lets through, and what it names. */
import { describe, expect, test } from 'vitest';
import { checkDocument, foldersOf } from './docs.mjs';

const FILES = [
  'README.md',
  'package.json',
  'hub/README.md',
  'hub/main.ts',
  'hub/app/config.ts',
  'scripts/arrows.mjs',
  'docs/a.png',
];
const KNOWN = {
  scripts: new Set(['start', 'test', 'check']),
  commands: new Set(['start', 'config', 'simulate']),
  settings: new Set(['RUCHE_HTTP_PORT']),
  files: new Set(FILES),
  folders: foldersOf(FILES),
};
const HUB_README = '# The hub\n\n## The path of one message\n';

const problemsOf = (path: string, text: string): string[] => checkDocument(path, text, KNOWN, () => HUB_README);

test.each([
  ['npm scripts', 'Run `npm start`, `npm run check`, `npm ci`; npm passes it on.'],
  ['subcommands', '`ruche config` prints; the binary `ruche` too.'],
  ['settings', 'Set `RUCHE_HTTP_PORT=0`, or any `RUCHE_*`.'],
  ['files by name or path', '`config.ts` is `hub/app/config.ts`, in `hub/app/`.'],
  ['what is made by running', 'the folder `dist/hub/` and `./data`'],
  ['topics, routes and packages', '`simon/scores`, `/api/v1/devices`, `@fastify/jwt`, `application/problem+json`'],
  ['links, with anchors', '[a](hub/README.md#the-path-of-one-message) ![p](docs/a.png) [w](https://example.org/x)'],
  ['a map', '```\nhub/app/      composition\n```'],
])('%s that exist are let through', (_, text) => {
  expect(problemsOf('README.md', text)).toEqual([]);
});

test.each([
  ['`npm run fly -- --high`', 'package.json does not have'],
  ['use `ruche fly` now', 'the program does not have'],
  ['`RUCHE_FLY=1`', 'is no setting'],
  ['see `hub/app/fly.ts`', 'is not in the repository'],
  ['see `fly.ts`', 'is not in the repository'],
  ['```\nhub/fly/        composition', 'is not in the repository'],
  ['`node scripts/fly.mjs --write`', 'is not in the repository'],
  ['[a](hub/FLY.md)', 'does not exist'],
  ['[a](hub/README.md#fly)', 'no such heading'],
  ['<img src="docs/fly.png">', 'does not exist'],
])('%s is named', (text, why) => {
  const problems = problemsOf('README.md', `fine\n${text}`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^README\.md:[23] /);
  expect(problems[0]).toContain(why);
});

describe('paths', () => {
  test('may count from the document', () => {
    expect(problemsOf('hub/README.md', '`app/config.ts`, [up](../README.md)')).toEqual([]);
    expect(problemsOf('hub/README.md', '`app/fly.ts`')).toHaveLength(1);
  });
});

test('the first page stays one page', () => {
  expect(problemsOf('README.md', '\n'.repeat(150))).toHaveLength(1);
  expect(problemsOf('hub/README.md', '\n'.repeat(150))).toEqual([]);
});
