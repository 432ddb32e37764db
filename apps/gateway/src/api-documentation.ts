import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeTo } from './api-description.js';

/** Those of the connection, and the time: the answer has its own. */
const NOT_HANDED_ON = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

/** The page /docs, and its description of the routes at /docs/json. Both are made when they are first asked for. */
export function addApiDocumentation(application: NestFastifyApplication): void {
  let documentation: Promise<FastifyInstance> | undefined;
  const answer = async ({ headers, raw: { url = '' } }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    documentation ??= serverOf(application).catch((error: unknown) => {
      // The next one who asks may have better luck.
      documentation = undefined;
      throw error;
    });
    const made = await (await documentation).inject({ url, headers });
    if (made.statusCode === 404) return reply.callNotFound();
    const given = Object.entries(made.headers).filter(([name]) => !NOT_HANDED_ON.has(name));
    return reply.code(made.statusCode).headers(Object.fromEntries(given)).send(made.rawPayload);
  };
  const server = application.getHttpAdapter().getInstance();
  for (const path of ['/docs', '/docs/json', '/docs/*']) server.get(path, answer);
}

/** A server that listens nowhere: nothing can be added to one that answers already. */
async function serverOf(application: NestFastifyApplication): Promise<FastifyInstance> {
  const swagger = await import('@nestjs/swagger');
  const description = new swagger.DocumentBuilder()
    .setTitle('Parlance')
    .setDescription(
      "Text to speech and speech to text over many providers, behind OpenAI's audio API. Errors everywhere are " +
        '{"error":{"message","type","param","code"}}; x-request-id is on every answer; x-parlance-* headers say who served a request.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  describeTo(swagger);
  const document = swagger.SwaggerModule.createDocument(application, description);
  const adapter = new FastifyAdapter();
  const inside = Object.create(application, { getHttpAdapter: { value: () => adapter } }) as NestFastifyApplication;
  swagger.SwaggerModule.setup('docs', inside, document, { jsonDocumentUrl: 'docs/json', raw: ['json'], customSiteTitle: 'Parlance' });
  await adapter.getInstance().ready();
  return adapter.getInstance();
}
