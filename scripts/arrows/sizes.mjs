/** How long files and functions may be, and the ratchet: the longest file of today may only get shorter. */

/** @import { SourceFile } from './source-file.mjs' */
/** @typedef {{ fileCodeLines: number, functionCodeLines: number }} Ratchet */

/** Comments and blanks included: beyond this nobody reads a file to its end. */
const FILE_LINES_MAX = 400;
const FUNCTION_CODE_LINES_MAX = 60;
const TEST_FILE = /\.(test|suite)\.tsx?$/;

/**
 * @param {readonly SourceFile[]} files
 * @param {Ratchet} ratchet
 * @returns {string[]}
 */
export function checkSizes(files, ratchet) {
  const functionMax = Math.min(FUNCTION_CODE_LINES_MAX, ratchet.functionCodeLines);
  return files.flatMap((file) => [
    ...(file.totalLines > FILE_LINES_MAX
      ? [`${file.path} has ${file.totalLines} lines, ${FILE_LINES_MAX} at most`]
      : []),
    ...(file.codeLines > ratchet.fileCodeLines
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
    fileCodeLines: Math.max(0, ...files.map((file) => file.codeLines)),
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
 * A test's story may be long; what ships may not.
 * @param {SourceFile} file
 */
const measured = (file) => (TEST_FILE.test(file.path) ? [] : file.functions);
