/** One source file as the checks see it: its imports, functions and lines, read with the parser Vite already brings. */
import { parseSync } from 'vite';

/**
 * @typedef {{ type: string, start: number, end: number, [key: string]: unknown }} Node
 * @typedef {{ target: string, isType: boolean, line: number }} Import
 * @typedef {{ name: string, line: number, codeLines: number }} Func
 * @typedef {object} SourceFile
 * @property {string} path from the repository root, with forward slashes
 * @property {string} text
 * @property {Import[]} imports
 * @property {Func[]} functions
 * @property {Node[]} nodes every node of the tree, parents first
 * @property {number} totalLines
 * @property {number} codeLines lines that hold more than comment or blank
 * @property {(offset: number) => number} lineAt 1-based
 */

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const SCRIPT = /\.(ts|tsx|mts|mjs|js)$/;

/**
 * @param {string} path
 * @param {string} text
 * @returns {SourceFile}
 */
export function readSource(path, text) {
  const lineAt = lineFinder(text);
  const totalLines = text === '' ? 0 : lineAt(text.length) - (text.endsWith('\n') ? 1 : 0);
  if (!SCRIPT.test(path)) {
    const codeLines = codeLineFlags(maskCss(text)).filter(Boolean).length;
    return { path, text, imports: [], functions: [], nodes: [], totalLines, codeLines, lineAt };
  }
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const isCode = codeLineFlags(maskRanges(text, comments));
  const nodes = collectNodes(program);
  return {
    path,
    text,
    imports: nodes.flatMap((node) => importOf(node, lineAt)),
    functions: measureFunctions(nodes, isCode, lineAt),
    nodes,
    totalLines,
    codeLines: isCode.filter(Boolean).length,
    lineAt,
  };
}

/**
 * Every way one module names another: import, export from, import(), `import('…').T`.
 * @param {Node} node
 * @param {(offset: number) => number} lineAt
 * @returns {Import[]}
 */
function importOf(node, lineAt) {
  const target = literal(node.source);
  if (target === undefined) return [];
  const line = lineAt(node.start);
  if (node.type === 'TSImportType') return [{ target, line, isType: true }];
  if (node.type === 'ImportExpression') return [{ target, line, isType: false }];
  if (!/^(Import|Export)\w*Declaration$/.test(node.type)) return [];
  const names = isList(node.specifiers) ? node.specifiers : [];
  const isType = isTypeOnly(node) || (names.length > 0 && names.every((name) => isNode(name) && isTypeOnly(name)));
  return [{ target, line, isType }];
}

/** @param {Node} node */
const isTypeOnly = (node) => node.importKind === 'type' || node.exportKind === 'type';

/**
 * A function's own code lines: those of functions inside it are theirs, so a factory of ten short closures is short.
 * @param {Node[]} nodes
 * @param {boolean[]} isCode
 * @param {(offset: number) => number} lineAt
 * @returns {Func[]}
 */
function measureFunctions(nodes, isCode, lineAt) {
  const spans = nodes
    .filter((node) => FUNCTIONS.has(node.type))
    .map((node) => ({ node, from: lineAt(node.start), to: lineAt(node.end) }));
  return spans.map(({ node, from, to }) => {
    const own = new Set();
    for (let line = from; line <= to; line++) if (isCode[line]) own.add(line);
    for (const inner of spans) {
      if (inner.node.start <= node.start || inner.node.end > node.end) continue;
      // The line an inner function starts on belongs to the outer one too.
      for (let line = inner.from + 1; line <= inner.to; line++) own.delete(line);
    }
    return { name: nameOf(node, nodes), line: from, codeLines: own.size };
  });
}

/**
 * @param {Node} node
 * @param {Node[]} nodes
 */
function nameOf(node, nodes) {
  if (isNode(node.id) && typeof node.id.name === 'string') return node.id.name;
  const holder = nodes.find((other) => other.init === node || other.value === node);
  const key = holder?.id ?? holder?.key;
  return isNode(key) && typeof key.name === 'string' ? key.name : 'a function';
}

/**
 * @param {unknown} root
 * @returns {Node[]}
 */
function collectNodes(root) {
  /** @type {Node[]} */
  const found = [];
  /** @param {unknown} value */
  const visit = (value) => {
    if (isList(value)) {
      for (const item of value) visit(item);
    } else if (isNode(value)) {
      found.push(value);
      for (const child of Object.values(value)) if (typeof child === 'object') visit(child);
    }
  };
  visit(root);
  return found;
}

/**
 * Which lines (1-based) hold code.
 * @param {string} masked
 */
function codeLineFlags(masked) {
  return [false, ...masked.split('\n').map((line) => line.trim() !== '')];
}

/**
 * @param {string} text
 * @param {readonly { start: number, end: number }[]} ranges
 */
function maskRanges(text, ranges) {
  let masked = '';
  let at = 0;
  for (const { start, end } of ranges) {
    masked += text.slice(at, start) + blank(text.slice(start, end));
    at = end;
  }
  return masked + text.slice(at);
}

/** @param {string} text */
const maskCss = (text) => text.replace(/\/\*[\s\S]*?\*\//g, blank);

/** @param {string} text */
const blank = (text) => text.replace(/[^\n]/g, ' ');

/** @param {string} text */
function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (/** @type {number} */ offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/**
 * @param {unknown} value
 * @returns {value is Node}
 */
export const isNode = (value) =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/**
 * @param {unknown} value
 * @returns {value is unknown[]}
 */
const isList = (value) => Array.isArray(value);

/** @param {unknown} value */
function literal(value) {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined;
}
