import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Names of these files change with what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

/**
 * The page /console and what it is made of, without a key: it holds nothing, and asks the API for everything. `/` leads
 * browsers there.
 */
export async function addConsole(server: FastifyInstance, directory = builtConsole()): Promise<void> {
  if (directory === undefined) {
    new Logger('Console').warn('The console is not there, because it is not built. Run: npm run build');
    return;
  }
  await server.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (needsSlash(request)) return reply.redirect('console/');
      reply.header('cache-control', request.url.includes('/assets/') ? FOR_EVER : ASK_EACH_TIME);
    });
    await scope.register(fastifyStatic, {
      root: directory,
      prefix: '/console/',
      // A route for each file there is, and nothing else: no path of a request is made into one of the disk.
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      preCompressed: true,
      globIgnore: ['**/*.br', '**/*.gz'],
    });
  });
  server.get('/', (request, reply) => {
    if (!(request.headers.accept ?? '').includes('text/html')) return reply.callNotFound();
    return reply.redirect('console/');
  });
}

/** What the page refers to lies beside it, and `/console` and `/console/` are one route. */
function needsSlash({ url }: FastifyRequest): boolean {
  return /\/console(?:\?.*)?$/.test(url);
}

/** dist/apps/console. The sources and the built files lie at different depths below the project's root. */
function builtConsole(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const built = join(folder, 'dist', 'apps', 'console');
    if (existsSync(join(built, 'index.html'))) return built;
    folder = dirname(folder);
  }
  return undefined;
}
