import { AudioConverter } from '@parlance/audio';
import { ProviderFactory, type ProviderFactoryModuleOptions } from '@parlance/providers';
import type { ParlanceConfiguration } from './parlance-configuration.js';
import { readRetirements } from './retirements.js';

/** What takes long to load, and does so on threads of its own. */
export interface Engines {
  providers: ProviderFactory;
  converter: AudioConverter;
}

/** What the providers of a configuration are made of. */
export function providerOptions(
  configuration: ParlanceConfiguration,
  retirements: ReturnType<typeof readRetirements>,
): ProviderFactoryModuleOptions {
  return {
    accounts: configuration.providerAccounts,
    retirements,
    connections: {
      connections: configuration.vendorConnections,
      connectMilliseconds: configuration.connectMilliseconds,
      http2: configuration.http2,
      traceContext: configuration.traceVendors,
    },
    limits: { firstByteMilliseconds: configuration.firstByteMilliseconds, idleMilliseconds: configuration.idleMilliseconds },
  };
}

/**
 * The engines of a configuration without the rest of the process, for whoever lets them load before it is there.
 * @throws ConfigurationError when the retirements cannot be read
 */
export function createEngines(configuration: ParlanceConfiguration): Engines {
  const { ffmpeg, jobs } = configuration;
  const converter = new AudioConverter({
    // Of all that comes in, at once or as a job: each has its own limit besides.
    maximumBytes: Math.max(configuration.maximumUploadBytes, jobs.maximumBytes),
    maximumSeconds: Math.max(configuration.maximumAudioSeconds, jobs.maximumAudioSeconds),
    ...(ffmpeg !== undefined && { ffmpeg }),
  });
  return { providers: new ProviderFactory(providerOptions(configuration, readRetirements(configuration.retirementsFile))), converter };
}

/** Begins to load them. The gateway waits for the same work, and tells how it went. */
export function warmUp({ providers, converter }: Engines): void {
  providers.warmUp().catch(() => undefined);
  converter.warmUp().catch(() => undefined);
}

export async function closeEngines({ providers, converter }: Engines): Promise<void> {
  await Promise.all([providers.close(), converter.close()]);
}
