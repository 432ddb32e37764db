import { createHash } from 'node:crypto';
import { ParlanceError, type Operation, type SpeechProvider, type TranscriptionProvider } from '@parlance/contracts';
import { credentialState, withOwnOptions, type CredentialState, type ProviderAccount } from './accounts.js';
import { createProvider } from './create-provider.js';
import { ConnectionPools, type ConnectionOptions, type OriginStatistics } from './http/connection-pools.js';
import type { TimeLimits } from './http/http-client.js';
import type { Provider, ProviderDiagnosis } from './provider.js';
import { daysUntil, retirementOf, vendorOf, type Retirement, type RetiringModel } from './retirements.js';
import { unknownProvider } from './unknown-provider.js';

export interface ProviderFactoryModuleOptions {
  /** In the order in which they are planned. `local` is the last, whether it is named or not. */
  accounts?: readonly ProviderAccount[];
  connections?: ConnectionOptions;
  limits?: TimeLimits;
  /** Models whose end is announced. */
  retirements?: readonly Retirement[];
}

/** A provider on loan; it is closed when everybody has given it back. */
export interface ProviderLoan {
  provider: Provider;
  release(): Promise<void>;
}

const FINGERPRINT_DIGITS = 16;

const LOCAL: ProviderAccount = { name: 'local', provider: 'local', options: {} };

/**
 * Makes providers when they are first asked for. Equal accounts share an instance, different ones never do: not
 * by kind, but by the hash of everything they are set up with.
 */
