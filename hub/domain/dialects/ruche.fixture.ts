/** What our own firmware says. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

export const fixtures: readonly DialectFixture[] = [
  {
    what: 'values measured a minute ago',
    door: 'ruche/serre/telemetry',
    says: { v: { temperature: 21.5, window: false, mode: 'eco' }, age_ms: 60_000, seq: 4, boot: 'b1' },
    means: [
      {
        kind: 'readings',
        claimedId: 'serre',
        atMs: RECEIVED_MS - 60_000,
        metrics: { temperature: 21.5, window: false, mode: 'eco' },
      },
    ],
  },
  {
    what: 'a sign of life before ten minutes of sleep',
    door: 'ruche/serre/status',
    says: { status: 'online', uptime: 12.5, sleep_s: 600 },
    means: [{ kind: 'heartbeat', claimedId: 'serre', status: 'online', uptimeS: 12.5, sleepS: 600 }],
  },
  {
    what: 'the last will most libraries can leave',
    door: 'ruche/serre/status',
    says: 'offline',
    means: [{ kind: 'heartbeat', claimedId: 'serre', status: 'offline' }],
  },
  {
    what: 'something that happened',
    door: 'ruche/serre/event',
    says: { type: 'door_open', severity: 'warning', message: 'The door is open.', data: { door: 2 }, event_id: 'e-1' },
    means: [
      {
        kind: 'event',
        claimedId: 'serre',
        type: 'door_open',
        severity: 'warning',
        message: 'The door is open.',
        dataJson: '{"door":2}',
        eventId: 'e-1',
        topic: 'ruche/serre/event',
      },
    ],
  },
  {
    what: 'the answer to a command',
    door: 'ruche/serre/ack',
    says: { id: 'c-1', status: 'error', message: 'The pump is dry.' },
    means: [{ kind: 'command-ack', claimedId: 'serre', commandId: 'c-1', isOk: false, message: 'The pump is dry.' }],
  },
  {
    what: 'a line of its log',
    door: 'ruche/serre/log',
    says: { level: 'warning', message: 'Wi-Fi is weak' },
    means: [{ kind: 'log', claimedId: 'serre', level: 'warning', message: 'Wi-Fi is weak' }],
  },
  {
    what: 'a line of its log as plain text',
    door: 'ruche/serre/log',
    says: 'ready\n',
    means: [{ kind: 'log', claimedId: 'serre', level: 'info', message: 'ready' }],
  },
  {
    what: 'a game going on',
    door: 'ruche/simon-1/score',
    says: { round: 5 },
    means: [{ kind: 'round', claimedId: 'simon-1', round: 5 }],
  },
  {
    what: 'the result of a game',
    door: 'ruche/simon-1/score',
    says: { score: 4, event_id: 'g-1' },
    means: [{ kind: 'score', claimedId: 'simon-1', score: 4, eventId: 'g-1' }],
  },
];
