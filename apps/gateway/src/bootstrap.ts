import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SharedFlights } from '@parlance/cache';
import { ParlanceConfiguration, type Engines, type StopSettings } from '@parlance/configuration';
import { addApiDocumentation } from './api-documentation.js';
import { AppModule } from './app.module.js';
import { addConsole } from './console/add-console.js';
import { ChannelsLifecycle } from './channels/channels-lifecycle.js';
import { allowOrigins } from './http/cross-origin.js';
import { DrainService } from './http/drain.service.js';
import { Idempotency } from './idempotency/idempotency.js';
import { JobsLifecycle } from './jobs/jobs-lifecycle.js';
import { GatewayLogger } from './logging/gateway-logger.js';
import { HttpMetrics } from './metrics/collectors/http-metrics.js';
import { addBodyParsers, addServerHooks } from './http/server-hooks.js';
import { addRepeatedSpeech, RepeatedSpeech } from './openai/repeated-speech.js';
import { CLIENT_TIMES, serverOptions, type ClientTimes } from './http/server-options.js';

/** For telling those who wait that there was no time for their answers. Clients that do not read are not waited for. */
const LAST_ANSWERS_MILLISECONDS = 1000;

/**
 * Builds the gateway and listens.
 * @param engines made for the same configuration, which may be loading already; default: made here
 * @throws ConfigurationError when the voice or model names cannot be read; the system's error when the port is taken
 */
export async function createGateway(configuration: ParlanceConfiguration, engines?: Engines): Promise<NestFastifyApplication> {
  const logger = new GatewayLogger(configuration);
  for (const warning of configuration.warnings) logger.warn(warning, 'Configuration');
  const application = await NestFactory.create<NestFastifyApplication>(
    await AppModule.forRoot(configuration, engines),
    new FastifyAdapter(serverOptions()),
    {
      logger,
      bodyParser: false,
      forceCloseConnections: true,
      abortOnError: false,
    },
  );
  try {
    await prepareGateway(application);
    await application.listen(configuration.port, configuration.host);
  } catch (error) {
    await application.close();
    throw error;
  }
  return application;
}

/** What the application needs beside its modules before it may listen. */
export async function prepareGateway(application: NestFastifyApplication, times: ClientTimes = CLIENT_TIMES): Promise<void> {
  const server = application.getHttpAdapter().getInstance();
  const configuration = application.get(ParlanceConfiguration);
  server.server.maxConnections = configuration.maximumConnections;
  allowOrigins(application, configuration.corsOrigins);
  addServerHooks(server, { drain: application.get(DrainService), metrics: application.get(HttpMetrics, { strict: false }), times });
  const idempotency = application.get(Idempotency, { strict: false });
  server.addHook('onSend', (_request, reply, payload, goOn) => {
    const noted = idempotency.note(reply, payload);
    if (noted === undefined) return goOn(null, payload);
    noted.then(() => goOn(null, payload), goOn);
  });
  addBodyParsers(server);
  addRepeatedSpeech(server, application.get(RepeatedSpeech, { strict: false }));
  addApiDocumentation(application);
  if (configuration.console) await addConsole(server);
}

/**
 * Waits until nobody new comes, lets the answers and jobs under way end, then closes everything.
 * @param times default: no delay, and the configured grace
 */
export async function stopGateway(application: NestFastifyApplication, times: Partial<StopSettings> = {}): Promise<void> {
  const { delayMilliseconds = 0, graceMilliseconds = application.get(ParlanceConfiguration).stop.graceMilliseconds } = times;
  const drain = application.get(DrainService);
  await drain.leave(delayMilliseconds);
  const over = AbortSignal.timeout(graceMilliseconds);
  await Promise.all([
    drain.drain(over),
    application.get(JobsLifecycle, { strict: false }).stop(graceMilliseconds),
    application.get(ChannelsLifecycle, { strict: false }).stop(graceMilliseconds),
  ]);
  // Others may hear what this process makes, and somebody may have come meanwhile over a connection from before.
  const flights = application.get(SharedFlights, { strict: false });
  await Promise.all([drain.drain(over), flights.settled(over)]);
  await drain.close(AbortSignal.timeout(LAST_ANSWERS_MILLISECONDS));
  // Before the connections to vendors are closed: a call that breaks with them would count as a failure of its vendor.
  await flights.close();
  // Closing the rest takes its time: whoever has a connection is to know at once.
  application.getHttpServer().closeAllConnections();
  await application.close();
}
