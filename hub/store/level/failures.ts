/** Driver errors in, RucheErrors out: what LevelDB and the file system say becomes one sentence for a person. */
import { RucheError } from '../../contract/errors.ts';

/** What LevelDB (text) and Node (codes in the text) say → what it means. First match wins. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/ENOSPC|EDQUOT|No space left|quota exceeded/i, 'the disk is full'],
  [/EROFS|Read-only file system/i, 'the file system is read-only'],
  [/EACCES|EPERM|Permission denied|Operation not permitted/i, 'the hub may not write there'],
  [/ENOTDIR|EEXIST|Not a directory|File exists/i, 'it is not a directory'],
  [/EMFILE|ENFILE|Too many open files/i, 'too many files are open'],
  [/EIO|Input\/output error/i, 'the disk reports an input/output error'],
  [/EISDIR/, 'it is a directory'],
  [/CORRUPTION/i, 'the data is damaged; restore a backup'],
  [/ENOENT|No such file|does not exist/i, 'the directory does not exist'],
  [/_NOT_OPEN/, 'it is being opened again after a failure'],
];

/** Why storing failed, as the end of a sentence; the driver's own words when they are not known here. */
export function meaningOf(error: unknown): string {
  const innermost = chainOf(error).at(-1);
  const said = `${innermost?.message} ${codeOf(innermost)}`;
  return MEANINGS.find(([pattern]) => pattern.test(said))?.[1] ?? innermost?.message ?? 'unknown error';
}

export function unavailable(error: unknown, place = 'its store'): RucheError {
  return new RucheError('STORE_UNAVAILABLE', `The hub cannot use ${place}: ${meaningOf(error)}.`, { cause: error });
}

export const isLocked = (error: unknown): boolean => codesOf(error).includes('LEVEL_LOCKED');

/** True for what the driver reports, as opposed to mistakes in our own code. */
export const isDriverError = (error: unknown): boolean => codesOf(error).some((code) => code.startsWith('LEVEL_'));

/** The database, or an iterator of it, was closed while in use. */
export const isClosedError = (error: unknown): boolean =>
  codesOf(error).some((code) => code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN');

/** abstract-level wraps what the driver said: innermost last. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at);
  return chain;
}

const codesOf = (error: unknown): string[] => chainOf(error).map(codeOf);

function codeOf(error: Error | undefined): string {
  return error !== undefined && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
