/** A destination as people write it, as it is stored, and as they see it: secrets go in and never come out. */
import type { Destination, DestinationBody, DestinationPatch, DestinationStatus } from '../../contract/destination.ts';
import { RucheError } from '../../contract/errors.ts';
import { HIDDEN } from '../../contract/limits.ts';
import { DEFAULT_MAPPING } from '../../domain/forwarding.ts';
import { shownAddress } from '../../domain/shown-address.ts';
import { namesIn } from '../../domain/template.ts';
import { isTopicFilter } from '../../domain/topic-names.ts';
import { seal, unseal } from '../../lib/seal.ts';
import type { DestinationRow } from '../../store/forwarding-store.ts';
import { TEMPLATE_NAMES } from './senders/webhook.ts';

const SCHEMES: Readonly<Record<DestinationRow['kind'], readonly string[]>> = {
  webhook: ['http:', 'https:'],
  mqtt: ['mqtt:', 'mqtts:', 'ws:', 'wss:'],
};
/** A token of RFC 9110, 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a header can carry (RFC 9110, 5.5): anything else would be found out only when something is to be sent. */
const HEADER_VALUE = /^[\t -~\u0080-\u00ff]*$/;
/** What the hub itself says. */
const OWN_HEADERS = new Set(['idempotency-key', 'x-ruche-signature', 'content-length', 'host', 'connection']);

export function newDestination(
  { kind, ...body }: DestinationBody,
  { id, key, nowMs }: { id: string; key: Buffer; nowMs: number },
): DestinationRow {
  const blank: DestinationRow = {
    ...{ id, kind, name: '', url: '', topics: [], paused: false, createdMs: nowMs, changedMs: nowMs },
    ...{ events: kind === 'webhook', mapping: [...DEFAULT_MAPPING], template: null, headers: [] },
    ...{ direction: 'out', localPrefix: '', remotePrefix: '', username: null, secretSealed: null },
  };
  return changedDestination(blank, body, { key, nowMs });
}

/** Throws DESTINATION_INVALID naming the field. Parts of the other kind are ignored. */
export function changedDestination(
  row: DestinationRow,
  patch: DestinationPatch,
  { key, nowMs }: { key: Buffer; nowMs: number },
): DestinationRow {
  const { name = row.name, topics = row.topics, paused = row.paused } = patch;
  const address = addressGiven(row, patch.url, key);
  checkUrl(address, row.kind);
  for (const filter of topics) if (!isTopicFilter(filter)) invalid(`topics: "${filter}" is not a topic filter.`);
  const pausedByHub = paused === row.paused ? row.pausedByHub : undefined;
  const addressed = withAddress(row, address, key);
  const common = { ...addressed, name: name.trim(), topics, paused, pausedByHub, changedMs: nowMs };
  if (common.name === '') invalid('name: must not be empty.');
  const sealed = (secret: string | null | undefined): string | null =>
    secret === undefined ? row.secretSealed : secret === null || secret === '' ? null : seal(secret, row.id, key);
  if (row.kind === 'mqtt') {
    const { direction = row.direction, localPrefix = row.localPrefix, remotePrefix = row.remotePrefix } = patch;
    const { username = row.username } = patch;
    checkPrefix('localPrefix', localPrefix);
    checkPrefix('remotePrefix', remotePrefix);
    return { ...common, direction, localPrefix, remotePrefix, username, secretSealed: sealed(patch.password) };
  }
  const { events = row.events, mapping = row.mapping, template = row.template } = patch;
  checkTemplate(template);
  return {
    ...common,
    events,
    mapping,
    template,
    headers: headersOf(row, patch, key),
    secretSealed: sealed(patch.secret),
  };
}

export function destinationView(row: DestinationRow, isFixed: boolean, status: DestinationStatus): Destination {
  const { id, name, topics, paused, createdMs, changedMs } = row;
  const url = shownAddress(row.url);
  const common = { id, name, url, topics, paused, fixed: isFixed, createdMs, changedMs, status };
  if (row.kind === 'mqtt') {
    const { kind, direction, localPrefix, remotePrefix, username } = row;
    const hasPassword = row.secretSealed !== null;
    return { ...common, kind, direction, localPrefix, remotePrefix, username, hasPassword };
  }
  const { kind, events, mapping, template, headers, secretSealed } = row;
  const names = headers.map((header) => header.name);
  return { ...common, kind, events, mapping, template, headers: names, signed: secretSealed !== null };
}

function headersOf(row: DestinationRow, { headers }: DestinationPatch, key: Buffer): DestinationRow['headers'] {
  if (headers === undefined) return row.headers;
  return headers.map(({ name, value }) => {
    if (!HEADER_NAME.test(name)) invalid(`headers: "${name}" is not a name of a header.`);
    if (OWN_HEADERS.has(name.toLowerCase())) invalid(`headers: "${name}" is set by the hub itself.`);
    const kept = row.headers.find((header) => header.name === name);
    if (value === undefined) return kept ?? invalid(`headers: "${name}" has no value.`);
    if (!HEADER_VALUE.test(value)) invalid(`headers: the value of "${name}" has characters a header cannot carry.`);
    return { name, sealed: seal(value, row.id, key) };
  });
}

/** The whole of it, also of what is not shown. */
export function addressOf({ id, url, urlSealed }: DestinationRow, key: Buffer): string {
  return urlSealed === undefined ? url : unseal(urlSealed, id, key);
}

/** What is not named, or sent back as it was shown, stays. */
export function addressGiven(row: DestinationRow, url: string | undefined, key: Buffer): string {
  return url === undefined || url === shownAddress(row.url) ? addressOf(row, key) : url;
}

export function withAddress(row: DestinationRow, address: string, key: Buffer): DestinationRow {
  const url = shownAddress(address);
  return { ...row, url, urlSealed: url === address ? undefined : seal(address, row.id, key) };
}

function checkUrl(text: string, kind: DestinationRow['kind']): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const allowed = SCHEMES[kind].map((scheme) => `${scheme}//`).join(', ');
  if (url === null || !SCHEMES[kind].includes(url.protocol))
    invalid(`url: must be an address that begins with ${allowed}.`);
  if (text.includes(HIDDEN)) invalid(`url: leave it as it is, or write out what stands behind ${HIDDEN}.`);
  if (url.username !== '' || url.password !== '') invalid('url: names and passwords have fields of their own.');
}

function checkPrefix(field: string, prefix: string): void {
  if (/[+#\0]/.test(prefix)) invalid(`${field}: must not contain + or #.`);
}

function checkTemplate(template: string | null): void {
  if (template === null) return;
  const known: readonly string[] = TEMPLATE_NAMES;
  const unknown = namesIn(template).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    invalid(`template: "${unknown}" is not known; there are ${TEMPLATE_NAMES.join(', ')}.`);
  }
}

function invalid(detail: string): never {
  throw new RucheError('DESTINATION_INVALID', detail);
}
