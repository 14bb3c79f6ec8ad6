/** Messages that people publish from the web app, and those they keep to publish them again. */
import { RucheError } from '../../contract/errors.ts';
import { SAVED_PUBLISHES_MAX } from '../../contract/limits.ts';
import type { PublishBody, SavedPublish, SavedPublishBody } from '../../contract/topic.ts';
import type { Person } from '../../domain/principal.ts';
import { isTopicName, levelsOf } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { PageOf, PageRequest, Store } from '../../store/store.ts';

export interface PublishesDeps {
  readonly clock: Clock;
  readonly store: Pick<Store, 'savedPublishes' | 'commit'>;
  /** The same way a message of a connection goes; throws RucheError when it is refused. */
  publishAs(
    by: { clientId: string; principal: Person; address: string },
    message: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean },
  ): Promise<void>;
  /** How many would get a message on this topic. */
  listenersOf(topic: string): number;
}

/** What stands for a client id where there is no connection. */
const CLIENT_ID = 'web app';
/** People who wait to save. */
const WAITING_MAX = 100;
/** Half a surrogate pair has no UTF-8 form. [MQTT-1.5.3-1] */
const HALF_CHARACTER = /\p{Surrogate}/u;
const TOPIC_LEVELS_MAX = 100;
const TOPIC_BYTES_MAX = 4096;

export interface Publishes {
  /** Answers how many sessions it was for. */
  publish(person: Person, address: string, body: PublishBody): Promise<number>;
  list(page: PageRequest): Promise<PageOf<SavedPublish>>;
  save(person: Person, body: SavedPublishBody): Promise<SavedPublish>;
  remove(id: string): Promise<void>;
}

export function createPublishes({ clock, store, publishAs, listenersOf }: PublishesDeps): Publishes {
  // Two that save at once must not both be the last one.
  const turnstile = makeTurnstile({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  return {
    async publish(person, address, body) {
      assertTopic(body.topic);
      const { topic, qos = 0, retain = false } = body;
      const message = { topic, payload: payloadOf(body), qos, retain };
      await publishAs({ clientId: CLIENT_ID, principal: person, address }, message);
      return listenersOf(topic);
    },
    list: (page) => store.savedPublishes.list(page),
    save: (person, body) =>
      turnstile(async () => {
        assertTopic(body.topic);
        payloadOf(body);
        const { items } = await store.savedPublishes.list({ limit: SAVED_PUBLISHES_MAX });
        if (items.length >= SAVED_PUBLISHES_MAX) throw new RucheError('SAVED_FULL');
        const { name, topic, payload, encoding = 'utf8', qos = 0, retain = false } = body;
        const made = { id: newId(), createdMs: clock.nowMs(), createdBy: person.username };
        const saved = { ...made, name, topic, payload, encoding, qos, retain };
        await store.commit([store.savedPublishes.put(saved)]);
        return saved;
      }),
    async remove(id) {
      if ((await store.savedPublishes.get(id)) === undefined) throw new RucheError('SAVED_UNKNOWN');
      await store.commit([store.savedPublishes.remove(id)]);
    },
  };
}

function assertTopic(topic: string): void {
  const isTooLong = Buffer.byteLength(topic) > TOPIC_BYTES_MAX || levelsOf(topic) > TOPIC_LEVELS_MAX;
  if (isTooLong || !isTopicName(topic) || HALF_CHARACTER.test(topic)) throw new RucheError('TOPIC_INVALID');
}

function payloadOf({ payload, encoding = 'utf8' }: Pick<PublishBody, 'payload' | 'encoding'>): Buffer {
  if (encoding === 'utf8') return Buffer.from(payload);
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== payload.replace(/=+$/, '')) {
    throw new RucheError('BODY_INVALID', 'body.payload is not base64.');
  }
  return bytes;
}
