/** Documentation that cannot go stale unseen: every command, setting, path and link it names exists. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HUB_MAIN } from './hub-process.mjs';
import { listFiles, ROOT, readText } from './repo-files.mjs';

/**
 * @typedef {object} Known what documents may name
 * @property {ReadonlySet<string>} scripts of package.json
 * @property {ReadonlySet<string>} commands of `ruche`
 * @property {ReadonlySet<string>} settings `RUCHE_…`
 * @property {ReadonlySet<string>} files of the repository
 * @property {ReadonlySet<string>} folders that hold them
 */

const README_LINES_MAX = 150;
/** npm's own words, which need no script. */
const NPM_WORDS = new Set(['ci', 'install', 'run', 'audit', 'outdated']);
/** Made by running, so not in the repository. */
const MADE_FOLDERS = /^(dist|data|node_modules)(\/|$)/;
/** Bare names of kinds that are ours alone; a `scores.json` may be somebody else's. */
const FILE_NAME = /^[\w-][\w.-]*\.(ts|tsx|mjs|md)$/;
const PATH = /^\.?[\w-]+(\/[\w.@-]*)+$/;

/**
 * @param {string} path
 * @param {string} text
 * @param {Known} known
 * @param {(path: string) => string} read other documents, for the anchors of links
 * @returns {string[]}
 */
export function checkDocument(path, text, known, read) {
  const lines = text.split('\n');
  let isFenced = false;
  const problems = lines.flatMap((line, index) => {
    if (line.startsWith('```')) isFenced = !isFenced;
    const code = isFenced ? [line] : [...line.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');
    return [
      ...code.flatMap((piece) => commandProblems(piece, known)),
      ...settingProblems(line, known),
      ...code.flatMap((piece) => pathProblems(path, piece, known)),
      ...linkProblems(path, line, known, read),
    ].map((problem) => `${path}:${index + 1} ${problem}`);
  });
  if (path === 'README.md' && lines.length > README_LINES_MAX) {
    problems.push(`README.md has ${lines.length} lines, ${README_LINES_MAX} at most: move something behind a link`);
  }
  return problems;
}

/**
 * @param {string} code a quoted piece, or a line of a fenced block
 * @param {Known} known
 */
function commandProblems(code, known) {
  const problems = [];
  const [, isRun, name] = /^\s*(?:\$ )?npm (run )?([a-z][\w:-]*)/.exec(code) ?? [];
  if (name !== undefined && !known.scripts.has(name) && !(isRun === undefined && NPM_WORDS.has(name))) {
    problems.push(`names "npm ${isRun ?? ''}${name}", which package.json does not have`);
  }
  const [, command] = /^\s*(?:\$ )?(?:ruche|node dist\/hub\/main\.js) ([a-z]+)/.exec(code) ?? [];
  if (command !== undefined && !known.commands.has(command)) {
    problems.push(`names "ruche ${command}", which the program does not have`);
  }
  const script = /^\s*(?:\$ )?node ([\w./-]+)/.exec(code)?.[1];
  if (script !== undefined && !MADE_FOLDERS.test(script) && !known.files.has(script)) {
    problems.push(`runs ${script}, which is not in the repository`);
  }
  return problems;
}

/**
 * @param {string} line
 * @param {Known} known
 */
const settingProblems = (line, known) =>
  [...line.matchAll(/\bRUCHE_[A-Z0-9_]*[A-Z0-9]\b/g)].flatMap(([name]) =>
    known.settings.has(name) ? [] : [`names ${name}, which is no setting`],
  );

/**
 * A quoted word that looks like a file of this repository; in a fenced block, the first word of a line of a map.
 * @param {string} document
 * @param {string} code
 * @param {Known} known
 */
function pathProblems(document, code, known) {
  const word = /^\S+(?=\s{2,}|$)/.exec(code)?.[0] ?? '';
  if (!FILE_NAME.test(word) && !PATH.test(word)) return [];
  return isKnownPath(document, word, known) ? [] : [`names ${word}, which is not in the repository`];
}

/**
 * Paths count from the root or from the document. One that starts with no folder of ours is a topic, a route, a package.
 * @param {string} document
 * @param {string} word
 * @param {Known} known
 */
function isKnownPath(document, word, known) {
  if (MADE_FOLDERS.test(word)) return true;
  const path = word.replace(/^\.\//, '').replace(/\/$/, '');
  if (FILE_NAME.test(path)) return [...known.files].some((file) => posix.basename(file) === path);
  const ours = ['.', posix.dirname(document)].filter((base) =>
    known.folders.has(posix.join(base, path.split('/')[0] ?? '')),
  );
  return ours.length === 0 || ours.some((base) => exists(posix.join(base, path), known));
}

/**
 * @param {string} path
 * @param {Known} known
 */
const exists = (path, known) => known.files.has(path) || known.folders.has(path);

/**
 * @param {string} document
 * @param {string} line
 * @param {Known} known
 * @param {(path: string) => string} read
 */
function linkProblems(document, line, known, read) {
  const targets = [
    ...[...line.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map((found) => found[1] ?? ''),
    ...[...line.matchAll(/(?:src|srcset|href)="([^"\s]+)"/g)].map((found) => found[1] ?? ''),
  ];
  return targets.flatMap((target) => {
    if (/^[a-z]+:/.test(target)) return []; // another site, which is not asked
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? document : posix.join(posix.dirname(document), file).replace(/\/$/, '');
    if (!exists(path, known)) return [`links to ${target}, which does not exist`];
    if (anchor === undefined || !path.endsWith('.md')) return [];
    return anchorsOf(read(path)).has(anchor) ? [] : [`links to ${target}, but ${path} has no such heading`];
  });
}

/**
 * As code hosts make them: lower case, without marks, spaces as hyphens.
 * @param {string} text
 */
const anchorsOf = (text) =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map((found) =>
      (found[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** @returns {Known} */
function readKnown() {
  if (!existsSync(HUB_MAIN)) throw new Error('dist/hub/main.js is missing: run "npm run build" first');
  const files = listFiles(['.']);
  const sources = files.filter((path) => /^(scripts|tests)\/.*\.(ts|mjs)$/.test(path)).map((path) => readText(path));
  const settings = [help('start'), ...sources].flatMap((text) => text.match(/\bRUCHE_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []);
  const commands = [...help().matchAll(/^ {2}([a-z]+)\s/gm)].map((found) => found[1] ?? '');
  return {
    scripts: new Set(Object.keys(JSON.parse(readText('package.json')).scripts)),
    commands: new Set(commands),
    settings: new Set(settings),
    files: new Set(files),
    folders: foldersOf(files),
  };
}

/**
 * @param {readonly string[]} files
 * @returns {Set<string>}
 */
export function foldersOf(files) {
  const folders = new Set(['.']);
  for (const file of files) {
    for (let folder = posix.dirname(file); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  }
  return folders;
}

/** @param {string[]} command */
function help(...command) {
  const ran = spawnSync(process.execPath, [HUB_MAIN, ...command, '--help'], { encoding: 'utf8', cwd: ROOT });
  if (ran.status !== 0) throw new Error(`ruche ${command.join(' ')} --help failed:\n${ran.stderr}`);
  return ran.stdout;
}

function main() {
  const known = readKnown();
  const documents = [...known.files].filter((path) => path.endsWith('.md'));
  const problems = documents.flatMap((path) => checkDocument(path, readText(path), known, (other) => readText(other)));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
