/** Whether a request comes from the hub's own machine, or from the network around it. */
import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** A proxy on this machine makes every request look local; these headers give it away. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
/** Another name in Host: a page of somebody else's, whose name was pointed at this machine (DNS rebinding). */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLocalRequest({
  ip,
  headers,
  hostname,
}: Pick<FastifyRequest, 'ip' | 'headers' | 'hostname'>): boolean {
  if (!isLoopback(ip) || !LOCAL_HOSTS.has(hostname.toLowerCase())) return false;
  return FORWARDING_HEADERS.every((name) => headers[name] === undefined);
}

function isLoopback(ip: string): boolean {
  const address = ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
  return address === '::1' || address.startsWith('127.');
}

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
/** Names that no public server answers to. */
const HOME_NAME = /^[\w-]+(\.(local|lan|home|internal|home\.arpa))?$/i;

/**
 * A device or browser of the same network that asks for itself: not through a proxy, not a page of somebody else's,
 * whether it only sends its requests here (Origin) or had its name pointed here (Host).
 */
export function isPrivateRequest({
  ip,
  headers,
  hostname,
}: Pick<FastifyRequest, 'ip' | 'headers' | 'hostname'>): boolean {
  const address = ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
  if (!PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return false;
  if (!HOME_NAME.test(hostname) && isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return false;
  if (FORWARDING_HEADERS.some((name) => headers[name] !== undefined)) return false;
  const { origin, host } = headers;
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host;
}
