import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';
import { Envelope } from './envelope.ts';
import { BROKER_LIMITS } from './limits.ts';
import type { Link } from './link.ts';
import { Mailbox } from './mailbox.ts';
import { blankPost, POST_BYTES, type Post } from './post.ts';
import { PostQueue } from './post-queue.ts';

const NOW_MS = 1_800_000_000_000.5;
const LATER_MS = NOW_MS + 3_600_000;
const FLAGS = 2;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function makeQueue(): { queue: PostQueue; crowd: Crowd } {
  const crowd = new Crowd(BROKER_LIMITS, () => []);
  return { queue: new PostQueue(crowd), crowd };
}

/** Told apart by `at`, also where no number tells them apart. */
function makePost(at: number, more: Partial<Post> = {}): Post {
  const envelope = new Envelope({ topic: `topic/${at}`, payload: Buffer.from(`${at}`), qos: 1, retain: false });
  return { ...blankPost(envelope, FLAGS, NOW_MS + at), seq: at + 1, ...more };
}

const withoutBody = ({ envelope: _, ...post }: Post): Omit<Post, 'envelope'> => post;

/** What the queue does, done to a plain list. */
class PlainQueue {
  posts: Post[] = [];

  dropOldest(): Post | undefined {
    const at = this.posts.findIndex(({ wasSent }) => !wasSent);
    return at === -1 ? undefined : this.posts.splice(at, 1)[0];
  }
}

/** What can happen to a queue: times are how often. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('away' as const), times: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('there' as const), times: fc.integer({ min: 1, max: 150 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('unstored' as const, 'sent' as const),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('drop' as const), times: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), times: fc.integer({ min: 0, max: 120 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear' as const), times: fc.constant(1) }) },
);

describe('a queue of posts', () => {
  it('holds what a plain list would, whatever of it is packed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { queue, crowd } = makeQueue();
        const plain = new PlainQueue();
        let at = 0;
        const push = (more: Partial<Post>): void => {
          const post = makePost(++at, {
            subscriptionIds: at % 3 === 0 ? [at] : undefined,
            group: at % 4 === 0 ? `$share/${at}/#` : undefined,
            packetId: at % 65_536,
            ...more,
          });
          queue.push({ ...post });
          plain.posts.push(post);
        };
        const take = (): Post | undefined => {
          const post = queue.first;
          queue.shift();
          expect(post?.atMs).toBe(plain.posts.shift()?.atMs);
          return post;
        };
        for (const { kind, times } of steps) {
          if (kind === 'clear') {
            queue.clear();
            plain.posts = [];
          } else if (kind === 'leave') {
            // so many are on their way when the client leaves, and come back
            const sent = Array.from({ length: times }, take).flatMap((post) => post ?? []);
            for (const post of sent) post.wasSent = true;
            queue.dropUnkept();
            queue.putBack(sent);
            queue.pack();
            plain.posts.unshift(...sent.map((post) => ({ ...post })));
          } else {
            for (let time = 0; time < times; time++) {
              if (kind === 'away') push({ envelope: undefined, expiresMs: LATER_MS });
              else if (kind === 'there') push({});
              else if (kind === 'unstored') push({ seq: 0 });
              else if (kind === 'sent') push({ envelope: undefined, wasSent: true, isReleased: at % 2 === 0 });
              else expect(queue.dropOldest()?.atMs).toBe(plain.dropOldest()?.atMs);
            }
          }
          expect([...queue].map(withoutBody)).toEqual(plain.posts.map(withoutBody));
          expect(queue.length).toBe(plain.posts.length);
          expect(queue.bytes).toBe(plain.posts.reduce((sum, { bytes }) => sum + bytes, 0));
          expect({ messages: crowd.messages, bytes: crowd.bytes }).toEqual({
            messages: queue.length,
            bytes: queue.bytes,
          });
          for (const { seq, envelope } of queue) if (seq === 0) expect(envelope).toBeDefined();
        }
      }),
    );
  });

  it('lets go, when nobody is there, of what does not outlive a connection', () => {
    const { queue, crowd } = makeQueue();
    queue.push(makePost(1, { envelope: undefined }));
    queue.push(makePost(2, { seq: 0, flags: 0 }));
    queue.push(makePost(3));
    queue.dropUnkept();
    queue.pack();
    expect([...queue]).toMatchObject([{ seq: 2 }, { seq: 4 }]);
    expect(crowd.messages).toBe(2);
  });

  it('does not change posts that were sent: that the client has one may be on its way to the store', () => {
    const { queue } = makeQueue();
    const sent = makePost(1, { wasSent: true });
    queue.push(makePost(2));
    queue.putBack([sent]);
    queue.pack();
    expect(queue.first).toBe(sent);
    expect(sent.envelope).toBeUndefined();
  });

  it('takes out what is gone from the store', () => {
    const { queue } = makeQueue();
    for (let at = 0; at < 3; at++) queue.push(makePost(at, { envelope: undefined }));
    expect(queue.first?.seq).toBe(1);
    const [, second] = queue.unread(10);
    if (second !== undefined) queue.remove(second);
    expect([...queue]).toMatchObject([{ seq: 1 }, { seq: 3 }]);
    expect(queue.length).toBe(2);
  });
});

/** JavaScript memory that is in use after `work` and was not before, for each of `count`. */
function bytesOfEach(count: number, work: () => unknown): number {
  const inUse = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = inUse();
  const kept = work();
  const bytes = inUse() - before;
  expect(kept).toBeDefined();
  return bytes / count;
}

describe('what waits for a client that is away', () => {
  const COUNT = 50_000;
  /** Takes nothing now. */
  const BUSY: Link = {
    window: 0,
    unsentBytes: 0,
    mayRead: () => true,
    publish: () => true,
    ack: () => undefined,
    shut: () => undefined,
  };
  const makeMailbox = (): Mailbox =>
    new Mailbox('me', true, {
      limits: { ...BROKER_LIMITS, queuedMessagesMax: COUNT },
      crowd: new Crowd(BROKER_LIMITS, () => []),
      nowMs: () => NOW_MS,
      forget: () => undefined,
      release: async () => undefined,
      bodies: async () => [],
      dropped: () => undefined,
      leftOut: () => undefined,
      failed: (error) => expect.fail(String(error)),
    });

  it.each(['away', 'there'] as const)('takes no more memory than is counted for it, come when it was %s', (when) => {
    const each = bytesOfEach(COUNT, () => {
      const mailbox = makeMailbox();
      if (when === 'there') mailbox.attach(BUSY);
      for (let at = 0; at < COUNT; at++) mailbox.accept(makePost(at));
      if (when === 'there') mailbox.detach(BUSY);
      expect(mailbox.waiting).toBe(COUNT);
      return mailbox;
    });
    expect(each).toBeLessThan(POST_BYTES);
  });

  it('leaves no trace when it is dropped for something newer', () => {
    const KEPT = 100;
    const each = bytesOfEach(COUNT, () => {
      const { queue } = makeQueue();
      for (let at = 0; at < COUNT; at++) {
        queue.push(makePost(at));
        if (queue.length > KEPT) queue.dropOldest();
      }
      return queue;
    });
    expect(each).toBeLessThan(POST_BYTES);
  });
});
