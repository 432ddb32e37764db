import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const EXPOSED = [
  'retry-after',
  'server-timing',
  'x-request-id',
  'x-should-retry',
  ...['limit', 'remaining', 'reset'].map((name) => `x-ratelimit-${name}-requests`),
  ...['provider', 'model', 'voice', 'cache', 'timing', 'recording', 'request-id', 'attempts', 'warning', 'idempotency'].map(
    (name) => `x-parlance-${name}`,
  ),
];

/** Lets pages of other origins call, where there are any: without cookies, which mean nothing here. */
export function allowOrigins(application: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  application.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 600,
    strictPreflight: false,
  });
}