export class ProviderFactory {
  /** With the key of each, which every request looks up. Their instances are never given up. */
  private readonly accounts: ReadonlyMap<string, { account: ProviderAccount; key: string }>;
  private readonly instances = new Map<string, { provider: Provider; loans: number }>();
  /** The keys of the instances by their ports, shortened. */
  private readonly fingerprints = new WeakMap<SpeechProvider | TranscriptionProvider, string>();
  /** How loading went, by account and operation. */
  private readonly loaded = new Map<string, boolean>();
  private readonly pools: ConnectionPools;
  private warming: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: ProviderFactoryModuleOptions = {}) {
    this.pools = new ConnectionPools(options.connections);
    const given = options.accounts ?? [];
    const local = given.find(({ name }) => name === 'local') ?? LOCAL;
    const all = [...given.filter(({ name }) => name !== 'local'), local];
    this.accounts = new Map(all.map((account) => [account.name, { account, key: keyOf(account) }]));
  }

  /** @throws NotFoundError with the names that would do */
  speechProvider(name: string): SpeechProvider {
    const provider = this.named(name)?.speech;
    if (provider === undefined) throw unknownProvider(name, this.speechNames());
    return provider;
  }

  /** @throws NotFoundError with the names that would do */
  transcriptionProvider(name: string): TranscriptionProvider {
    const provider = this.named(name)?.transcription;
    if (provider === undefined) throw unknownProvider(name, this.transcriptionNames());
    return provider;
  }

  /** All accounts, in their order. */
  names(): readonly string[] {
    return [...this.accounts.keys()];
  }

  /** The accounts that speak, in their order. */
  speechNames(): readonly string[] {
    return [...this.accounts.keys()].filter((name) => this.named(name)?.speech !== undefined);
  }

  /** The accounts that transcribe, in their order. */
  transcriptionNames(): readonly string[] {
    return [...this.accounts.keys()].filter((name) => this.named(name)?.transcription !== undefined);
  }

  /** Whose models and voices a configured account has: `google`, `groq`. The name itself where it is nobody's. @param own as for `borrowAs` */
  vendorOf(name: string, own: ProviderAccount['options'] = {}): string {
    const known = this.accounts.get(name);
    return known === undefined ? name : vendorOf(withOwnOptions(known.account, own));
  }

  /** What a configured account proves itself with. `none` where there is no such account. */
  credentialsOf(name: string): CredentialState {
    const known = this.accounts.get(name);
    return known === undefined ? 'none' : credentialState(known.account);
  }

  /**
   * Says whose credentials a port uses: 16 hex digits that are the same on every replica, and different for two
   * borrowed accounts of one name. The name of a port that was made elsewhere.
   */
  fingerprint(port: SpeechProvider | TranscriptionProvider): string {
    return this.fingerprints.get(port) ?? port.name;
  }

  /** That of a configured account; the name itself where there is none. */
  fingerprintOf(name: string): string {
    return this.accounts.get(name)?.key.slice(0, FINGERPRINT_DIGITS) ?? name;
  }

  /** A provider for an account of somebody's own, e.g. an agent's: shared with whoever has exactly the same. */
  borrow(account: ProviderAccount): ProviderLoan {
    const key = keyOf(account);
    const instance = this.instance(account, key);
    instance.loans++;
    let returned = false;
    return {
      provider: instance.provider,
      release: async () => {
        if (returned) return;
        returned = true;
        if (--instance.loans > 0 || this.accounts.get(account.name)?.key === key || this.instances.get(key) !== instance) return;
        this.instances.delete(key);
        await instance.provider.close?.();
      },
    };
  }

  /**
   * A configured account with somebody's own options laid over its own, under the same name.
   * @throws NotFoundError with the names that would do; InvalidRequestError that names options it cannot have, and no value
   */
  borrowAs(name: string, own: ProviderAccount['options']): ProviderLoan {
    const known = this.accounts.get(name);
    if (known === undefined) throw unknownProvider(name, this.names());
    return this.borrow(withOwnOptions(known.account, own));
  }

  /**
   * Loads every account's provider, lets it do one tiny piece of work that costs nothing, and connects to its vendor.
   * Once: whoever asks again is told how it went.
   * @throws the first failure, after all have been tried: what did load works
   */
  warmUp(): Promise<void> {
    this.warming ??= this.loadAll();
    return this.warming;
  }

  /** Whether what an account needs for an operation was loaded; `undefined`: it needs nothing, or nobody has tried yet. */
  hasLoaded(name: string, operation: Operation): boolean | undefined {
    return this.loaded.get(`${name} ${operation}`);
  }

  /**
   * Asks an account's vendor something that costs nothing and needs the credentials.
   * @returns false where the account is unknown, or its vendor has nothing to ask
   * @throws ParlanceError
   */
  async probe(name: string, signal: AbortSignal): Promise<boolean> {
    const provider = this.named(name);
    if (provider?.probe === undefined) return false;
    await provider.probe(signal);
    return true;
  }

  /**
   * Whether somebody speaks in a recording, found on this machine.
   * @param samples 16 kHz, mono, of any length
   * @throws ParlanceError
   */
  async hasSpeech(samples: Int16Array, signal: AbortSignal): Promise<boolean> {
    const own = [...this.accounts.values()].find(({ account }) => account.provider === 'local');
    const { provider } = own === undefined ? this.instance(LOCAL, keyOf(LOCAL)) : this.instance(own.account, own.key);
    return (await provider.hasSpeech?.(samples, signal)) === true;
  }

  /** What `parlance doctor` shows. Never throws for something that is broken: that is a finding. */
  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    const findings = [...this.accounts.keys()].map(async (name): Promise<readonly ProviderDiagnosis[]> => {
      const provider = this.named(name);
      if (provider?.diagnose !== undefined) return provider.diagnose();
      const parts = [...(provider?.speech ? ['speech'] : []), ...(provider?.transcription ? ['transcription'] : [])];
      return [{ provider: name, part: parts.join(' and '), state: 'ok', detail: 'Configured.' }];
    });
    return (await Promise.all(findings)).flat();
  }

  /** The models of the configured accounts whose end is announced, those that end first before the others. */
  retiringModels(now = new Date()): readonly RetiringModel[] {
    const { retirements = [] } = this.options;
    const found = [...this.accounts.values()].flatMap(({ account, key }) => {
      const { speech, transcription } = this.instance(account, key).provider;
      const models = [...(speech?.capabilities.models ?? []), ...(transcription?.capabilities.models ?? [])];
      return models.flatMap(({ id }) => {
        const retirement = retirementOf(retirements, account, id);
        return retirement === undefined ? [] : [{ ...retirement, account: account.name, daysLeft: daysUntil(retirement.retires, now) }];
      });
    });
    return found.toSorted((a, b) => a.daysLeft - b.daysLeft);
  }

  /** What has gone over the network, by origin. */
  connections(): readonly OriginStatistics[] {
    return this.pools.statistics();
  }

  /** Ends connections, threads and processes. Requests in flight fail; later ones do too. */
  async close(): Promise<void> {
    this.closed = true;
    const providers = [...this.instances.values()].map(({ provider }) => provider);
    this.instances.clear();
    await Promise.all(providers.map(async (provider) => provider.close?.()));
    await this.pools.close();
  }

  private async loadAll(): Promise<void> {
    const addresses = new Set(this.all().flatMap((provider) => provider.addresses ?? []));
    const connecting = [...addresses].map(async (address) => this.pools.prewarm(address));
    const loading = this.names().flatMap((name) => [this.load(name, 'speak'), this.load(name, 'transcribe')]);
    const outcomes = await Promise.allSettled([...loading, ...connecting]);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  private async load(name: string, operation: Operation): Promise<void> {
    const provider = this.named(name);
    const isOffered = operation === 'speak' ? provider?.speech !== undefined : provider?.transcription !== undefined;
    if (provider?.warmUp === undefined || !isOffered) return;
    const key = `${name} ${operation}`;
    try {
      await provider.warmUp(operation);
      this.loaded.set(key, true);
    } catch (error) {
      this.loaded.set(key, false);
      throw error;
    }
  }

  private all(): Provider[] {
    return [...this.accounts.values()].map(({ account, key }) => this.instance(account, key).provider);
  }

  private named(name: string): Provider | undefined {
    const known = this.accounts.get(name);
    return known === undefined ? undefined : this.instance(known.account, known.key).provider;
  }

  private instance(account: ProviderAccount, key: string) {
    if (this.closed) throw new ParlanceError('unavailable', 'The providers are closed: the application is shutting down.');
    let instance = this.instances.get(key);
    if (instance === undefined) {
      const provider = createProvider(account, this.pools, this.options.limits ?? {});
      instance = { provider, loans: 0 };
      this.instances.set(key, instance);
      for (const port of [provider.speech, provider.transcription]) {
        if (port !== undefined) this.fingerprints.set(port, key.slice(0, FINGERPRINT_DIGITS));
      }
    }
    return instance;
  }
}

/** Keys stay out of memory dumps of the map: what is kept is a hash. */
function keyOf({ name, provider, options }: ProviderAccount): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([name, provider, sorted]))
    .digest('hex');
}
