/** Under which address other devices reach this hub, when the browser may have come by one that only works here. */
import type { HubInfo } from '../../../hub/contract/hub-info.ts';

const LOOPBACK = /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Every address worth offering, the best first: the one the browser used, unless only this machine knows it. */
export function hostsOf(hub: Pick<HubInfo, 'addresses' | 'hostname'>, browserHost: string): string[] {
  const used = browserHost.replace(/^\[|\]$/g, '');
  const others = hub.addresses.filter((address) => !isLoopback(address));
  const offered = isLoopback(browserHost) ? others : [used, ...others];
  const mdnsName = hub.hostname.includes('.') ? hub.hostname : `${hub.hostname}.local`;
  const all = hub.hostname === '' || isLoopback(hub.hostname) ? offered : [...offered, mdnsName];
  return all.length === 0 ? [used] : [...new Set(all)];
}

/** Where another device opens this web app. */
export function originFor(host: string, location: Pick<Location, 'protocol' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${location.protocol}//${name}${location.port === '' ? '' : `:${location.port}`}`;
}
