import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  closeEngines,
  ConfigurationError,
  createEngines,
  forgetSecrets,
  loadConfiguration,
  type ParlanceConfiguration,
  type StopSettings,
  warmUp,
} from '@parlance/configuration';
import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { KeyRing } from './access/key-ring.service.js';
import { letHeapGrow } from './heap-growth.js';
import { startTracing } from './tracing/start-tracing.js';
import type { Tracing } from './tracing/tracing.types.js';

/** What is left of the orchestrators' 30 seconds is for requests. */
const LAST_SPANS_MILLISECONDS = 3000;

async function run(): Promise<void> {
  letHeapGrow();
  outliveLog();
  // Signals that nobody listens to do not end the first process of a container: they are listened to before there is a gateway.
  let started: Started | undefined;
  let stopping = false;
  const stop = (timesOf: (started: Started) => Partial<StopSettings>): void => {
    if (stopping || started === undefined) process.exit(stopping ? 1 : 0);
    stopping = true;
    stopAll(started, timesOf(started)).then(
      () => process.exit(),
      (error: unknown) => {
        fail(error);
        process.exit();
      },
    );
  };
  // Whoever sits before it and presses Ctrl-C has no balancer to wait for.
  process.on('SIGTERM', () => stop((all) => all.stop)).on('SIGINT', () => stop(() => ({})));
  process.on('uncaughtException', (error) => {
    process.exitCode = 1;
    if (started === undefined) {
      fail(error);
      process.exit();
    }
    // Not as Node does it: that prints the message, which may have anything in it, and ends what others have under way.
    new Logger('Gateway').fatal('Something failed that nobody foresaw: the process ends in order, and is to be started again.', error);
    if (!stopping) stop((all) => all.stop);
  });
  started = await start();
}

/**
 * Whoever read the log has gone, or there is no room for it: requests are served all the same. Each line would otherwise be
 * a fault that nobody foresaw, told in a line of its own, without an end.
 */
function outliveLog(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.once('error', ({ code }: NodeJS.ErrnoException) => {
    console.error(`The log cannot be written any more (${code}). Requests are served; start the gateway again to have its log.`);
  });
  process.stdout.on('error', () => undefined);
}

interface Started {
  gateway: NestFastifyApplication;
  tracing: Tracing;
  stop: StopSettings;
}

async function start(): Promise<Started> {
  const configuration = await configure();
  const tracing = await startTracing(configuration);
  forgetSecrets(process.env);
  const gateway = await startGateway(configuration);
  const ring = gateway.get(KeyRing);
  const keys = ring.size;
  const access = !ring.isOpen
    ? `${keys} API key${keys === 1 ? '' : 's'}`
    : isLocal(configuration.host)
      ? 'no API keys: listening on loopback only'
      : 'no API keys: open to everybody';
  new Logger('Gateway').log(`Parlance listens on ${await gateway.getUrl()} (${access})`);
  return { gateway, tracing, stop: configuration.stop };
}

/** Where PORT is 0 a port is chosen before anything is made: links to stored audio have it in them. */
async function configure(): Promise<ParlanceConfiguration> {
  const configuration = loadConfiguration(process.env);
  if (configuration.port !== 0) return configuration;
  return loadConfiguration({ ...process.env, PORT: String(await freePort(configuration.host)) });
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The engines load on threads of their own, beside the modules of the gateway. After them it was ready 1.4 s or more after it
 * listened, on two cores; now it is with it.
 */
async function startGateway(configuration: ParlanceConfiguration): Promise<NestFastifyApplication> {
  const engines = createEngines(configuration);
  warmUp(engines);
  try {
    const { createGateway } = await import('./bootstrap.js');
    return await createGateway(configuration, engines);
  } catch (error) {
    await closeEngines(engines);
    throw error;
  }
}

async function stopAll({ gateway, tracing }: Started, times: Partial<StopSettings>): Promise<void> {
  const { stopGateway } = await import('./bootstrap.js');
  await stopGateway(gateway, times);
  await tracing.stop(LAST_SPANS_MILLISECONDS);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function fail(error: unknown): void {
  console.error(messageOf(error));
  process.exitCode = 1;
}

function messageOf(error: unknown): unknown {
  if (error instanceof ConfigurationError || error instanceof ParlanceError) return error.message;
  const { code, syscall, address, hostname, port } = error as NodeJS.ErrnoException & {
    address?: string;
    hostname?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE')
    return `Another program listens on ${address}:${port}. Stop it, or set PORT (or PARLANCE_METRICS_PORT) to a free port.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return `Parlance may not listen on ${address}:${port}. Set HOST and PORT to an address of this machine.`;
  if (syscall === 'getaddrinfo')
    return `There is no address '${hostname}' (${code}). Set HOST to an address of this machine; one of IPv6 has no brackets.`;
  // Not all of it: clients of servers keep the command that failed in it, with its password.
  return error instanceof Error ? error.stack : error;
}

run().catch(fail);
