/** Whether a request comes from a browser or program on the hub's own machine. */
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
