/** Which file may import which: arrows point down only (hub/README.md shows the picture). */
import { posix } from 'node:path';

/** @import { Import, SourceFile } from './source-file.mjs' */

/** Higher may import lower. Equal numbers are strangers unless they are the same layer. */
const RANK = new Map([
  ['main', 6],
  ['app', 5],
  ['features', 4],
  ['domain', 3],
  ['store', 3],
  ['contract', 2],
  ['lib', 1],
]);
/** Contract files whose values also run in the browser; they import nothing. */
/** The part of errors.ts that stands in a file of its own; it imports nothing either. */
const ERRORS_OTHER_HALF = 'hub/contract/feature-errors.ts';
const BROWSER_VALUES = new Set(
  ['topics', 'errors', 'permissions', 'limits'].map((name) => `hub/contract/${name}.ts`),
).add(ERRORS_OTHER_HALF);
const STORE_ENGINES = /^hub\/store\/(level|files|postgres)\//;
const FEATURE_FOLDER = /^hub\/features\/([^/]+)\//;
const TEST_FILE = /\.(test|suite|fixture)\.tsx?$/;

/**
 * @param {SourceFile} file
 * @returns {string[]} one sentence per arrow that points the wrong way
 */
export function checkLayers(file) {
  if (TEST_FILE.test(file.path)) return [];
  if (file.path.startsWith('hub/'))
    return file.imports.flatMap((one) => complain(file, one, hubProblem(file.path, one)));
  if (file.path.startsWith('web/src/'))
    return file.imports.flatMap((one) => complain(file, one, webProblem(file.path, one)));
  return [];
}

/**
 * @param {SourceFile} file
 * @param {Import} one
 * @param {string | undefined} problem
 */
const complain = (file, one, problem) =>
  problem === undefined ? [] : [`${file.path}:${one.line} imports ${one.target}: ${problem}`];

/**
 * @param {string} path
 * @param {Import} one
 * @returns {string | undefined}
 */
function hubProblem(path, one) {
  const layer = layerOf(path);
  if (layer === undefined)
    return 'this file is in no layer: hub holds main.ts, app, features, domain, store, contract, lib';
  if (!one.target.startsWith('.')) return packageProblem(path, layer, one.target);
  const target = resolve(path, one.target);
  if (BROWSER_VALUES.has(path) && target !== ERRORS_OTHER_HALF) {
    return 'this file also runs in the browser and imports nothing';
  }
  if (!target.startsWith('hub/')) return 'the hub imports nothing from outside hub/';
  return layerProblem(path, layer, target);
}

/**
 * @param {string} path
 * @param {string} layer
 * @param {string} name
 * @returns {string | undefined}
 */
function packageProblem(path, layer, name) {
  if (BROWSER_VALUES.has(path)) return 'this file also runs in the browser and imports nothing';
  if (layer === 'contract' && name !== 'typebox') return 'contract files import typebox only: no I/O, no node:*';
  if (layer === 'domain' && name.startsWith('node:')) return 'domain is pure: no node:*';
  return undefined;
}

/**
 * @param {string} path
 * @param {string} layer
 * @param {string} target
 * @returns {string | undefined}
 */
function layerProblem(path, layer, target) {
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) return 'the imported file is in no layer';
  if (STORE_ENGINES.test(target) && layer !== 'app' && folderOf(target) !== folderOf(path)) {
    return 'only app may know which store engine is used';
  }
  if (layer === targetLayer) return layer === 'features' ? featureProblem(path, target) : undefined;
  const isDown = (RANK.get(targetLayer) ?? 0) < (RANK.get(layer) ?? 0);
  return isDown ? undefined : `${layer} may not import ${targetLayer}`;
}

/**
 * @param {string} path
 * @param {string} target
 * @returns {string | undefined}
 */
function featureProblem(path, target) {
  const to = FEATURE_FOLDER.exec(target)?.[1];
  if (to === undefined || to === FEATURE_FOLDER.exec(path)?.[1]) return undefined;
  return 'a feature never imports another: declare what you need in your deps and let wire.ts hand it over';
}

/**
 * @param {string} path
 * @param {Import} one
 * @returns {string | undefined}
 */
function webProblem(path, one) {
  if (one.target.startsWith('node:')) return 'the browser has no node:*';
  if (!one.target.startsWith('.')) return undefined;
  const target = resolve(path, one.target);
  if (target.startsWith('web/') || /^package\.json$/.test(target)) return undefined;
  if (!target.startsWith('hub/contract/')) return 'the web app imports hub/contract/* and nothing else of the hub';
  if (one.isType || BROWSER_VALUES.has(target)) return undefined;
  return 'values come from hub/contract/{topics,errors,permissions,limits}.ts only; write "import type"';
}

/** @param {string} path */
function layerOf(path) {
  if (path === 'hub/main.ts') return 'main';
  const folder = path.split('/')[1] ?? '';
  return path.startsWith('hub/') && RANK.has(folder) ? folder : undefined;
}

/** @param {string} path */
const folderOf = (path) => path.split('/').slice(0, 3).join('/');

/**
 * @param {string} from
 * @param {string} target
 */
const resolve = (from, target) => posix.join(posix.dirname(from), target.replace(/\?.*$/, ''));
