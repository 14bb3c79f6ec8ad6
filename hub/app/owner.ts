/** The owner from RUCHE_OWNER_USERNAME and RUCHE_OWNER_PASSWORD, made at the first start. */
import type { Config } from './config.ts';
import type { Log } from './log.ts';

type Owners = { ensureOwner(username: string, password: string): Promise<boolean> };

/** Does nothing when the two are not set, or an owner exists. */
export async function createOwner(accounts: Owners, config: Config, log: Log): Promise<void> {
  const { ownerUsername: username, ownerPassword: password } = config;
  if (username === undefined || password === undefined) return;
  if (await accounts.ensureOwner(username, password)) log.info({ username }, 'owner created');
}
