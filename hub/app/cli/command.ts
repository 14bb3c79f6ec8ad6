/** What a subcommand gets and gives: no global state, so that tests can run it like the shell does. */
import { ERRORS, RucheError } from '../../contract/errors.ts';
import { ConfigError } from '../config-forms.ts';
import { StartError } from '../listen.ts';

export interface Io {
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted by SIGINT or SIGTERM: finish cleanly and return. */
  readonly stop: AbortSignal;
  out(line: string): void;
  err(line: string): void;
}

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** Returns the exit code. */
export type Command = (args: readonly string[], io: Io) => Promise<number>;

/** What a person can mend is told in one line; anything else flies with its stack. Returns the exit code. */
export function failed(error: unknown, io: Io): number {
  if (error instanceof ConfigError) {
    io.err(error.message);
    return EXIT_USAGE;
  }
  if (error instanceof RucheError) {
    // "Check the data directory" would follow a sentence that names it and says what is wrong with it.
    const cure = error.code === 'STORE_UNAVAILABLE' ? '' : ` ${ERRORS[error.code].hint}`;
    io.err(`${error.message}${cure}`);
    return EXIT_FAILED;
  }
  if (!(error instanceof StartError)) throw error;
  io.err(error.message);
  return EXIT_FAILED;
}

/** Lines of a --help text, as one string. */
export const help = (...lines: string[]): string => lines.join('\n');
