/** `ruche start`: the hub in the foreground until SIGINT or SIGTERM. */
import { describeFlags, loadConfig } from '../config.ts';
import { buildLog } from '../log.ts';
import { type Command, EXIT_OK, failed, help } from './command.ts';

export const start: Command = async (args, io) => {
  if (args.includes('--help')) {
    io.out(help('ruche start [flags]', '', 'Starts the hub in the foreground.', '', ...describeFlags()));
    return EXIT_OK;
  }
  try {
    const { config, warnings } = loadConfig(args, io.environment);
    const log = buildLog(config);
    for (const warning of warnings) log.warn(warning);
    // Loaded now, not before: it takes half a second that a mistyped setting need not wait for.
    const { buildHub } = await import('../hub.ts');
    const hub = await buildHub(config, { log });
    await aborted(io.stop);
    log.info('stopping');
    await hub.close();
    return EXIT_OK;
  } catch (error) {
    return failed(error, io);
  }
};

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
