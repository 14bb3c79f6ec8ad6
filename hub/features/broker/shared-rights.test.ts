import { afterEach, beforeEach, expect, it } from 'vitest';
import { principalNow, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { parseRules, rulesetFor } from '../../domain/acl-rules.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker({
    admit: ({ username = '', clientId }) => {
      const rules = rulesetFor(parseRules(username.split(';')), { clientId, username });
      return { ok: true, principal: { kind: 'account', name: username, rules } };
    },
    principalOf: principalNow,
  });
});
afterEach(() => hub.close());

const ALL = 'topic read jobs/#';
const OPEN_ONLY = 'topic read jobs/open';
const FILTER = '$share/group/jobs/#';
const publish = (topic: string, payload: string) => hub.broker.publish({ topic, payload, qos: 1 });
const away = async (clientId: string) => {
  await until(() => hub.session(clientId) === undefined);
};

async function member(rule: string, clientId: string) {
  const client = await hub.connect(rule, { clientId, clean: false, acks: true });
  if (!client.connack.sessionPresent) await client.subscribe(FILTER, 1);
  return client;
}
const heardBy = (client: Awaited<ReturnType<typeof member>>): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.toString()] : []));

it('is not swallowed by a member that comes first and may not read it', async () => {
  for (const [rule, clientId] of [
    [OPEN_ONLY, 'narrow'],
    [ALL, 'wide'],
  ] as const) {
    await (await member(rule, clientId)).end();
    await away(clientId);
  }
  await publish('jobs/open', 'for both');
  await publish('jobs/secret', 'for one');
  const narrow = await member(OPEN_ONLY, 'narrow');
  await until(() => heardBy(narrow).length === 1);
  const wide = await member(ALL, 'wide');
  await until(() => heardBy(wide).length === 1);
  expect([heardBy(narrow), heardBy(wide)]).toEqual([['for both'], ['for one']]);
  expect(hub.broker.stats().waiting).toBe(0);
});

it('does not hold up who is there when it is for somebody who is away', async () => {
  await (await member(ALL, 'wide')).end();
  await away('wide');
  const narrow = await member(OPEN_ONLY, 'narrow');
  await publish('jobs/secret', 'first');
  await publish('jobs/open', 'second');
  await until(() => heardBy(narrow).length === 1);
  const wide = await member(ALL, 'wide');
  await until(() => heardBy(wide).length === 1);
  expect([heardBy(narrow), heardBy(wide)]).toEqual([['second'], ['first']]);
});

it('is not for a member that may not read it when the session of another one ends', async () => {
  const wide = await hub.connect(ALL, { clientId: 'wide' });
  await wide.subscribe(FILTER, 1);
  await publish('jobs/secret', 'first');
  await publish('jobs/open', 'second');
  const narrow = await member(OPEN_ONLY, 'narrow');
  wide.destroy();
  await until(() => heardBy(narrow).length === 1);
  expect(heardBy(narrow)).toEqual(['second']);
  await until(() => hub.broker.stats().storedMessages === 0);
});
