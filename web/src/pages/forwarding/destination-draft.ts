/** A destination while it is being edited, and what is sent of it. Pure. */
import type { Destination, DestinationPatch } from '../../../../hub/contract/destination.ts';
import { headersIn, mappingIn, mappingText, topicsIn } from './destination-text.ts';

export interface Draft {
  kind: 'webhook' | 'mqtt';
  name: string;
  url: string;
  topics: string;
  events: boolean;
  mapping: string;
  template: string;
  headers: string;
  direction: 'out' | 'in' | 'both';
  localPrefix: string;
  remotePrefix: string;
  username: string;
  /** What is typed anew; '' leaves what there is. */
  secret: string;
}

const BLANK: Draft = {
  ...{ kind: 'webhook', name: '', url: '', topics: '', events: true, template: '', headers: '' },
  mapping: 'MOTION_DETECTED = motion_detected\nPRESSURE_DETECTED = button_pressed',
  ...{ direction: 'out', localPrefix: '', remotePrefix: '', username: '', secret: '' },
};

export function draftOf(destination: Destination | null): Draft {
  if (destination === null) return BLANK;
  const { name, url } = destination;
  const shared = { ...BLANK, name, url, topics: destination.topics.join('\n') };
  if (destination.kind === 'mqtt') {
    const { kind, direction, localPrefix, remotePrefix, username } = destination;
    return { ...shared, kind, direction, localPrefix, remotePrefix, username: username ?? '' };
  }
  const { kind, events, mapping, template, headers } = destination;
  return {
    ...shared,
    ...{ kind, events, mapping: mappingText(mapping), template: template ?? '', headers: headers.join('\n') },
  };
}

export function bodyOf(draft: Draft, destination: Destination | null): DestinationPatch {
  const { name, url, topics, secret } = draft;
  const shared = { name, url: url.trim(), topics: topicsIn(topics) };
  // An empty field of a new one means none; of one that has a secret it means: leave it.
  const typed = secret === '' ? undefined : secret;
  if (draft.kind === 'mqtt') {
    const { direction, localPrefix, remotePrefix, username } = draft;
    const parts = { ...shared, direction, localPrefix, remotePrefix, username: username === '' ? null : username };
    return typed === undefined ? parts : { ...parts, password: typed };
  }
  const { events, template } = draft;
  const parts = {
    ...{ ...shared, events, mapping: mappingIn(draft.mapping).value },
    ...{ template: template.trim() === '' ? null : template, headers: headersIn(draft.headers).value },
  };
  const isFixed = destination?.fixed === true;
  const { url: _fixed, ...withoutUrl } = parts;
  const sent = isFixed ? withoutUrl : parts;
  return typed === undefined ? sent : { ...sent, secret: typed };
}
