import { NotFoundError, ParlanceError, type SpeechProvider, type TranscriptionProvider } from '@parlance/contracts';
import type { LocalOptions } from './local/local.options.js';
import type { Provider, ProviderDiagnosis } from './provider.js';
import { PROVIDERS, type ProviderName } from './providers.js';

/** The options of each provider, under its name. `local` is there without any. */
export interface ProviderFactoryModuleOptions {
  local?: LocalOptions;
}

/** Makes the configured providers when they are first asked for, and keeps one instance of each. */
export class ProviderFactory {
  private readonly instances = new Map<ProviderName, Provider>();
  private closed = false;

  constructor(private readonly options: ProviderFactoryModuleOptions = {}) {}

  /** @throws NotFoundError with the names that would do */
  speechProvider(name: string): SpeechProvider {
    const provider = this.find(name)?.speech;
    if (provider === undefined) throw new NotFoundError('provider', name, this.speechNames(), { reason: 'provider_not_found' });
    return provider;
  }

  /** @throws NotFoundError with the names that would do */
  transcriptionProvider(name: string): TranscriptionProvider {
    const provider = this.find(name)?.transcription;
    if (provider === undefined) throw new NotFoundError('provider', name, this.transcriptionNames(), { reason: 'provider_not_found' });
    return provider;
  }

  /** The configured providers that speak, in the order of the list. */
  speechNames(): readonly string[] {
    return this.configuredNames().filter((name) => this.instance(name).speech !== undefined);
  }

  /** The configured providers that transcribe, in the order of the list. */
  transcriptionNames(): readonly string[] {
    return this.configuredNames().filter((name) => this.instance(name).transcription !== undefined);
  }

  /**
   * Loads every configured provider and lets it do one tiny piece of work.
   * @throws the first failure, after all have been tried: what did load works
   */
  async warmUp(): Promise<void> {
    const outcomes = await Promise.allSettled(this.all().map((provider) => provider.warmUp()));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  /** What `parlance doctor` shows. Never throws for something that is broken: that is a finding. */
  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    return (await Promise.all(this.all().map((provider) => provider.diagnose()))).flat();
  }

  /** Ends threads and processes. Requests in flight fail; later ones do too. */
  async close(): Promise<void> {
    this.closed = true;
    const providers = [...this.instances.values()];
    this.instances.clear();
    await Promise.all(providers.map((provider) => provider.close()));
  }

  private configuredNames(): ProviderName[] {
    const names = Object.keys(PROVIDERS) as ProviderName[];
    return names.filter((name) => PROVIDERS[name].builtIn || this.options[name] !== undefined);
  }

  private all(): Provider[] {
    return this.configuredNames().map((name) => this.instance(name));
  }

  private find(name: string): Provider | undefined {
    const known = this.configuredNames().find((configured) => configured === name);
    return known === undefined ? undefined : this.instance(known);
  }

  private instance(name: ProviderName): Provider {
    if (this.closed) throw new ParlanceError('unavailable', 'The providers are closed: the application is shutting down.');
    let provider = this.instances.get(name);
    if (provider === undefined) {
      const definition = PROVIDERS[name];
      provider = definition.create(Object.assign(new definition.options(), this.options[name]));
      this.instances.set(name, provider);
    }
    return provider;
  }
}
