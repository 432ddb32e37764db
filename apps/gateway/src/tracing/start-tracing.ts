import type { ParlanceConfiguration } from '@parlance/configuration';
import type { Tracing } from './tracing.types.js';

const NOTHING: Tracing = { stop: async () => undefined };

/**
 * Has the libraries' spans sent to a collector from now on, where one is configured; the SDK is loaded only then. It
 * reads its variables from the environment of the process: call this before secrets are taken out of it.
 */
export async function startTracing({ traced }: Pick<ParlanceConfiguration, 'traced'>): Promise<Tracing> {
  if (!traced) return NOTHING;
  const { TracingSdk } = await import('./tracing-sdk.js');
  return new TracingSdk();
}
