/** `ruche start`: the hub in the foreground until SIGINT or SIGTERM. */
import { RucheError } from '../../contract/errors.ts';
import { describeFlags, loadConfig } from '../config.ts';
import { ConfigError } from '../config-forms.ts';
import { buildHub } from '../hub.ts';
import { StartError } from '../listen.ts';
import { buildLog } from '../log.ts';
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE, help } from './command.ts';

export const start: Command = async (args, io) => {
  if (args.includes('--help')) {
    io.out(help('ruche start [flags]', '', 'Starts the hub in the foreground.', '', ...describeFlags()));
    return EXIT_OK;
  }
  try {
    const { config, warnings } = loadConfig(args, io.environment);
    const log = buildLog(config);
    for (const warning of warnings) log.warn(warning);
    const hub = await buildHub(config, { log });
    await aborted(io.stop);
    log.info('stopping');
    await hub.close();
    return EXIT_OK;
  } catch (error) {
    if (error instanceof ConfigError) {
      io.err(error.message);
      return EXIT_USAGE;
    }
    // Expected: a person can mend it, so the sentence is enough. Anything else flies with its stack.
    if (error instanceof StartError || error instanceof RucheError) {
      io.err(error.message);
      return EXIT_FAILED;
    }
    throw error;
  }
};

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
