/**
 * Enforces the layers, the sizes and the forbidden words. `node scripts/arrows.mjs`, in `npm run check`;
 * with `--write` it lowers the ratchet to today's maximum.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkLayers } from './arrows/layers.mjs';
import { checkSizes, currentSizes, lowerRatchet } from './arrows/sizes.mjs';
import { readSource } from './arrows/source-file.mjs';
import { checkWords, plainWords } from './arrows/words.mjs';
import { listFiles, ROOT, readText } from './repo-files.mjs';

/** @import { Ratchet } from './arrows/sizes.mjs' */

const SOURCE_FOLDERS = ['hub', 'web', 'scripts', 'tests'];
const SOURCE = /\.(ts|tsx|mjs|css)$/;
const PROSE = /\.(md|html|yml|yaml|ini|c|h|cpp)$/;
const RATCHET = 'scripts/ratchet.json';

/**
 * @param {ReadonlyMap<string, string>} texts path → text of every file to look at
 * @param {Ratchet} ratchet
 * @returns {{ problems: string[], sizes: Ratchet }}
 */
export function checkArrows(texts, ratchet) {
  const sources = [...texts].filter(([path]) => SOURCE.test(path)).map(([path, text]) => readSource(path, text));
  const prose = [...texts].filter(([path]) => PROSE.test(path));
  const problems = [
    ...sources.flatMap(checkLayers),
    ...checkSizes(sources, ratchet),
    ...sources.flatMap(checkWords),
    ...prose.flatMap(([path, text]) => plainWords(path, text)),
  ];
  return { problems, sizes: currentSizes(sources) };
}

/** @param {readonly string[]} argv */
function main(argv) {
  const paths = listFiles([...SOURCE_FOLDERS, 'docker', 'firmware', 'docs']);
  const documents = listFiles(['.']).filter((path) => !path.includes('/') && PROSE.test(path));
  const texts = new Map(
    [...paths, ...documents]
      .filter((path) => SOURCE.test(path) || PROSE.test(path))
      .map((path) => [path, readText(path)]),
  );
  /** @type {Ratchet} */
  const ratchet = JSON.parse(readText(RATCHET));
  const { problems, sizes } = checkArrows(texts, ratchet);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    process.exitCode = 1;
    return;
  }
  const kept = argv.includes('--write') ? lowerRatchet(ratchet, sizes) : ratchet;
  if (kept !== ratchet) writeFileSync(join(ROOT, RATCHET), `${JSON.stringify(kept, null, 2)}\n`);
  console.log(
    `arrows: ${texts.size} files; longest file ${sizes.fileCodeLines} code lines (ratchet ${kept.fileCodeLines}),` +
      ` longest function ${sizes.functionCodeLines}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
