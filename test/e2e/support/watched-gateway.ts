import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfiguration } from '@parlance/configuration';
import { createGateway, stopGateway } from '../../../apps/gateway/src/bootstrap.js';
import { watchThisProcess, type GatewayLog } from './gateway-log.js';
import { privateWords } from './private-words.js';
import { watchFetch } from './watch-fetch.js';

/** A gateway in this process that logs all it can. */
export interface WatchedGateway {
  application: NestFastifyApplication;
  log: GatewayLog;
  /** @throws Error when its log has something private in it */
  stop: (graceMilliseconds?: number) => Promise<void>;
}

export async function createWatchedGateway(environment: Readonly<Record<string, string>>): Promise<WatchedGateway> {
  watchFetch();
  privateWords.addSecretsOf(environment);
  const { log, end } = watchThisProcess();
  try {
    const configuration = loadConfiguration({ PARLANCE_LOG_LEVEL: 'debug', PARLANCE_LOG_FORMAT: 'json', ...environment });
    const application = await createGateway(configuration);
    const stop = async (graceMilliseconds?: number) => {
      await stopGateway(application, graceMilliseconds === undefined ? {} : { graceMilliseconds }).finally(end);
      log.check();
    };
    return { application, log, stop };
  } catch (error) {
    end();
    throw error;
  }
}
