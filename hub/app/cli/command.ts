/** What a subcommand gets and gives: no global state, so that tests can run it like the shell does. */

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

/** Lines of a --help text, as one string. */
export const help = (...lines: string[]): string => lines.join('\n');
