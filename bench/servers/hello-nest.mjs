// The floor of a start: Nest on Fastify with a single route that answers at once.
import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class Hello {
  hello() {
    return 'hello';
  }
}
Controller('health/ready')(Hello);
Get()(Hello.prototype, 'hello', Object.getOwnPropertyDescriptor(Hello.prototype, 'hello'));

const application = await NestFactory.create({ module: function HelloModule() {}, controllers: [Hello] }, new FastifyAdapter(), {
  logger: false,
});
await application.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
