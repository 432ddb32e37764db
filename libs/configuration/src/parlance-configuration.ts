import { resolve } from 'node:path';
import type { LocalOptions, MissingAccount, ProviderAccount } from '@parlance/providers';
import type { RemoteFilesOptions } from '@parlance/storage';
import type { PlanEntry, Prices, ResilienceOptions, TenantBudget, VendorPolicy } from '@parlance/voice';
import { environmentKeys, type AccessKey } from './access-key.js';
import { readPlan } from './plan-entries.js';
import type { Environment, LogLevelName } from './environment.js';
import { s3Settings, type S3Settings } from './servers.js';
import { isTraced } from './tracing-environment.js';

/** Requests may ask for more than the default; what is to be kept longer than this is kept in the cache itself. */
const LEAST_CACHE_OBJECT_DAYS = 7;

/** The variables that the options of the embedded engines come from, by option. */
export const LOCAL_VARIABLES = {
  espeak: 'PARLANCE_ESPEAK',
  customSpeechModel: 'PARLANCE_LOCAL_SPEECH_MODEL',
  customTranscriptionModel: 'PARLANCE_LOCAL_TRANSCRIPTION_MODEL',
} as const satisfies Partial<Record<keyof LocalOptions, keyof Environment>>;

/** Who may be asked, and by whom. */
export interface ConfiguredAccounts {
  accounts: readonly ProviderAccount[];
  missing: readonly MissingAccount[];
  tenants: Readonly<Record<string, VendorPolicy>>;
  budgets: Readonly<Record<string, TenantBudget>>;
  prices: Prices;
  providerLimits: Readonly<Record<string, { requestsPerMinute: number }>>;
}

/** How work that nobody waits for is done. */
export interface JobSettings {
  /** At a time, in one process. */
  concurrency: number;
  /** How many may wait. */
  waiting: number;
  retentionSeconds: number;
  maximumAudioSeconds: number;
  maximumBytes: number;
  /** `whsec_...`; absent: there are no webhooks. */
  webhookSecret: string | undefined;
  /** Whether webhooks may go to private addresses. */
  allowPrivateWebhooks: boolean;
}

/** Who answers messages, and how it is remembered. */
export interface AgentSettings {
  /** Absolute. */
  directory: string;
  /** Whether a message may bring its own agent. */
  inline: boolean;
  turnMilliseconds: number;
  memorySeconds: number;
  memoryBytes: number;
  /** What `env:NAME` in the file of an agent stands for: all variables of the process. Not enumerable: there are keys in it. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** How the process ends when it is told to, in milliseconds. */
export interface StopSettings {
  /** It serves on, and says that it is not ready. */
  delayMilliseconds: number;
  /** What is under way then may come to its end. */
  graceMilliseconds: number;
}

/** The settings of a process, read once. Made by `loadConfiguration`. */
export class ParlanceConfiguration {
  readonly host: string;
  readonly port: number;
  /** Of metrics; absent: they are on the main port. */
  readonly metricsPort: number | undefined;
  /** Free bytes of the data directory's volume below which it is low; absent: a share of the volume. */
  readonly lowDiskBytes: number | undefined;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Those of the environment that clients may present. */
  readonly apiKeys: readonly AccessKey[];
  /** Origins whose pages may call; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Connections that are held open at a time. */
  readonly maximumConnections: number;
  /** Whether the page /console is there. */
  readonly console: boolean;
  /** Requests that one client may send in a minute; 0: any number. */
  readonly rateLimitPerMinute: number;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly urlSecret: string | undefined;
  /** How long stored audio is kept; 0: for ever. */
  readonly retentionDays: number;
  readonly cacheBytes: number;
  readonly cacheTtlSeconds: number;
  /** Larger results lie in the object store; absent: all are in the cache, because not both are shared by all processes. */
  readonly cacheObjectBytes: number | undefined;
  /** How long they lie there. */
  readonly cacheObjectDays: number;
  /** Tenants that share one cache; `*`: all. */
  readonly sharedCacheTenants: readonly string[];
  /** Shared cache; there may be a password in it. Absent: memory alone. */
  readonly redisUrl: string | undefined;
  /** How long Redis is waited for. */
  readonly redisMilliseconds: number;
  /** Where stored audio is kept; with its keys. Absent: the data directory. */
  readonly s3: S3Settings | undefined;
  readonly speechPlan: readonly PlanEntry[] | undefined;
  readonly transcriptionPlan: readonly PlanEntry[] | undefined;
  /** Which vendors a tenant allows, by tenant. */
  readonly tenants: Readonly<Record<string, VendorPolicy>>;
  /** What tenants and their agents may use in a day, by tenant. */
  readonly budgets: Readonly<Record<string, TenantBudget>>;
  readonly prices: Prices;
  /** How often provider accounts may be asked, by name. */
  readonly providerLimits: Readonly<Record<string, { requestsPerMinute: number }>>;
  /** How failures of providers are dealt with. */
  readonly resilience: ResilienceOptions;
  /** The providers in the order in which they are planned, `local` last. Their options hold keys. */
  readonly providerAccounts: readonly ProviderAccount[];
  /** What the environment could set up, and which variables are lacking for it. */
  readonly missingAccounts: readonly MissingAccount[];
  /** A program, `false` for none, or absent for the one on the path. */
  readonly ffmpeg: string | false | undefined;
  /** Time limits of a call to a vendor. */
  readonly connectMilliseconds: number;
  readonly firstByteMilliseconds: number;
  readonly idleMilliseconds: number;
  /** To one origin at the most. */
  readonly vendorConnections: number;
  readonly http2: boolean;
  readonly maximumUploadBytes: number;
  readonly maximumAudioSeconds: number;
  /** Which links of callers are followed. */
  readonly remote: RemoteFilesOptions;
  readonly jobs: JobSettings;
  readonly agents: AgentSettings;
  readonly stop: StopSettings;
  readonly voicesFile: string | undefined;
  readonly modelsFile: string | undefined;
  readonly retirementsFile: string | undefined;
  /** Whether spans are sent to a collector; where and how, OpenTelemetry's SDK reads itself. */
  readonly traced: boolean;
  /** Whether vendors are told of traces. */
  readonly traceVendors: boolean;
  /** The latest requests: how many are kept, and whether with what was said. */
  readonly history: { traces: number; content: boolean };
  readonly logLevel: LogLevelName;
  /** Absent: as the output is. */
  readonly logFormat: 'text' | 'json' | undefined;

