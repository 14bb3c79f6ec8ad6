/** Security headers that also work on plain http in a home network. */
import type { IncomingMessage } from 'node:http';
import type { FastifyHelmetOptions } from '@fastify/helmet';

const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/** MQTT over WebSocket on this host; 'self' covers it in some browsers only. */
function ownSockets({ headers: { host = '' } }: IncomingMessage): string {
  return HOST.test(host) ? `ws://${host} wss://${host}` : "'self'";
}

export const securityHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      // style="…" on an element sizes a bar or a chart and can run nothing.
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'", (request) => ownSockets(request)],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
      // No upgrade-insecure-requests: on http://192.168.… there is nothing to upgrade to.
    },
  },
  // HTTPS comes with the hub's own certificate authority: a browser that does not know it must keep its way back.
  strictTransportSecurity: false,
  // Browsers ignore these two on plain http, and fill the console with saying so.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
};
