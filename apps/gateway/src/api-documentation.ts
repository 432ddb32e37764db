import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The page /docs, and its description of the routes at /docs/json. */
export function addApiDocumentation(application: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Parlance')
    .setDescription(
      "Text to speech and speech to text over many providers, behind OpenAI's audio API. Errors everywhere are " +
        '{"error":{"message","type","param","code"}}; x-request-id is on every answer; x-parlance-* headers say who served a request.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  // Made when it is first asked for.
  const document = () => SwaggerModule.createDocument(application, description);
  SwaggerModule.setup('docs', application, document, { jsonDocumentUrl: 'docs/json', raw: ['json'], customSiteTitle: 'Parlance' });
}