  constructor(
    environment: Environment,
    accounts: ConfiguredAccounts,
    /** For the log: what was given and has no effect. */
    readonly warnings: readonly string[] = [],
    /** All variables there are, for agents that refer to them. */
    variables: Readonly<Record<string, string | undefined>> = {},
    /** Absolute: the file with more keys. Absent: there is none, and without keys of the environment none is asked for. */
    readonly keysFile?: string,
  ) {
    this.host = environment.HOST;
    this.port = environment.PORT;
    this.metricsPort = environment.PARLANCE_METRICS_PORT;
    this.lowDiskBytes = environment.PARLANCE_LOW_DISK_BYTES;
    this.publicUrl = (environment.PARLANCE_PUBLIC_URL ?? defaultUrl(environment)).replace(/\/+$/, '');
    this.apiKeys = environmentKeys(environment.PARLANCE_API_KEYS ?? [], environment.PARLANCE_ADMIN_KEYS ?? []);
    this.corsOrigins = environment.PARLANCE_CORS_ORIGINS ?? [];
    this.maximumConnections = environment.PARLANCE_MAX_CONNECTIONS;
    this.console = environment.PARLANCE_CONSOLE;
    this.rateLimitPerMinute = environment.PARLANCE_RATE_LIMIT_PER_MINUTE;
    this.dataDirectory = resolve(environment.PARLANCE_DATA_DIR);
    this.urlSecret = environment.PARLANCE_URL_SECRET;
    this.retentionDays = environment.PARLANCE_RETENTION_DAYS;
    this.cacheBytes = environment.PARLANCE_CACHE_BYTES;
    this.cacheTtlSeconds = environment.PARLANCE_CACHE_TTL_HOURS * 3600;
    this.redisUrl = environment.REDIS_URL;
    this.redisMilliseconds = environment.PARLANCE_REDIS_MILLISECONDS;
    this.s3 = s3Settings(environment);
    const shared = this.redisUrl !== undefined && this.s3 !== undefined;
    this.cacheObjectBytes = shared ? environment.PARLANCE_CACHE_OBJECT_BYTES : undefined;
    this.cacheObjectDays = Math.max(LEAST_CACHE_OBJECT_DAYS, Math.ceil(environment.PARLANCE_CACHE_TTL_HOURS / 24));
    this.sharedCacheTenants = environment.PARLANCE_CACHE_SHARED_TENANTS ?? [];
    this.speechPlan = planOf(environment.PARLANCE_SPEECH_PLAN);
    this.transcriptionPlan = planOf(environment.PARLANCE_TRANSCRIPTION_PLAN);
    this.tenants = accounts.tenants;
    this.budgets = accounts.budgets;
    this.prices = accounts.prices;
    this.providerLimits = accounts.providerLimits;
    this.resilience = resilienceSettings(environment);
    this.providerAccounts = withLocal(accounts.accounts, localAccount(environment));
    this.missingAccounts = accounts.missing;
    this.connectMilliseconds = environment.PARLANCE_CONNECT_MILLISECONDS;
    this.firstByteMilliseconds = environment.PARLANCE_FIRST_BYTE_MILLISECONDS;
    this.idleMilliseconds = environment.PARLANCE_IDLE_MILLISECONDS;
    this.vendorConnections = environment.PARLANCE_VENDOR_CONNECTIONS;
    this.http2 = environment.PARLANCE_HTTP2;
    this.ffmpeg = program(environment.PARLANCE_FFMPEG);
    this.maximumUploadBytes = environment.PARLANCE_MAX_UPLOAD_BYTES;
    this.maximumAudioSeconds = environment.PARLANCE_MAX_AUDIO_SECONDS;
    this.remote = { allowHttp: environment.PARLANCE_REMOTE_HTTP, allowedHosts: environment.PARLANCE_REMOTE_HOSTS ?? [] };
    this.jobs = jobSettings(environment);
    this.agents = agentSettings(environment, variables);
    this.stop = stopSettings(environment);
    this.voicesFile = environment.PARLANCE_VOICES_FILE;
    this.modelsFile = environment.PARLANCE_MODELS_FILE;
    this.retirementsFile = environment.PARLANCE_RETIREMENTS_FILE;
    this.traced = isTraced(environment);
    this.traceVendors = environment.PARLANCE_TRACE_VENDORS;
    this.history = { traces: environment.PARLANCE_TRACES, content: environment.PARLANCE_TRACE_CONTENT };
    this.logLevel = environment.PARLANCE_LOG_LEVEL;
    this.logFormat = environment.PARLANCE_LOG_FORMAT;
  }
}

function resilienceSettings(environment: Environment): ResilienceOptions {
  return {
    deadlineMilliseconds: environment.PARLANCE_DEADLINE_MILLISECONDS,
    firstByteMilliseconds: environment.PARLANCE_FIRST_BYTE_MILLISECONDS,
    idleMilliseconds: environment.PARLANCE_IDLE_MILLISECONDS,
    retries: environment.PARLANCE_RETRIES,
    hedgedShare: environment.PARLANCE_HEDGED_SHARE,
    routing: environment.PARLANCE_ROUTING,
    breaker: {
      consecutiveFailures: environment.PARLANCE_BREAKER_FAILURES,
      openMilliseconds: environment.PARLANCE_BREAKER_OPEN_MILLISECONDS,
    },
  };
}

function jobSettings(environment: Environment): JobSettings {
  return {
    concurrency: environment.PARLANCE_JOB_CONCURRENCY,
    waiting: environment.PARLANCE_JOB_WAITING,
    retentionSeconds: environment.PARLANCE_JOB_RETENTION_HOURS * 3600,
    maximumAudioSeconds: environment.PARLANCE_JOB_MAX_AUDIO_SECONDS,
    maximumBytes: environment.PARLANCE_JOB_MAX_BYTES,
    webhookSecret: environment.PARLANCE_WEBHOOK_SECRET,
    allowPrivateWebhooks: environment.PARLANCE_WEBHOOK_ALLOW_PRIVATE,
  };
}

function agentSettings(environment: Environment, variables: AgentSettings['environment']): AgentSettings {
  const settings = {
    directory: resolve(environment.PARLANCE_AGENTS_DIR),
    inline: environment.PARLANCE_INLINE_AGENTS,
    turnMilliseconds: environment.PARLANCE_TURN_SECONDS * 1000,
    memorySeconds: environment.PARLANCE_MEMORY_DAYS * 86_400,
    memoryBytes: environment.PARLANCE_MEMORY_BYTES,
  };
  // A copy: secrets are taken out of the process environment after they were read.
  return Object.defineProperty(settings, 'environment', { value: { ...variables } }) as AgentSettings;
}

function defaultUrl({ HOST, PORT }: Environment): string {
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}

/** The environment's settings of the embedded engines stand unless the file has its own. */
function withLocal(accounts: readonly ProviderAccount[], local: ProviderAccount): ProviderAccount[] {
  return accounts.some(({ name }) => name === local.name) ? [...accounts] : [...accounts, local];
}

function localAccount(environment: Environment): ProviderAccount {
  const options = {
    espeak: program(environment[LOCAL_VARIABLES.espeak]),
    customSpeechModel: environment[LOCAL_VARIABLES.customSpeechModel],
    customTranscriptionModel: environment[LOCAL_VARIABLES.customTranscriptionModel],
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { name: 'local', provider: 'local', options: Object.fromEntries(given) };
}

function program(value: string | undefined): string | false | undefined {
  return value === 'off' ? false : value;
}

function planOf(ranks: readonly string[] | undefined): readonly PlanEntry[] | undefined {
  return ranks === undefined || ranks.length === 0 ? undefined : readPlan(ranks);
}

function stopSettings(environment: Environment): StopSettings {
  return {
    delayMilliseconds: environment.PARLANCE_STOP_DELAY_MILLISECONDS,
    graceMilliseconds: environment.PARLANCE_STOP_GRACE_MILLISECONDS,
  };
}
