/** `ruche config`: every setting with its value and where it came from, secrets masked. */
import { describeConfig, loadConfig } from '../config.ts';
import { type Command, EXIT_OK, failed } from './command.ts';

export const config: Command = async (args, io) => {
  if (args.includes('--help')) {
    io.out('ruche config [flags of "ruche start"]\n\nPrints every setting, its value and its source.');
    return EXIT_OK;
  }
  try {
    const rows = describeConfig(loadConfig(args, io.environment));
    const width = Math.max(...rows.map((row) => row.name.length));
    for (const row of rows) io.out(`${row.name.padEnd(width)}  ${row.value}  (${row.source})`);
    return EXIT_OK;
  } catch (error) {
    return failed(error, io);
  }
};
