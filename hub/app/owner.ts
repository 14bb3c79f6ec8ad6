/** The owner from RUCHE_OWNER_USERNAME and RUCHE_OWNER_PASSWORD, made at the first start. */
import { RucheError } from '../contract/errors.ts';
import type { Config } from './config.ts';
import { StartError } from './listen.ts';
import type { Log } from './log.ts';

type Owners = { ensureOwner(username: string, password: string): Promise<boolean> };

/** Throws StartError when only one of the two is set, or the password is too short. */
export async function createOwner(accounts: Owners, config: Config, log: Log): Promise<void> {
  const { ownerUsername: username, ownerPassword: password } = config;
  if (username === undefined && password === undefined) return;
  if (username === undefined || password === undefined) {
    throw new StartError('RUCHE_OWNER_USERNAME and RUCHE_OWNER_PASSWORD belong together; one of them is missing.');
  }
  try {
    if (await accounts.ensureOwner(username, password)) log.info({ username }, 'owner created');
  } catch (error) {
    if (error instanceof RucheError) throw new StartError(`RUCHE_OWNER_*: ${error.message}`, error);
    throw error;
  }
}
