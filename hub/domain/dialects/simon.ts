/** Seed 0's Simon game, exactly as its firmware speaks: three shared topics, the device named inside the payload. */
import { SCORE_MAX } from '../../contract/limits.ts';
import { SIMON_PAIR, SIMON_PAIR_ACK, SIMON_SCORES } from '../../contract/topics.ts';
import type { Report } from '../report.ts';
import type { Decoded, Dialect } from './dialect.ts';
import { eventIdOf, Fields, invalid, NAME_LENGTH_MAX, textOf, understand } from './payload.ts';

/** The firmware's own buffers hold 256 bytes (S0-9). */
const PAYLOAD_MAX_BYTES = 1024;
/** `ESP32-Simon-` and the MAC (S0-8). */
const CLIENT_ID = /^ESP32-Simon-([0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})$/;

export const simon: Dialect = {
  id: 'simon',
  about: 'The Simon game of seed 0: scores and pairing on three shared topics; the payload names the device.',
  topics: { up: [SIMON_SCORES, SIMON_PAIR_ACK], down: [SIMON_PAIR] },
  namedBy: 'payload',
  identify: (clientId) => CLIENT_ID.exec(clientId)?.[1],
  decode(topic, payload): Decoded {
    if (topic === SIMON_SCORES) return understand(() => ({ reports: [scoreOf(read(payload))] }));
    if (topic === SIMON_PAIR_ACK) return understand(() => ({ reports: [answerOf(read(payload))] }));
    return undefined;
  },
};

const read = (payload: Uint8Array): Fields => Fields.parse(textOf(payload, PAYLOAD_MAX_BYTES));

function scoreOf(fields: Fields): Report {
  const claimedId = fields.nonEmptyText('device_id', NAME_LENGTH_MAX);
  // The seed sends it, so a wrong type is an error; but whose score it is, is decided by the pairing.
  fields.optionalText('username', NAME_LENGTH_MAX);
  const score = fields.integer('score', SCORE_MAX);
  return { kind: 'score', claimedId, score, eventId: eventIdOf(fields) };
}

function answerOf(fields: Fields): Report {
  const claimedId = fields.nonEmptyText('device_id', NAME_LENGTH_MAX);
  const username = fields.text('username', NAME_LENGTH_MAX);
  if (fields.raw('status') !== 'paired') invalid('status: must be "paired".');
  return { kind: 'pairing-answer', claimedId, username };
}
