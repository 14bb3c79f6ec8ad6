/** How long files and functions may be, and the ratchet: the longest file of today may only get shorter. */

/** @import { SourceFile } from './source-file.mjs' */
/** @typedef {{ fileCodeLines: number, functionCodeLines: number }} Ratchet */

/** Comments and blanks included: beyond this nobody reads a file to its end. */
const FILE_LINES_MAX = 400;
/** One short declaration a line: a style sheet reads twice as fast. */
const STYLE_LINES_MAX = 800;
const FUNCTION_CODE_LINES_MAX = 60;
const TEST_FILE = /\.(test|suite|fixture)\.tsx?$/;

/**
 * @param {readonly SourceFile[]} files
 * @param {Ratchet} ratchet
 * @returns {string[]}
 */
export function checkSizes(files, ratchet) {
  const functionMax = Math.min(FUNCTION_CODE_LINES_MAX, ratchet.functionCodeLines);
  return files.flatMap((file) => [
    ...lengthProblems(file),
    ...(isRatcheted(file) && file.codeLines > ratchet.fileCodeLines
      ? [`${file.path} has ${file.codeLines} code lines; the ratchet stands at ${ratchet.fileCodeLines} and only falls`]
      : []),
    ...measured(file)
      .filter((one) => one.codeLines > functionMax)
      .map((one) => `${file.path}:${one.line} ${one.name} has ${one.codeLines} code lines, ${functionMax} at most`),
  ]);
}

/**
 * Today's maxima: what the ratchet may be lowered to.
 * @param {readonly SourceFile[]} files
 * @returns {Ratchet}
 */
export function currentSizes(files) {
  const functions = files.flatMap(measured);
  return {
    fileCodeLines: Math.max(0, ...files.filter(isRatcheted).map((file) => file.codeLines)),
    functionCodeLines: Math.max(0, ...functions.map((one) => one.codeLines)),
  };
}

/**
 * @param {Ratchet} stored
 * @param {Ratchet} current
 * @returns {Ratchet}
 */
export const lowerRatchet = (stored, current) => ({
  fileCodeLines: Math.min(stored.fileCodeLines, current.fileCodeLines),
  functionCodeLines: Math.min(stored.functionCodeLines, current.functionCodeLines),
});

/**
 * @param {SourceFile} file
 * @returns {string[]}
 */
function lengthProblems(file) {
  const max = isStyle(file) ? STYLE_LINES_MAX : FILE_LINES_MAX;
  return file.totalLines > max ? [`${file.path} has ${file.totalLines} lines, ${max} at most`] : [];
}

/**
 * What ships gets shorter; a test's story may grow up to the hard stop.
 * @param {SourceFile} file
 */
const isRatcheted = (file) => !TEST_FILE.test(file.path) && !isStyle(file);

/** @param {SourceFile} file */
const isStyle = (file) => file.path.endsWith('.css');

/**
 * A test's story may be long; what ships may not.
 * @param {SourceFile} file
 */
const measured = (file) => (TEST_FILE.test(file.path) ? [] : file.functions);
