/** The command line: picks the subcommand. Without one, or with flags first, it is `start`. */
import { version } from '../package-root.ts';
import { type Command, EXIT_OK, EXIT_USAGE, help } from './command.ts';
import { config } from './config.ts';
import { simulate } from './simulate.ts';
import { start } from './start.ts';

const COMMANDS: ReadonlyMap<string, { readonly run: Command; readonly summary: string }> = new Map([
  ['start', { run: start, summary: 'Start the hub in the foreground (the default)' }],
  ['config', { run: config, summary: 'Print every setting with its value and source' }],
  ['simulate', { run: simulate, summary: 'Play devices without hardware: simulate simon --count 3' }],
  ['version', { run: printVersion, summary: 'Print the version' }],
]);

export const run: Command = async (argv, io) => {
  const [first, ...rest] = argv;
  if (first === '--help' || first === 'help') {
    const names = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
    io.out(help('ruche <command> [flags]', '', ...names, '', '"ruche <command> --help" tells the flags.'));
    return EXIT_OK;
  }
  if (first === '--version') return printVersion([], io);
  if (first === undefined || first.startsWith('-')) return start(argv, io);
  const command = COMMANDS.get(first);
  if (command !== undefined) return command.run(rest, io);
  io.err(`There is no command "${first}". "ruche --help" lists them.`);
  return EXIT_USAGE;
};

async function printVersion(_args: readonly string[], io: Parameters<Command>[1]): Promise<number> {
  io.out(version);
  return EXIT_OK;
}
