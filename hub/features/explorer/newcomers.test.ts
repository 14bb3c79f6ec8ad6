import { expect, it } from 'vitest';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { Explorer } from './explorer.ts';
import type { Publisher } from './topic-node.ts';

const known = (name: string): Publisher => ({
  clientId: name,
  principal: { kind: 'device', deviceId: name, names: new Set([name]), isProtected: true },
  address: '10.0.0.1',
});
const stranger = (clientId: string, address: string): Publisher => ({ clientId, principal: { kind: 'open' }, address });

function makeExplorer() {
  const clock = new FakeClock();
  const told: RefusalFacts[] = [];
  const explorer = new Explorer({
    clock,
    limits: { newTopicsPerSMax: 2, newTopicsBurstMax: 3, inventorsMax: 2 },
    retained: () => undefined,
    listenersOf: () => ({ subscribers: [], total: 0 }),
    ownerOf: () => null,
    onError: (error) => {
      throw error;
    },
  });
  explorer.onTooManyTopics((facts) => void told.push(facts));
  const say = (topic: string, by: Publisher | undefined): void =>
    explorer.passed({ topic, payload: Buffer.from('x'), qos: 0, retain: false }, false, by);
  const isRemembered = (topic: string): boolean => explorer.clientsOf(topic).length > 0;
  return { clock, told, explorer, say, isRemembered };
}

it('remembers a burst of new topics of one client, then so many a second, and names the client once', () => {
  const { clock, told, say, isRemembered } = makeExplorer();
  const [alpha, beta] = [known('alpha'), known('beta')];
  for (let at = 0; at < 10; at++) say(`alpha/${at}`, alpha);
  for (let at = 0; at < 3; at++) say(`beta/${at}`, beta);
  expect([0, 2, 3, 9].map((at) => isRemembered(`alpha/${at}`))).toEqual([true, true, false, false]);
  expect(isRemembered('beta/2')).toBe(true);
  clock.advance(500);
  say('alpha/9', alpha);
  expect(isRemembered('alpha/9')).toBe(true);
  expect(told).toEqual([
    expect.objectContaining({ code: 'TOPICS_TOO_MANY', clientId: 'alpha', deviceId: 'alpha', action: 'publish' }),
  ]);
  clock.advance(10_000);
  for (let at = 10; at < 20; at++) say(`alpha/${at}`, alpha);
  expect(told.at(-1)?.detail).toContain('Not remembered: 7 new topics');
});

it('counts strangers of one address together, because they call themselves anything', () => {
  const { say, isRemembered } = makeExplorer();
  for (let at = 0; at < 6; at++) say(`made/up/${at}`, stranger(`name ${at}`, '10.0.0.9'));
  expect([2, 3].map((at) => isRemembered(`made/up/${at}`))).toEqual([true, false]);
  say('somewhere/else', stranger('name 7', '10.0.0.10'));
  expect(isRemembered('somewhere/else')).toBe(true);
});

it('goes on counting the messages of topics it remembers, and remembers what somebody looks at', () => {
  const { explorer, say, isRemembered } = makeExplorer();
  const alpha = known('alpha');
  for (let at = 0; at < 5; at++) say(`alpha/${at}`, alpha);
  say('alpha/0', alpha);
  const owner = { kind: 'person', userId: 'u', username: 'o', role: 'owner', sessionId: 's' } as const;
  expect(explorer.detail(owner, 'alpha/0').messages).toBe(2);
  expect(isRemembered('alpha/4')).toBe(false);
  explorer.topic('alpha/4').snapshot();
  say('alpha/4', alpha);
  expect(isRemembered('alpha/4')).toBe(true);
});
