import { expect, it } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import { Crowd } from './crowd.ts';
import { Envelope } from './envelope.ts';
import { BROKER_LIMITS } from './limits.ts';
import type { Link } from './link.ts';
import { Mailbox } from './mailbox.ts';
import { blankPost, type Post } from './post.ts';

const PACKET_IDS = 65_535;
const QOS_1 = 2;

const envelopeOf = () => new Envelope({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: false });

const makeMailbox = (): Mailbox =>
  new Mailbox('person:1:a:c', true, {
    limits: BROKER_LIMITS,
    crowd: new Crowd(BROKER_LIMITS, () => []),
    nowMs: () => 1,
    forget: () => {},
    release: async () => {},
    bodies: async (seqs) => seqs.map(() => envelopeOf()),
    dropped: () => {},
    leftOut: () => {},
    failed: () => {},
  });

function makeLink(sent: number[]): Link {
  return {
    window: 10,
    unsentBytes: 0,
    mayRead: () => true,
    publish: (_envelope, _flags, packetId) => sent.push(packetId) > 0,
    ack: () => {},
    shut: () => {},
  };
}

const postFor = (mailbox: Mailbox, seq: number): Post => {
  return { ...blankPost(envelopeOf(), QOS_1, 1), seq, packetId: mailbox.takePacketId() };
};

// [MQTT-2.3.1-2]
it('gives no message the packet id of one that an earlier connection left unanswered', async () => {
  const mailbox = makeMailbox();
  const link = makeLink([]);
  mailbox.attach(link);
  mailbox.accept(postFor(mailbox, 1)); // is never answered
  for (let taken = 1; taken < PACKET_IDS; taken++) mailbox.takePacketId();
  mailbox.detach(link);
  mailbox.accept(postFor(mailbox, 2));
  const sent: number[] = [];
  mailbox.attach(makeLink(sent));
  await until(() => sent.length === 2);
  expect(sent[0]).toBe(1);
  expect(new Set(sent).size).toBe(2);
});
