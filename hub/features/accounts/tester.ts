/** "Would it pass?": who somebody would be to the hub, and what the one function that decides says about them. */
import type { AccessAnswer, AccessQuestion } from '../../contract/account.ts';
import { ERRORS, type ErrorCode, RucheError } from '../../contract/errors.ts';
import { decide } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import { isTopicName } from '../../domain/topic-names.ts';
import type { Verdict } from '../../domain/verdict.ts';

export interface TesterDeps {
  /** The person of this name, if there is one. */
  readonly person: (username: string) => Principal | undefined;
  /** By any name of the device. */
  readonly device: (name: string) => Principal | undefined;
  /** Who a client without credentials would be; undefined: nobody, it is refused. */
  readonly stranger: (clientId: string) => Principal | undefined;
  readonly accounts: {
    has(name: string): boolean;
    /** Throws ACCOUNT_UNKNOWN. */
    principalOf(name: string, clientId: string): Principal;
  };
}

const VERBS = { publish: 'publish to', subscribe: 'subscribe to', read: 'read' } as const;
const LATER = 'It is decided again for each message; only what its rules let it read arrives.';

/** Throws BODY_INVALID, USER_UNKNOWN, ACCOUNT_UNKNOWN, DEVICE_UNKNOWN. */
export function answerTo(question: AccessQuestion, deps: TesterDeps): AccessAnswer {
  const { action, topic } = question;
  if (action !== 'subscribe' && !isTopicName(topic)) {
    throw new RucheError('BODY_INVALID', 'body.topic must be a topic without + and #.');
  }
  const principal = whoIsIt(question, deps);
  if (principal === undefined) return notLetIn();
  const verdict = decide(principal, action, topic);
  const account = principal.kind === 'account' ? { account: principal.name } : {};
  const { rule = '' } = verdict;
  const said = `${nameOf(principal)} may ${verdict.allowed ? '' : 'not '}${VERBS[action]} "${topic}"`;
  if (verdict.allowed) {
    const hint = action === 'subscribe' && principal.kind !== 'open' ? LATER : '';
    return { allowed: true, sentence: `${said}.`, rule, hint, ...account };
  }
  const { code, detail, allow } = verdict;
  return {
    allowed: false,
    code,
    sentence: `${said}: ${detail}`,
    rule,
    hint: hintOf(verdict, code),
    ...account,
    ...(allow === undefined ? {} : { allow }),
  };
}

function whoIsIt(question: AccessQuestion, deps: TesterDeps): Principal | undefined {
  const { clientId = '', username, account, device } = question;
  if ([username, account, device].filter((name) => name !== undefined).length > 1) {
    throw new RucheError('BODY_INVALID', 'body may name one of username, account and device.');
  }
  if (account !== undefined) return deps.accounts.principalOf(account, clientId);
  if (device !== undefined) return known(deps.device(device), 'DEVICE_UNKNOWN');
  if (username === undefined) return deps.stranger(clientId);
  const person = deps.person(username);
  if (person !== undefined) return person;
  if (deps.accounts.has(username)) return deps.accounts.principalOf(username, clientId);
  return known(deps.device(username), 'USER_UNKNOWN');
}

function known(principal: Principal | undefined, code: ErrorCode): Principal {
  if (principal === undefined) throw new RucheError(code);
  return principal;
}

function notLetIn(): AccessAnswer {
  const { title, hint } = ERRORS.CONNECT_REFUSED;
  return { allowed: false, code: 'CONNECT_REFUSED', sentence: title, rule: 'not-let-in', hint };
}

const hintOf = (verdict: Extract<Verdict, { allowed: false }>, code: ErrorCode): string =>
  verdict.hint ?? ERRORS[code].hint;

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
      return `${principal.username} (${principal.role})`;
    case 'account':
      return `Account "${principal.name}"`;
    case 'device':
      return `Device "${principal.deviceId}"`;
    case 'waiting':
      return 'A client that waits to be adopted';
    case 'open':
      return 'A client without credentials';
  }
}
