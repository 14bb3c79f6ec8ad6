/**
 * The suite that every persistence of Aedes must pass, run on ours as far as the broker uses one: subscriptions and
 * retained values. What is left out is left out by name, with the reason, and Aedes is watched for asking for it.
 */
import assert from 'node:assert';
import { createRequire } from 'node:module';
import LevelPersistence from 'aedes-persistence-level/asyncPersistence.js';
import { describe, expect, it } from 'vitest';
import { Persistence } from '../../hub/features/broker/persistence.ts';
import { startBroker } from '../helpers/start-broker.ts';
import { storedPersistence } from './stored-persistence.ts';

/** The part of node:test's context that the suite uses. */
interface TestContext {
  readonly assert: typeof assert;
  plan(count: number): void;
  diagnostic(message: string): void;
}
interface SuiteOptions {
  test(title: string, run: (context: TestContext) => Promise<void>): void;
  persistence(): Promise<unknown>;
  readonly testAsync: true;
}

const describePersistence: (options: SuiteOptions) => void = createRequire(import.meta.url)(
  'aedes-persistence/abstract',
);

const MAILBOXES = 'what a session is owed stands in its mailbox and on the shelf; Aedes never sees a message';
const HANDSHAKES = 'QoS 2 handshakes of clients are ended by the publish pipeline, before Aedes';
const WILLS = 'last wills are stored and published by wills.ts; Aedes only says that a connection ended';
/** The suite's tests that do not fit, and why. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['add outgoing packet and stream it', MAILBOXES],
  ['add outgoing packet for multiple subs and stream to all', MAILBOXES],
  ['add outgoing packet as a string and pump', MAILBOXES],
  ['add outgoing packet as a string and stream', MAILBOXES],
  ['add outgoing packet and stream it twice', MAILBOXES],
  ['add outgoing packet and update messageId', MAILBOXES],
  ['add 2 outgoing packet and clear messageId', MAILBOXES],
  ['add many outgoing packets and clear messageIds', MAILBOXES],
  ['update to publish w/ same messageId', MAILBOXES],
  ['update to pubrel', MAILBOXES],
  ['do not error if unkown messageId in outoingClearMessageId', MAILBOXES],
  ['add incoming packet, get it, and clear with messageId', HANDSHAKES],
  ['clean incoming packets', HANDSHAKES],
  ['clean incoming packets with no stored packets', HANDSHAKES],
  ['store, fetch and delete will message', WILLS],
  ['stream all will messages', WILLS],
  ['stream all will message for unknown brokers', WILLS],
  ['delete wills from dead brokers', WILLS],
]);

describe('the persistence of the broker, by the suite of Aedes', () => {
  const known = new Set<string>();
  describePersistence({
    test(title, run) {
      known.add(title);
      if (!LEFT_OUT.has(title)) it(title, () => run({ assert, plan: () => undefined, diagnostic: () => undefined }));
    },
    persistence: storedPersistence,
    testAsync: true,
  });

  it('leaves out nothing that is not there', () => {
    expect([...LEFT_OUT.keys()].filter((title) => !known.has(title))).toEqual([]);
    expect(known.size - LEFT_OUT.size).toBeGreaterThan(25);
  });
});

it('is asked by Aedes for nothing but what it answers itself', async () => {
  const asked: string[] = [];
  const restore = watchInherited(asked);
  const hub = await startBroker();
  try {
    const will = { topic: 'gone', payload: 'x', qos: 1, retain: true } as const;
    const reader = await hub.connect('owner', { clientId: 'reader', clean: false, acks: true, will });
    await reader.subscribe('a/#', 2);
    for (const [at, qos] of ([0, 1, 2] as const).entries()) {
      reader.publish({ topic: `a/${qos}`, payload: 'x', qos, messageId: at + 1, retain: true });
      await reader.take('publish');
    }
    reader.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a/#'] });
    await reader.take('unsuback');
    reader.destroy();
    const again = await hub.connect('owner', { clientId: 'reader', clean: false, acks: true });
    await again.end();
    expect((await hub.connect('owner', { clientId: 'reader', clean: true })).connack.sessionPresent).toBe(false);
  } finally {
    await hub.close();
    restore();
  }
  expect(asked).toEqual([]);
});

/** Notes every call of a method that our class leaves as it is. Answers what ends that. */
function watchInherited(asked: string[]): () => void {
  const base = LevelPersistence.prototype;
  const watched = Object.entries(Object.getOwnPropertyDescriptors(base)).filter(
    ([name, { value }]) =>
      name !== 'constructor' && typeof value === 'function' && !Object.hasOwn(Persistence.prototype, name),
  );
  for (const [name] of watched)
    Object.defineProperty(base, name, { value: () => void asked.push(name), configurable: true });
  return () => {
    for (const [name, descriptor] of watched) Object.defineProperty(base, name, descriptor);
  };
}
