/** What Prometheus reads. */
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Http } from '../route.ts';
import { makeExposition } from './exposition.ts';
import { type Readable, readingsOf } from './readings.ts';

const STATE: Readable = {
  version: '1.2.3',
  clientsMaximum: 9,
  slowClients: 1,
  diskFreeBytes: undefined,
  decoderFailures: new Map(),
  alertsStanding: 2,
  eventLoop: { p50Ms: 1, p99Ms: 20, maxMs: 30 },
  store: { bytes: null, commits: 5, writes: 7, pendingWrites: 0 },
  process: { startedMs: 1000, cpuS: 1.5, residentBytes: 2, heapBytes: 3, heapTotalBytes: 4, externalBytes: 5 },
  broker: {
    clients: 4,
    publishesIn: 10,
    publishesOut: 20,
    bytesIn: 30,
    bytesOut: 40,
    dropped: 1,
    refused: 2,
    commitFailures: 0,
    commitMs: null,
    queuedMessages: 6,
  },
};
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
/** `name{labels} value` → the name. */
const nameOf = (line: string): string => line.slice(0, line.search(/[{ ]/));

describe('the text', () => {
  it('has every number with its meaning and its kind', async () => {
    const text = await makeExposition().text(readingsOf(STATE));
    expect(text).toContain('# HELP ruche_broker_clients Clients connected.\n# TYPE ruche_broker_clients gauge\n');
    expect(linesOf(text)).toEqual(
      expect.arrayContaining([
        'ruche_broker_clients 4',
        'ruche_broker_publishes_total{direction="in"} 10',
        'ruche_broker_publishes_total{direction="out"} 20',
        'ruche_broker_queued_messages 6',
        'ruche_event_loop_delay_seconds{quantile="0.99"} 0.02',
        'ruche_info{version="1.2.3"} 1',
        'ruche_store_commits_total 5',
        'ruche_process_cpu_seconds_total 1.5',
      ]),
    );
  });

  it('leaves out what is not known', async () => {
    const text = await makeExposition().text(readingsOf(STATE));
    for (const name of ['retained_messages', 'subscriptions', 'packets_total', 'sessions_away']) {
      expect(text).not.toContain(`ruche_broker_${name}`);
    }
    expect(text).not.toContain('ruche_store_bytes');
    expect(text).not.toContain('ruche_disk_free_bytes');
  });

  it('can be read line by line: names of ours, one HELP and TYPE each', async () => {
    const exposition = makeExposition();
    exposition.written(3);
    const text = await exposition.text(readingsOf(STATE));
    for (const line of linesOf(text))
      expect(line).toMatch(/^ruche_[a-z0-9_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? \S+$/);
    const helped = text
      .split('\n')
      .filter((line) => line.startsWith('# HELP'))
      .map((line) => line.split(' ')[2]);
    expect(new Set(helped).size).toBe(helped.length);
    expect(helped).toContain(nameOf('ruche_broker_clients 4'));
  });

  it('counts how long the store writes', async () => {
    const exposition = makeExposition();
    for (const ms of [0.1, 3, 3, 80]) exposition.written(ms);
    const lines = linesOf(await exposition.text([]));
    expect(lines).toContain('ruche_store_commit_seconds_bucket{le="0.0002"} 1');
    expect(lines).toContain('ruche_store_commit_seconds_bucket{le="0.005"} 3');
    expect(lines).toContain('ruche_store_commit_seconds_count 4');
  });
});

describe('requests', () => {
  it('are timed by the pattern of their route, never by what a stranger wrote into the address', async () => {
    const http: Http = Fastify();
    const exposition = makeExposition();
    http.get('/things/:id', async () => 'a thing');
    exposition.time(http);
    http.get('/fails', async () => {
      throw new Error('on purpose');
    });
    for (let at = 0; at < 30; at++) {
      await http.inject({ url: `/things/${at}` });
      await http.inject({ url: `/nothing/${at}`, method: at % 2 === 0 ? 'GET' : 'PUT' });
    }
    await http.inject({ url: '/fails' });
    const counts = linesOf(await exposition.text([])).filter((line) => line.includes('_count'));
    expect(counts.sort()).toEqual([
      'ruche_http_request_duration_seconds_count{method="GET",route="/fails",status="5xx"} 1',
      'ruche_http_request_duration_seconds_count{method="GET",route="/things/:id",status="2xx"} 30',
      'ruche_http_request_duration_seconds_count{method="none",route="none",status="4xx"} 30',
      'ruche_store_commit_seconds_count 0',
    ]);
    await http.close();
  });
});
