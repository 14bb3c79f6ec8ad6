/** What devices of seed 3 say. */
import { type DialectFixture, RECEIVED_MS } from './dialect.fixture.ts';

const claimedId = '6123456abcdef12345678901';

export const fixtures: readonly DialectFixture[] = [
  {
    what: 'values and virtual pins every 10 s (S3-1)',
    door: 'POST /devices/:id/telemetry',
    claimedId,
    says: { device_token: 'dev_token_12345', data: { temperature: 25.5, humidity: 60, v0: 1 } },
    means: [{ kind: 'readings', claimedId, atMs: RECEIVED_MS, metrics: { temperature: 25.5, humidity: 60, v0: 1 } }],
  },
  {
    what: 'the older form, where the token alone names the device (S3-2)',
    door: 'POST /telemetry',
    claimedId,
    says: { device_token: 'dev_token_12345', temperature: 25.8, v0: 0 },
    means: [{ kind: 'readings', claimedId, metrics: { temperature: 25.8, v0: 0 } }],
  },
];
