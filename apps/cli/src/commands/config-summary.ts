import type { Agents } from '@parlance/agent-runner';
import { channelSettingsOf } from '@parlance/channels';
import {
  allKeys,
  hasExpired,
  readRetirements,
  withoutCredentials,
  type AccountPart,
  type EffectiveConfiguration,
  type ParlanceConfiguration,
  type ReadConfiguration,
  type SourcedValue,
} from '@parlance/configuration';
import { credentialsOf, describeRetirement, ProviderFactory } from '@parlance/providers';

type Row = readonly [subject: string, text: string];

const MEBIBYTE = 1_048_576;

/** What a gateway would be, in some lines. Accounts with what they prove themselves by, and no value of that. */
export function summarise(
  { configuration, environment }: ReadConfiguration,
  { providers, plans, servers, files, tenants }: EffectiveConfiguration,
  agents: Agents,
): Row[] {
  if (configuration === undefined) return [];
  const redis = servers['redis']?.value;
  const memory = `${Math.round(configuration.cacheBytes / MEBIBYTE)} MiB in each process`;
  const { concurrency } = configuration.jobs;
  const { S3_BUCKET, S3_ENDPOINT } = environment;
  return [
    ['file', textOf(files['configuration'], 'none')],
    ...providers.map((account): Row => [`account ${textOf(account.name)}`, describeAccount(account, configuration)]),
    ['speech', planText(plans.speech)],
    ['transcription', planText(plans.transcription)],
    ['tenants', Object.keys(tenants).join(', ') || 'none with a policy or a budget'],
    ['cache', redis === null ? memory : `${memory}, then Redis at ${String(redis)}`],
    ['stored audio', configuration.s3 === undefined ? configuration.dataDirectory : `bucket ${S3_BUCKET} of ${S3_ENDPOINT}`],
    ['jobs', redis === null ? `in each process by itself, ${concurrency} at a time` : `in Redis, ${concurrency} at a time in each process`],
    ['keys', keysText(configuration)],
    ['agents', agentsText(agents, configuration)],
    ['address', `${configuration.host}:${configuration.port}, for clients ${withoutCredentials(configuration.publicUrl)}`],
  ];
}

/** What has no effect, or will not have it for long. */
export async function warningsOf({ configuration, environment, warnings }: ReadConfiguration, agents: Agents): Promise<string[]> {
  const ofAgents = agents
    .list()
    .flatMap((agent) => agent.warnings.map(({ path, message }) => `${agents.fileOf(agent.id) ?? agent.id}: ${path}: ${message}`));
  if (configuration === undefined) return [...warnings, ...ofAgents];
  const isEverywhere = ['0.0.0.0', '::'].includes(configuration.host) && environment.PARLANCE_PUBLIC_URL === undefined;
  const links = isEverywhere ? [`Links to stored audio begin with ${configuration.publicUrl}: set PARLANCE_PUBLIC_URL.`] : [];
  return [...warnings, ...links, ...(await retiring(configuration)), ...expired(configuration), ...ofAgents];
}

async function retiring({ providerAccounts: accounts, retirementsFile }: ParlanceConfiguration): Promise<string[]> {
  const factory = new ProviderFactory({ accounts, retirements: readRetirements(retirementsFile) });
  const models = factory.retiringModels().map((model) => describeRetirement(model));
  await factory.close();
  return models;
}

function expired(configuration: ParlanceConfiguration): string[] {
  return allKeys(configuration)
    .filter(hasExpired)
    .map(({ name }) => `The key ${name} has expired: take it out of the keys file.`);
}

function describeAccount({ provider, options, name }: AccountPart, { providerAccounts }: ParlanceConfiguration): string {
  const account = providerAccounts.find((one) => one.name === name.value);
  const proofs = account === undefined ? [] : credentialsOf(account.provider).filter((option) => options[option] !== undefined);
  const told = proofs.map((option) => `${option} of ${options[option]?.source}`);
  return [textOf(provider), `by ${name.source}`, ...told].join(', ');
}

function planText({ value, source }: SourcedValue): string {
  const names = Array.isArray(value) ? value.join(', ') : '';
  return source === 'default' ? `${names} (all that can)` : `${names} (${source})`;
}

function keysText(configuration: ParlanceConfiguration): string {
  const { apiKeys, keysFile } = configuration;
  if (apiKeys.length === 0 && keysFile === undefined) return 'none: everybody who reaches the address may do everything';
  const ofFile = keysFile === undefined ? [] : [`${allKeys(configuration).length - apiKeys.length} of ${keysFile}`];
  return [`${apiKeys.length} of the environment`, ...ofFile].join(', ');
}

function agentsText(agents: Agents, { agents: { directory } }: ParlanceConfiguration): string {
  const listed = agents.list().filter(({ id }) => agents.fileOf(id) !== undefined);
  if (listed.length === 0) return `none in ${directory}`;
  const names = listed.map((agent) => {
    const { telegram, whatsapp } = channelSettingsOf(agent);
    const channels = [...(telegram === undefined ? [] : ['Telegram']), ...(whatsapp === undefined ? [] : ['WhatsApp'])];
    return channels.length === 0 ? agent.id : `${agent.id} (${channels.join(', ')})`;
  });
  return `${names.join(', ')}, in ${directory}`;
}

function textOf(shown: SourcedValue | undefined, otherwise = ''): string {
  return String(shown?.value ?? otherwise);
}
