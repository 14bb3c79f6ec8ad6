/** Everything `GET /metrics` says: readings taken at that moment, and the histograms kept since the start. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Http } from '../route.ts';
import type { Reading } from './readings.ts';

/** Seconds; from a fast disk to one that is in trouble. */
const COMMIT_BUCKETS = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const REQUEST_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** For requests that no route answers: their addresses are made up by strangers. */
const NO_ROUTE = 'none';

export interface Exposition {
  readonly contentType: string;
  text(readings: readonly Reading[]): Promise<string>;
  /** A batch of the store was written. */
  written(ms: number): void;
  /** Measures every answer of `http`. */
  time(http: Http): void;
}

export function makeExposition(): Exposition {
  const kept = new Registry();
  const commits = new Histogram({
    name: 'ruche_store_commit_seconds',
    help: 'How long writing one group of commits took.',
    buckets: COMMIT_BUCKETS,
    registers: [kept],
  });
  const requests = new Histogram({
    name: 'ruche_http_request_duration_seconds',
    help: 'How long an HTTP request took, by the pattern of its route.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers: [kept],
  });
  return {
    contentType: kept.contentType,
    async text(readings) {
      // Made anew each time: a metric that is kept would show 0 for a number that is not known.
      const now = new Registry();
      for (const reading of readings) register(reading, now);
      return `${await now.metrics()}\n${await kept.metrics()}`;
    },
    written: (ms) => commits.observe(ms / 1000),
    time(http) {
      http.addHook('onResponse', async ({ method, is404, routeOptions }, reply) => {
        const route = is404 ? undefined : routeOptions.url;
        const labels = {
          method: route === undefined ? NO_ROUTE : method,
          route: route ?? NO_ROUTE,
          status: `${Math.floor(reply.statusCode / 100)}xx`,
        };
        requests.observe(labels, reply.elapsedTime / 1000);
      });
    },
  };
}

function register({ name, help, kind, values }: Reading, registry: Registry): void {
  const labelNames = Object.keys(values[0]?.labels ?? {});
  const settings = { name, help, labelNames, registers: [registry] };
  if (kind === 'gauge') {
    const gauge = new Gauge(settings);
    for (const { labels = {}, value } of values) gauge.set(labels, value);
  } else {
    const counter = new Counter(settings);
    for (const { labels = {}, value } of values) counter.inc(labels, value);
  }
}
