/** The hub's log: pino in this process (no worker transports), one child per feature, secrets redacted. */
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';

export type Log = Logger;

const REDACTED = ['password', 'token', 'secret', 'accessToken', 'authorization', 'cookie'].flatMap((name) => [
  name,
  `*.${name}`,
  `req.headers.${name}`,
]);

/** `stream` is for tests; else standard output, pretty on a terminal unless told otherwise. */
export function buildLog(config: Pick<Config, 'logLevel' | 'logFormat'>, stream?: DestinationStream): Log {
  const options = { level: config.logLevel, base: null, redact: { paths: REDACTED, censor: '•••' } };
  if (stream !== undefined) return pino(options, stream);
  const isPretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && process.stdout.isTTY);
  // Synchronous: a line about a crash must be out before the process is gone.
  return isPretty
    ? pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }))
    : pino(options, pino.destination({ dest: 1, sync: true }));
}
