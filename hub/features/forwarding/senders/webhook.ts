/** Forwards to a web address: one POST after the other, signed if wanted, with a key by which repetitions are known. */
import { createHmac } from 'node:crypto';
import { convertEvent, type ForwardedEvent } from '../../../domain/forwarding.ts';
import { shownAddress } from '../../../domain/shown-address.ts';
import { render } from '../../../domain/template.ts';
import type { Clock } from '../../../lib/clock.ts';
import { idOfParts } from '../../../lib/ids.ts';
import type { OutboxRow } from '../../../store/forwarding-store.ts';
import { ANSWER_BYTES_MAX, ANSWER_CHARACTERS_MAX, ATTEMPT_TIMEOUT_MS } from '../limits.ts';
import { networkError, plainError, type SendError, type Sender, type Sent } from './sender.ts';

export interface WebhookSettings {
  readonly url: string;
  readonly mapping: readonly { readonly from: string; readonly to: string }[];
  readonly template: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly secret: string | null;
}

/** The body itself is what they do not like: sending it again changes nothing. Everything else may be put right there. */
const NEVER_TAKEN = new Set([400, 409, 413, 415, 422]);
const SECOND_MS = 1000;

/** What a template may name. */
export const TEMPLATE_NAMES = ['event', 'type', 'device_id', 'topic', 'payload', 'json', 'id', 'at_ms', 'at'] as const;

export function makeWebhook(settings: WebhookSettings, clock: Clock): Sender {
  let abort = new AbortController();
  return {
    window: 1,
    isConnected: null,
    start() {
      if (abort.signal.aborted) abort = new AbortController();
    },
    stop: () => abort.abort(),
    async send(entry) {
      const request = requestFor(entry, settings, clock.nowMs());
      if ('kind' in request) return request;
      try {
        const { body, headers, type } = request;
        const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
        const answer = await fetch(settings.url, { method: 'POST', headers, body, signal, redirect: 'manual' });
        return judge(answer, { type, text: await beginningOf(answer), nowMs: clock.nowMs() });
      } catch (error) {
        return { kind: 'retry', error: failureOf(error) };
      }
    },
  };
}

/** Signed as `t=<Unix seconds>,v1=<HMAC-SHA-256 of "<t>.<body>", hexadecimal>`. */
export function signatureOf(body: string, secret: string, nowMs: number): string {
  const t = Math.floor(nowMs / SECOND_MS);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

interface Request extends Body {
  readonly headers: Headers;
}

/** What cannot be put into a request today cannot be tomorrow: it must not hold up what is behind it. */
function requestFor(
  entry: OutboxRow,
  settings: WebhookSettings,
  nowMs: number,
): Request | Extract<Sent, { kind: 'dead' }> {
  try {
    const made = bodyOf(entry, settings);
    return { ...made, headers: headersFor(made, settings, nowMs) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'dead', error: plainError('body-refused', `No request can be made of it: ${why}`) };
  }
}

function headersFor({ body, key }: Body, settings: WebhookSettings, nowMs: number): Headers {
  const headers = new Headers({
    'content-type': 'application/json',
    'user-agent': 'Ruche',
    'idempotency-key': key,
  });
  for (const { name, value } of settings.headers) headers.set(name, value);
  if (settings.secret !== null) headers.set('x-ruche-signature', signatureOf(body, settings.secret, nowMs));
  return headers;
}

interface Body {
  readonly body: string;
  /** The same however often it is sent, and of nothing else; a header carries visible ASCII. */
  readonly key: string;
  readonly type?: string;
}

function bodyOf(entry: OutboxRow, { mapping, template }: WebhookSettings): Body {
  const values = new Map<string, unknown>([
    ['id', entry.id],
    ['at_ms', entry.atMs],
    ['at', new Date(entry.atMs).toISOString()],
    ['topic', entry.topic],
  ]);
  if (entry.kind === 'event') {
    const event: ForwardedEvent = JSON.parse(entry.body);
    const converted = convertEvent(event, mapping);
    for (const name of ['type', 'device_id'] as const) values.set(name, converted[name]);
    values.set('event', converted);
    const body = template === null ? JSON.stringify(converted) : render(template, values);
    // Devices make ids of whatever they like, and several of them count from 1.
    return { body, key: idOfParts(event.deviceId, event.eventId), type: converted.type };
  }
  const payload = Buffer.from(entry.body, 'base64');
  const { text, json } = readingsOf(payload);
  values.set('payload', text ?? entry.body).set('json', json);
  if (template !== null) return { body: render(template, values), key: entry.id };
  const said = json !== undefined ? { json } : text !== undefined ? { payload: text } : { payload_base64: entry.body };
  const { topic, qos, retain, atMs, id } = entry;
  return { body: JSON.stringify({ topic, ...said, qos, retain, at_ms: atMs, id }), key: id };
}

/** A payload as text and as JSON, where it is that. */
function readingsOf(payload: Buffer): { text?: string; json?: unknown } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return {};
  }
  try {
    return { text, json: JSON.parse(text) };
  } catch {
    return { text };
  }
}

function judge(
  answer: Response,
  { type, text, nowMs }: { type: string | undefined; text: string; nowMs: number },
): Sent {
  if (answer.ok) return type === undefined ? { kind: 'sent' } : { kind: 'sent', as: type };
  const { status } = answer;
  const error: SendError = { ...meaningOf(answer), httpStatus: status, body: text === '' ? null : text };
  if (NEVER_TAKEN.has(status)) return { kind: 'dead', error };
  const afterMs = retryAfterMs(answer.headers.get('retry-after'), nowMs);
  return afterMs === undefined ? { kind: 'retry', error } : { kind: 'retry', error, afterMs };
}

function meaningOf({ status, headers }: Response): Pick<SendError, 'reason' | 'message'> {
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) {
    return { reason: 'redirect', message: `It redirects to ${shownAddress(location)}; use that address.` };
  }
  if (status === 401 || status === 403) {
    return { reason: 'unauthorized', message: `It refuses the hub (${status}); check the headers and the secret.` };
  }
  if (status === 404 || status === 405) {
    return { reason: 'not-found', message: `It has nothing under this address (${status}); check the path.` };
  }
  if (status === 429) return { reason: 'too-often', message: 'It asks to be called less often (429).' };
  if (NEVER_TAKEN.has(status)) return { reason: 'body-refused', message: `It does not take this body (${status}).` };
  return { reason: 'status', message: `It answered ${status}.` };
}

/** Seconds or a date. (RFC 9110, 10.2.3) */
function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * SECOND_MS;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** As much of the answer as is shown; the rest is not read. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  while (reader !== undefined && bytes < ANSWER_BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.byteLength;
  }
  await reader?.cancel().catch(() => undefined);
  return Buffer.concat(parts).toString('utf8').slice(0, ANSWER_CHARACTERS_MAX);
}

function failureOf(error: unknown): SendError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'AbortError') {
    return plainError('given-up', 'The attempt was given up because the destination was paused or changed.');
  }
  if (name === 'TimeoutError') {
    return plainError('timeout', `It did not answer within ${ATTEMPT_TIMEOUT_MS / SECOND_MS} seconds.`);
  }
  return networkError(error);
}
