import { loadConfiguration, ParlanceModule } from '@parlance/configuration';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** Builds the voice layer from the environment, hands it to `use`, and takes it down again whatever happens. */
export async function withParlance<Result>(use: (parlance: INestApplicationContext) => Promise<Result>): Promise<Result> {
  const configuration = loadConfiguration(process.env);
  for (const warning of configuration.warnings) process.stderr.write(`parlance: ${warning}\n`);
  const parlance = await NestFactory.createApplicationContext(ParlanceModule.forRoot(configuration), {
    logger: ['error'],
    abortOnError: false,
  });
  try {
    return await use(parlance);
  } finally {
    await parlance.close();
  }
}
