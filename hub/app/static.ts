/** The built web app: hashed files for ever, the rest asked for anew, the page itself for every other address. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Http } from '../features/route.ts';
import { isApiPath } from './problems.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Sends the page of the web app; false when it is not built. */
    sendWebApp(): boolean;
  }
}

const PAGE = 'index.html';
/** Vite puts the hash of the content into the name: such a file never changes. */
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;
const PACKED = /\.(br|gz)$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** May be kept, but must be asked for: the ETag answers 304. */
const ASK_AGAIN = 'no-cache';

export async function addWebApp(http: Http, webDir: string | undefined): Promise<void> {
  // Only what is there at the start is served: no path of a request is ever put together with a folder.
  const files = webDir === undefined ? new Set<string>() : await filesIn(webDir);
  http.decorateReply('sendWebApp', function (this: FastifyReply) {
    if (files.has(PAGE)) sendFile(this, PAGE);
    return files.has(PAGE);
  });
  if (files.size === 0) return;
  await http.register(fastifyStatic, { root: webDir ?? '', serve: false, preCompressed: true, cacheControl: false });

  http.get('/*', { config: { access: 'public', rate: 'none' }, schema: { hide: true } }, async (request, reply) => {
    // Not through URL: it takes "//name" for a host, and throws at "//".
    const [pathname = ''] = request.url.split('?');
    const path = pathname === '/' ? PAGE : decoded(pathname.slice(1));
    if (isApiPath(pathname) || !files.has(path)) return reply.callNotFound();
    return sendFile(reply, path);
  });
}

function sendFile(reply: FastifyReply, path: string): FastifyReply {
  reply.header('cache-control', HASHED.test(path) ? FOR_EVER : ASK_AGAIN);
  return reply.sendFile(path);
}

/** As it is when it cannot be decoded; no file is called that. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

async function filesIn(dir: string): Promise<Set<string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(ignoreMissing);
  const paths = entries
    .filter((entry) => entry.isFile() && !PACKED.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return new Set(paths);
}

function ignoreMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
