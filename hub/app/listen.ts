/** Opening ports: the sentence people get when one is busy, and more ports for the same web server. */
import { createServer, type Server } from 'node:net';
import type { Http } from '../features/route.ts';
import type { Clock } from '../lib/clock.ts';
import { ITSELF, portOwner } from './port-owner.ts';

/** Time for answers under way when the hub stops. */
const WEB_GRACE_MS = 2_000;

/** A start that failed for a reason a person can mend; main.ts prints the message and exits 1. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

/** Turns what `listen` throws into a StartError that names the port, its setting, and who has it if known. */
export function listenFailure(error: unknown, port: number, settingName: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'EADDRINUSE') {
    const owner = portOwner(port) ?? 'another program';
    const cure = owner === ITSELF ? 'Choose' : 'Stop it, or choose';
    return new StartError(`Port ${port} is in use by ${owner}. ${cure} another port with ${settingName}.`, error);
  }
  if (error.code === 'EACCES') {
    return new StartError(`Port ${port} needs more rights. Choose one above 1023 with ${settingName}.`, error);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new StartError('The address in RUCHE_HOST does not belong to this machine.', error);
  }
  return error;
}

/**
 * Lets answers that are under way finish. Connections that say nothing, or stop in the middle of a request, would hold
 * up the end for as long as they like: browsers open such ones in advance.
 */
export async function closeWeb(http: Http, clock: Clock): Promise<void> {
  const cancel = clock.after(WEB_GRACE_MS, () => http.server.closeAllConnections());
  try {
    await http.close();
  } finally {
    cancel();
  }
}

/** Opens one more port whose connections go to `web`; resolves to the server that must be closed with it. */
export async function openExtraPort(web: Server, host: string, port: number): Promise<Server> {
  const extra = createServer({ noDelay: true }, (socket) => web.emit('connection', socket));
  await new Promise<void>((resolve, reject) => {
    extra.once('error', (error) => reject(listenFailure(error, port, 'RUCHE_EXTRA_HTTP_PORTS')));
    extra.listen(port, host, resolve);
  });
  return extra;
}
