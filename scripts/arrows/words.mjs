/** What must not be written: unfinished work, casts, hidden inputs, file names that say nothing. */
import { posix } from 'node:path';
import { isNode } from './source-file.mjs';

/** @import { Node, SourceFile } from './source-file.mjs' */

/** Split so that this file does not contain what it looks for. */
const PLAIN_WORDS = [
  { pattern: new RegExp('\\bTO' + 'DO\\b|\\bFIX' + 'ME\\b'), why: 'finish it, or write it into an issue' },
  { pattern: new RegExp('/wo' + 'rk/'), why: 'the path of one machine' },
  { pattern: new RegExp('es' + 'lint'), why: 'Biome is the linter here' },
  { pattern: new RegExp('@ts-' + '(ignore|nocheck)'), why: 'model the type instead' },
];
const EMPTY_NAMES = new Set(['index', 'utils', 'util', 'helpers', 'types']);
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|suite|fixture|d|config))?\.(ts|tsx|mjs|css)$/;
const TEST_FILE = /\.(test|suite|fixture)\.tsx?$/;
const SCRIPT = /\.(ts|tsx|mjs)$/;

/** Calls that are somebody else's business; `in` says where the rule holds, `but` where it does not. */
const MEMBERS = [
  {
    member: 'process.env',
    in: /^(hub|web\/src)\//,
    but: /^hub\/(main|app\/config)\.ts$/,
    why: 'hub/app/config.ts is the only reader',
  },
  { member: 'process.exit', in: /^hub\//, but: /^hub\/main\.ts$/, why: 'only hub/main.ts ends the process' },
  { member: 'Math.random', in: /^hub\//, why: 'random comes from hub/lib/ids.ts or as an argument' },
  {
    member: 'Date.now',
    in: /^hub\/(domain|contract|features|store)\//,
    why: 'time comes from a Clock or as an argument',
  },
  { member: 'console.log', in: /^(hub|web\/src)\//, why: 'use the logger (hub) or nothing (web)' },
  { member: 'performance.now', in: /^hub\/domain\//, why: 'domain has no clock' },
];
const IMPURE_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']);

/**
 * @param {SourceFile} file
 * @returns {string[]}
 */
export function checkWords(file) {
  const isTest = TEST_FILE.test(file.path);
  const problems = [...plainWords(file.path, file.text), ...nameProblems(file)];
  if (isTest) return problems;
  /** @param {Node} node @param {string} problem */
  const at = (node, problem) => problems.push(`${file.path}:${file.lineAt(node.start)} ${problem}`);
  for (const node of file.nodes) {
    for (const rule of MEMBERS) {
      if (rule.in.test(file.path) && !rule.but?.test(file.path) && isMember(node, rule.member)) {
        at(node, `uses ${rule.member}: ${rule.why}`);
      }
    }
    if (isCast(node) && /^(hub|web\/src)\//.test(file.path) && !file.path.startsWith('hub/contract/')) {
      at(node, 'casts with "as": model the type, or check the value');
    }
    if (file.path.startsWith('hub/domain/')) {
      const why = impurity(node);
      if (why !== undefined) at(node, `${why}: domain is pure functions`);
    }
  }
  return problems;
}

/**
 * Lines of any text file, prose included.
 * @param {string} path
 * @param {string} text
 */
export function plainWords(path, text) {
  return PLAIN_WORDS.flatMap(({ pattern, why }) =>
    text.split('\n').flatMap((line, index) => {
      const found = pattern.exec(line);
      return found === null ? [] : [`${path}:${index + 1} says "${found[0]}": ${why}`];
    }),
  );
}

/** @param {SourceFile} file */
function nameProblems(file) {
  const name = posix.basename(file.path);
  const problems = [];
  if (!KEBAB.test(name)) problems.push(`${file.path}: file names are kebab-case`);
  if (EMPTY_NAMES.has(name.split('.')[0] ?? '')) problems.push(`${file.path}: name it after what it exports`);
  if (SCRIPT.test(name) && !TEST_FILE.test(name) && !/^(#!.*\n)?\s*\/[/*]/.test(file.text)) {
    problems.push(`${file.path}: begin with one sentence saying what the file is`);
  }
  return problems;
}

/**
 * @param {Node} node
 * @param {string} member `object.property`
 */
function isMember(node, member) {
  if (node.type !== 'MemberExpression') return false;
  const { object, property } = node;
  return isNode(object) && isNode(property) && `${object.name}.${property.name ?? property.value}` === member;
}

/**
 * `as const` is not a cast.
 * @param {Node} node
 */
function isCast(node) {
  if (node.type === 'TSTypeAssertion') return true;
  if (node.type !== 'TSAsExpression' || !isNode(node.typeAnnotation)) return false;
  const { typeName } = node.typeAnnotation;
  return !(isNode(typeName) && typeName.name === 'const');
}

/**
 * @param {Node} node
 * @returns {string | undefined}
 */
function impurity(node) {
  if (node.type === 'AwaitExpression') return 'awaits';
  if (node.async === true) return 'is async';
  if (node.type === 'NewExpression' && isNode(node.callee)) {
    const isNow = node.callee.name === 'Date' && Array.isArray(node.arguments) && node.arguments.length === 0;
    return isNow ? 'asks the clock' : undefined;
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return undefined;
  return typeof node.callee.name === 'string' && IMPURE_CALLS.has(node.callee.name)
    ? `calls ${node.callee.name}`
    : undefined;
}
