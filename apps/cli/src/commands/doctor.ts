import { Agents } from '@parlance/agent-runner';
import { loadConfiguration, ParlanceConfiguration } from '@parlance/configuration';
import { CacheStore } from '@parlance/contracts';
import { describeRetirement, ProviderFactory } from '@parlance/providers';
import { VoiceCatalogue, VoiceService } from '@parlance/voice';
import type { INestApplicationContext } from '@nestjs/common';
import { access, constants, mkdir } from 'node:fs/promises';
import type { Finding } from '../finding.js';
import { withParlance } from '../with-parlance.js';
import { channelFindings } from './channel-findings.js';

/** `parlance doctor`: a setting that cannot be used ends it before the report, with every problem listed. */
export async function doctor(write: (text: string) => unknown = (text) => process.stdout.write(text)): Promise<void> {
  const configuration = loadConfiguration(process.env);
  const findings: Finding[] = [{ subject: 'node', state: 'ok', detail: process.version }, await dataDirectory(configuration.dataDirectory)];
  // Without its directory nothing else can be built, so nothing else can be looked at.
  if (!isBroken(findings)) {
    findings.push(...(await withParlance(examine)), ...notConfigured(configuration), await gateway(configuration));
  }
  write(report(findings));
  if (isBroken(findings)) process.exitCode = 1;
}

async function examine(parlance: INestApplicationContext): Promise<Finding[]> {
  const factory = parlance.get(ProviderFactory, { strict: false });
  const providers = await factory.diagnose();
  return [
    ...providers.map(({ provider, part, ...rest }) => ({ subject: `${provider} ${part}`, ...rest })),
    ...factory.retiringModels().map((model): Finding => ({
      subject: `${model.account} ${model.model}`,
      state: model.daysLeft < 0 ? 'broken' : 'missing',
      detail: describeRetirement(model),
      remedy: 'Choose its successor in the account, or another provider in the plan.',
    })),
    ...(await findingsOf(parlance.get(VoiceService, { strict: false }), parlance.get(VoiceCatalogue, { strict: false }))),
    ...(await channelFindings(
      parlance.get(Agents, { strict: false }),
      parlance.get<CacheStore>(CacheStore, { strict: false }),
      parlance.get(ParlanceConfiguration, { strict: false }).publicUrl,
    )),
  ];
}

/** What the environment could set up, and which variables that takes. */
function notConfigured({ missingAccounts }: ParlanceConfiguration): Finding[] {
  return missingAccounts.map(({ name, variables }) => ({
    subject: name,
    state: 'missing',
    detail: 'not configured',
    remedy: `Set ${variables.join(' and ')} to use it.`,
  }));
}

function isBroken(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === 'broken');
}

/** A table a person can read, with what to do under what is not well. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.map(({ subject, state, detail, remedy }) => {
    const line = `${state.padEnd(8)}${subject.padEnd(width + 2)}${detail}`;
    return remedy === undefined || state === 'ok' ? line : `${line}\n${' '.repeat(width + 10)}-> ${remedy}`;
  });
  const broken = findings.filter(({ state }) => state === 'broken').length;
  return `${lines.join('\n')}\n\n${broken === 0 ? 'Nothing is broken.' : `${broken} broken: see the arrows above.`}\n`;
}

async function findingsOf(voice: VoiceService, catalogue: VoiceCatalogue): Promise<Finding[]> {
  const formats = await voice.audioFormats();
  const aac: Finding = formats.includes('aac')
    ? { subject: 'ffmpeg', state: 'ok', detail: 'makes aac, reads m4a, aac and amr' }
    : { subject: 'ffmpeg', state: 'missing', detail: 'no aac, m4a or amr', remedy: 'Install ffmpeg to have them.' };
  const voices = catalogue.voices().map(({ id }) => id);
  return [
    { subject: 'formats', state: 'ok', detail: formats.join(' ') },
    aac,
    {
      subject: 'voices',
      state: voices.length > 0 ? 'ok' : 'broken',
      detail: voices.length > 24 ? `${voices.slice(0, 24).join(' ')} and ${voices.length - 24} more` : voices.join(' '),
      remedy: 'Configure a provider that speaks.',
    },
    ...catalogue.strangeVoices().map((detail): Finding => ({
      subject: 'voices',
      state: 'missing',
      detail,
      remedy: 'Mend the file of names: PARLANCE_VOICES_FILE, or config/voices.yaml.',
    })),
    {
      subject: 'models',
      state: 'ok',
      detail: catalogue
        .models()
        .map(({ id }) => id)
        .join(' '),
    },
  ];
}

async function dataDirectory(directory: string): Promise<Finding> {
  const subject = 'data directory';
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    return { subject, state: 'ok', detail: directory };
  } catch {
    return { subject, state: 'broken', detail: `${directory} cannot be written`, remedy: 'Set PARLANCE_DATA_DIR to a directory that can.' };
  }
}

async function gateway({ host, port }: ParlanceConfiguration): Promise<Finding> {
  const subject = 'gateway';
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    if (response.ok) return { subject, state: 'ok', detail: `answers on ${address}` };
    return {
      subject,
      state: 'missing',
      detail: `${address} answers ${response.status}`,
      remedy: 'Wait until it is ready, or set PORT to a free one.',
    };
  } catch {
    return { subject, state: 'missing', detail: `nothing answers on ${address}`, remedy: 'Start it with npm start.' };
  }
}
